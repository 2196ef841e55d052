"""Creates a Python environment from a lock file: `environment.py FOLDER LOCK [--with-project]`.

Standard library only: it runs on the machine's own Python, before anything is installed.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)


class NotCreatedError(Exception):
    """Its message is printed as it is."""


def main() -> int:
    folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        make(folder, lock, with_project="--with-project" in sys.argv)
    except NotCreatedError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print(f"\n{folder} is incomplete: the next `make` starts it again.", file=sys.stderr)  # noqa: T201
        return 130
    return 0


def make(folder: Path, lock: Path, *, with_project: bool) -> None:
    """Create the environment. Its stamp `.made` is written last, so only a complete one has it.

    Raises:
        NotCreatedError: with a message for the screen.
    """
    require_new_python()
    begun = time.monotonic()
    report(f"Creating {folder} from {lock.name} ...")
    shutil.rmtree(folder, ignore_errors=True)
    pip = str(make_empty(folder))
    failed = run(pip, "install", "--quiet", "--require-hashes", "-r", str(lock))
    if not failed and with_project:
        options = ("--quiet", "--no-deps", "--no-build-isolation")
        failed = run(pip, "install", *options, "--editable", ".")
    if failed:
        raise NotCreatedError(
            f"Installing {lock.name} failed; is the package index reachable? ({failed})"
        )
    (folder / ".made").touch()
    report(f"  {folder} is ready ({time.monotonic() - begun:.0f} s)")


def require_new_python() -> None:
    if sys.version_info < OLDEST:
        raise NotCreatedError(
            f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. "
            "Install one and run `make PYTHON=/path/to/python3`."
        )


def make_empty(folder: Path) -> Path:
    """Returns its pip. On Debian venv is a package of its own, and so is pip."""
    failed = run(sys.executable, "-m", "venv", str(folder))
    pip = folder / "bin" / "pip"
    if failed or not pip.exists():
        raise NotCreatedError(
            "Python's venv is missing or has no pip: install the package python3-venv. "
            f"({failed or 'it has no pip'})"
        )
    return pip


def run(*command: str) -> str:
    """Empty if the command succeeded, else the last line of its output."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    lines = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (lines or ["no output"])[-1]


def report(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())
