"""`make quick` runs what a change may have broken, and nothing that takes minutes."""

from pathlib import Path

import pytest

from infra.dev.quick import NEVER, chosen

HANDLERS = {
    "functions/events/store.py": "tests/functions/events",
    "functions/events/rules/seats.py": "tests/functions/events",
    "functions/membership/pages/join.html": "tests/functions/membership",
    "tests/functions/post/test_post_handler.py": "tests/functions/post",
    "newsletter_templates/welcome/body.txt": "tests/functions/post",
    "tests/infra/test_costs.py": "tests/infra/test_costs.py",
}


@pytest.mark.parametrize(("file", "tests"), HANDLERS.items())
def test_the_tests_of_a_changed_package_are_run(root: Path, file: str, tests: str) -> None:
    assert tests in chosen([file], root)
    assert tests not in chosen([], root)


def test_rules_and_site_are_always_run(root: Path) -> None:
    paths = chosen([], root)
    assert {"tests/site", "tests/test_house.py", "tests/functions/events/test_rules.py"} <= {*paths}
    assert not any("conftest" in path for path in paths)


@pytest.mark.parametrize("file", ["README.md", "tests/e2e/test_pages.py", "functions/gone/x.py"])
def test_what_is_not_tested_quickly_adds_nothing(root: Path, file: str) -> None:
    assert chosen([file], root) == chosen([], root)


def test_no_file_is_run_beside_its_own_folder(root: Path) -> None:
    paths = chosen(["functions/events/store.py"], root)
    assert "tests/functions/events/test_rules.py" not in paths


def test_what_it_never_runs_exists(root: Path) -> None:
    assert all((root / folder).is_dir() for folder in NEVER)
