"""What a person types first: `make`, on a machine that lacks one thing or another."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("sh", "make", "awk", "mktemp", "tail", "rm", "cat", "touch", "chmod")


def run(folder: Path, *command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path) if path else os.environ["PATH"]}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def makefile(root: Path) -> str:
    return (root / "Makefile").read_text()


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the barest tools; tests add programs to it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("command", [("make",), ("make", "help")])
def test_help_lists_every_target(root: Path, makefile: str, command: tuple[str, ...]) -> None:
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    output = run(root, *command).stdout
    listed = dict(re.findall(r"^  make ([\w-]+) +(\S.*)$", output, re.MULTILINE))
    assert set(listed) == targets
    assert {"demo", "demo-reset", "test", "test-long", "quick", "lint", "bench"} <= targets


def test_no_target_is_taken_for_a_file(makefile: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets


def test_ci_runs_lint_and_test_and_no_longer_profile(root: Path) -> None:
    script = (root / ".ci" / "run").read_text()
    assert re.findall(r"^(?:exec )?make .*?([\w-]+)$", script, re.MULTILINE) == ["lint", "test"]


def test_only_the_long_profile_runs_more_examples(makefile: str) -> None:
    targets = re.split(r"^(?=[\w-]+:)", makefile, flags=re.MULTILINE)
    assert [target.partition(":")[0] for target in targets if "--long" in target] == ["test-long"]


def test_every_environment_that_a_target_needs_has_a_lock(root: Path, makefile: str) -> None:
    names = set(re.findall(r"\.venv-([a-z]+)/\.made", makefile))
    assert "cloud" in names
    for name in names:
        assert (root / "infra" / "requirements" / f"{name}.txt").exists()


def test_a_missing_python_is_reported_in_one_line_with_what_to_do(
    root: Path, tmp_path: Path, tools: Path
) -> None:
    shutil.copy(root / "Makefile", tmp_path)
    for lock in ("dev", "cloud"):
        path = tmp_path / "infra" / "requirements" / f"{lock}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "pyproject.toml").touch()
    done = run(tmp_path, "make", "demo", path=tools)
    assert done.returncode != 0
    messages = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert messages == [
        "python3 is not here: install Python 3.11 or newer, or run 'make PYTHON=/path/to/python3'."
    ]


def installed(root: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    return run(root, "sh", "infra/dev/test-tools.sh", path=tools)


def test_installed_tools_are_left_alone(root: Path, tools: Path) -> None:
    for name in ("chromium", "npm", "spamassassin"):
        program(tools, name, "exit 9")
    done = installed(root, tools)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("there", "wanted"),
    [([], "chromium npm spamassassin"), (["chromium", "npm"], "spamassassin")],
)
def test_missing_tools_are_installed_if_the_package_manager_allows_it(
    root: Path, tools: Path, there: list[str], wanted: str
) -> None:
    for name in there:
        program(tools, name, "exit 9")
    program(tools, "id", "echo 0")
    program(tools, "apt-get", f'echo "$@" >> {tools}/commands')
    assert installed(root, tools).returncode == 0
    commands = (tools / "commands").read_text().splitlines()
    assert commands == ["update", f"install -y --no-install-recommends {wanted}"]


@pytest.mark.parametrize(
    ("who", "apt", "errors"),
    [
        ("1000", "exit 0", []),
        ("0", "echo E: no network; exit 100", ["E: no network"]),
    ],
)
def test_a_failed_installation_is_reported_in_one_line_with_what_to_do(
    root: Path, tools: Path, who: str, apt: str, errors: list[str]
) -> None:
    program(tools, "id", f"echo {who}")
    program(tools, "apt-get", apt)
    done = installed(root, tools)
    assert done.returncode == 1
    *before, last = done.stderr.splitlines()
    assert before == errors
    assert last == (
        "The tests need chromium npm spamassassin: install your system's packages of these names "
        "and run 'make test' again."
    )
