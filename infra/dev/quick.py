"""`make quick`: the tests to run while working. Always those of rules and of the site; those of a
package's handlers if it has changed since main. `make test` runs the rest.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.paths import ROOT

TESTS = Path("tests")
ALWAYS = ("test_*.py", "site", "functions/**/test_*rules.py")
# They take minutes, whatever changed.
NEVER = ("tests/e2e", "tests/functions/newsletter/crash", "tests/infra/dev")
# Tests of these are not in a folder of the same name.
TESTED_BY = {"newsletter_templates": "functions/post"}
PYTEST = ("-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", "-m", "not stack and not browser")


def main() -> int:
    paths = chosen(changed(ROOT), ROOT)
    print("changed packages and rules:", *paths, flush=True)  # noqa: T201 - a command's output
    ignored = [f"--ignore={path}" for path in NEVER]
    command = [sys.executable, *PYTEST, *ignored, *paths]
    return subprocess.call(command, cwd=ROOT)  # noqa: S603 - pytest, with paths of ours


def chosen(files: Iterable[str], root: Path) -> list[str]:
    """The folders and files of tests to run after changes in `files`, relative to `root`."""
    always = {path for pattern in ALWAYS for path in (root / TESTS).glob(pattern)}
    where = always | {root / TESTS / folder for folder in map(_tested_by, files) if folder}
    paths = [path for path in sorted(where) if path.exists() and not where & set(path.parents)]
    return [str(path.relative_to(root)) for path in paths]


def _tested_by(file: str) -> str:
    """The folder or file below tests/; empty where nothing quick tests this file."""
    match Path(file).parts:
        case ("functions", package, _, *_):
            return f"functions/{package}"
        case ("tests", "functions", package, _, *_):
            return f"functions/{package}"
        case ("tests", *rest) if not file.startswith(NEVER) and rest[-1].startswith("test_"):
            return "/".join(rest)
        case (top, *_):
            return TESTED_BY.get(top, "")
    return ""


def changed(root: Path) -> list[str]:
    """Files that differ from where this branch left main, new ones included."""
    base = _git(root, "merge-base", "HEAD", "main").strip() or "HEAD"
    differing = _git(root, "diff", "-z", "--name-only", base)
    new = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    return [file for file in (differing + new).split("\0") if file]


def _git(root: Path, *arguments: str) -> str:
    """What git prints; nothing where it fails, as without a branch `main`."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
