"""Make one locked environment: `environment.py FOLDER LOCK [--with-project]`.

Standard library only: it runs on the machine's own Python, before anything is installed.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)


def main() -> int:
    folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
    if sys.version_info < OLDEST:
        return complain(
            f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed. "
            "Install one and run `make PYTHON=/path/to/python3`."
        )
    begun = time.monotonic()
    say(f"Making {folder} from {lock.name} ...")
    shutil.rmtree(folder, ignore_errors=True)
    made = run(sys.executable, "-m", "venv", str(folder))
    if made:
        return complain(f"Python's venv is missing: install the package python3-venv. ({made})")
    pip = str(folder / "bin" / "pip")
    failed = run(pip, "install", "--quiet", "--require-hashes", "-r", str(lock))
    if not failed and "--with-project" in sys.argv:
        failed = run(
            pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", "."
        )
    if failed:
        return complain(f"Installing {lock.name} failed; is the package index reached? ({failed})")
    (folder / ".made").touch()
    say(f"  {folder} is ready ({time.monotonic() - begun:.0f} s)")
    return 0


def run(*command: str) -> str:
    """Empty if it worked, else the last line it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    lines = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (lines or ["it said nothing"])[-1]


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def complain(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
