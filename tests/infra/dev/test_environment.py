"""Making an environment: whole or not at all, and one line for what is missing."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.dev import environment
from infra.dev.environment import NotCreatedError

MakeWith = Callable[[str], tuple[int, str]]
EMPTY_LOCK = "# nothing to install\n"
DEBIAN = (
    "The virtual environment was not created successfully because ensurepip is not\n"
    "available.  On Debian/Ubuntu systems, you need to install the python3-venv\n"
    "package using the following command.\n\nFailing command: /usr/bin/python3"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".venv"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "dev.txt"
    lock.write_text(EMPTY_LOCK)
    return lock


def pip(script: str) -> str:
    return f"mkdir -p $3/bin; printf '#!/bin/sh\\n{script}\\n' > $3/bin/pip; chmod +x $3/bin/pip"


@pytest.fixture
def make_with(
    tmp_path: Path,
    folder: Path,
    lock: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> MakeWith:
    """Makes one on a machine whose `python3 -m venv FOLDER` is this shell script: code, stderr."""

    def make(script: str) -> tuple[int, str]:
        path = tmp_path / "python3"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))
        monkeypatch.setattr(sys, "argv", ["environment.py", str(folder), str(lock)])
        return environment.main(), capsys.readouterr().err

    return make


def test_an_environment_is_created_and_stamped(folder: Path, lock: Path) -> None:
    environment.make(folder, lock, with_project=False)
    assert (folder / ".made").exists()
    assert environment.run(str(folder / "bin" / "python"), "-c", "pass") == ""


def test_a_lock_without_hashes_is_refused(
    folder: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    lock.write_text("idna==3.10\n")
    with pytest.raises(NotCreatedError, match=r"^Installing dev.txt failed"):
        environment.make(folder, lock, with_project=False)
    assert not (folder / ".made").exists()


def test_a_python_that_is_too_old_is_reported_in_one_line(
    folder: Path, make_with: MakeWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(sys, "version", "3.10.4 (main)")
    code, message = make_with("exit 0")
    assert code == 1
    assert message == (
        "Python 3.10.4 is too old: 3.11 or newer is needed. "
        "Install one and run `make PYTHON=/path/to/python3`.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize("script", [f"echo '{DEBIAN}'; exit 1", "mkdir -p $3/bin"])
def test_a_python_without_venv_or_pip_names_the_package(
    folder: Path, make_with: MakeWith, script: str
) -> None:
    code, message = make_with(script)
    assert code == 1
    assert message.startswith(
        "Python's venv is missing or has no pip: install the package python3-v"
    )
    assert message.count("\n") == 1
    assert not (folder / ".made").exists()


def test_a_failed_install_is_reported_in_one_line_and_leaves_no_stamp(
    folder: Path, make_with: MakeWith
) -> None:
    folder.mkdir()
    (folder / ".made").touch()
    assert make_with(pip("echo much; echo ERROR: no route >&2; exit 1")) == (
        1,
        "Installing dev.txt failed; is the package index reachable? (ERROR: no route)\n",
    )
    assert not (folder / ".made").exists(), "make would think that it is whole"


@pytest.fixture
def heard() -> Iterator[None]:
    """Who is started in the background is deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_reports_that_the_next_make_starts_again(folder: Path, make_with: MakeWith) -> None:
    code, message = make_with(pip("exit 0") + "; kill -INT $PPID")
    assert code == 130
    assert "is incomplete: the next `make` starts it again" in message
    assert not (folder / ".made").exists()
