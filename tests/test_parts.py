"""The run says how long each part took."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import part

PARTS = {
    "tests/functions/events/test_rules.py::test_it": "functions: rules",
    "tests/functions/newsletter/test_newsletter_rules.py::test_it[a::b/c]": "functions: rules",
    "tests/functions/events/test_change.py::test_it": "functions: handlers",
    "tests/functions/test_all.py::test_it": "functions: handlers",
    "tests/site/test_build.py::test_it": "site",
    "tests/e2e/test_journey.py::test_it": "e2e",
    "tests/infra/test_stack.py::test_it": "infra",
    "tests/infra/dev/local/test_local.py::test_it": "infra: local",
    "tests/test_layout_rules.py::test_it": "layout rules",
}


@pytest.mark.parametrize(("nodeid", "name"), PARTS.items())
def test_each_test_belongs_to_a_part(nodeid: str, name: str) -> None:
    assert part(nodeid) == name


def test_a_run_ends_with_the_seconds_of_each_part(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "tests" / "site"
    folder.mkdir(parents=True)
    for name in ("conftest.py", "own_company.py", "written_in_run.py"):
        shutil.copy(root / "tests" / name, tmp_path / "tests")
    (folder / "test_slow.py").write_text("import time\ndef test_it():\n    time.sleep(0.3)\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    *_, shown, last = done.stdout.splitlines()
    assert "1 passed" in last
    assert shown.split() == ["0.3", "s", "1", "tests", "site"]
