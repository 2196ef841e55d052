"""`make quick` runs what a change may have broken, and nothing that takes minutes."""

import subprocess
from pathlib import Path

import pytest

from infra.dev.quick import NEVER, changed, chosen

HANDLERS = {
    "functions/events/store/rsvps.py": "tests/functions/events",
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
    assert {"tests/site", "tests/test_layout_rules.py", "tests/functions/events/test_rules.py"} <= {
        *paths
    }
    assert not any("conftest" in path for path in paths)


@pytest.mark.parametrize("file", ["README.md", "tests/e2e/test_pages.py", "functions/gone/x.py"])
def test_a_change_without_quick_tests_adds_nothing(root: Path, file: str) -> None:
    assert chosen([file], root) == chosen([], root)


def test_a_file_is_not_named_if_its_folder_is_run(root: Path) -> None:
    paths = chosen(["functions/events/store/rsvps.py"], root)
    assert "tests/functions/events/test_rules.py" not in paths


def test_the_folders_that_are_never_run_exist(root: Path) -> None:
    assert all((root / folder).is_dir() for folder in NEVER)


def test_changed_files_have_their_own_names_not_those_that_git_quotes(tmp_path: Path) -> None:
    git = ("git", "-c", "user.name=Kim", "-c", "user.email=kim@example.com")
    old, new = tmp_path / "älv.py", tmp_path / 'new "ö".py'
    old.write_text("1")
    for words in ("init -q -b main", "add .", "commit -q -m why"):
        subprocess.run([*git, *words.split()], cwd=tmp_path, check=True)
    old.write_text("2")
    new.write_text("3")
    assert changed(tmp_path) == [old.name, new.name]
