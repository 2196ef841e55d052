"""An adopter's clone, with another company's settings and consents, passes what ours passes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from microsite.build import build

from infra.paths import ROOT
from tests.own_company import may_be_read

pytestmark = pytest.mark.takes_minutes

OTHER = ROOT / "tests" / "other_company"
NOT_COPIED = (".git", ".venv*", ".*_cache", ".hypothesis", "build", "__pycache__")
# That no other test opens the own company is guarded when it runs. Programs that tests start are
# seen by nothing but this, so these are the files that start them, and what shows a whole site.
TESTS = (
    "tests/test_documents.py",
    "tests/site/content",
    "tests/site/output/test_theme.py",
    "tests/functions/catalogue/test_catalogue_schema.py",
    "tests/infra/alumni/test_command.py",
    "tests/infra/alumni/issues/test_new_issue.py",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adopter") / "clone"
    with may_be_read():
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    shutil.rmtree(folder / "site" / "content", ignore_errors=True)
    shutil.copytree(OTHER, folder, dirs_exist_ok=True)
    return folder


def run(clone: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(clone / "site")}
    environment.pop("SITE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_passes_the_check_and_its_site_is_built(clone: Path) -> None:
    for command in ("check", "build"):
        done = run(clone, "infra.alumni.main", command)
        assert done.returncode == 0, done.stdout + done.stderr
    home = (clone / "build/site/index.html").read_text(encoding="utf-8")
    assert "Kramer &amp; Voss" in home
    assert "Beitreten" in home


def test_the_repositorys_own_company_is_sound_whichever_it_is(
    own_company_may_be_read: None, tmp_path: Path
) -> None:
    assert (build(ROOT, tmp_path).site / "index.html").is_file()


def test_it_passes_the_tests(clone: Path) -> None:
    done = run(clone, "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS)
    assert done.returncode == 0, done.stdout
