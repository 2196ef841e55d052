"""`make install` puts this folder's `alumni` command on the PATH; `make uninstall` undoes it."""

import os
import shlex
import shutil
import sys
from pathlib import Path

from infra.paths import ROOT

FOLDER = Path("~/.local/bin")
NAME = "alumni"
MARK = "# Written by `make install` of the alumni microsite; `make uninstall` removes it."


class NotOursError(Exception):
    """Its message is printed as it is."""


def install(folder: Path) -> list[str]:
    """Write the launcher; returns what to print.

    Raises:
        NotOursError: another program has the name.
    """
    path = folder / NAME
    _require_ours(path)
    folder.mkdir(parents=True, exist_ok=True)
    program = shlex.quote(str(ROOT / ".venv" / "bin" / NAME))
    path.write_text(f'#!/bin/sh\n{MARK}\nexec {program} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    lines = [
        f"Installed {path}: it runs the alumni command of {ROOT}. `make uninstall` removes it."
    ]
    return lines if _is_on_path(folder) else [*lines, *_how_to_add(folder)]


def uninstall(folder: Path) -> list[str]:
    """Remove the launcher; returns what to print. Raises NotOursError as `install`."""
    path = folder / NAME
    if not path.exists():
        return [f"Nothing to remove: there is no {path}."]
    _require_ours(path)
    path.unlink()
    return [f"Removed {path}."]


def is_installed() -> bool:
    """Whether `alumni`, typed in a terminal, is this folder's."""
    program = shutil.which(NAME)
    if not program:
        return False
    own = ROOT / ".venv" / "bin" / NAME
    return Path(program) == own or str(own) in _text(Path(program))


def _require_ours(path: Path) -> None:
    if path.exists() and MARK not in _text(path):
        raise NotOursError(f"{path} is another program: rename it, then run this again.")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _is_on_path(folder: Path) -> bool:
    return str(folder) in os.environ.get("PATH", "").split(os.pathsep)


def _how_to_add(folder: Path) -> list[str]:
    profile = "~/.zshrc" if os.environ.get("SHELL", "").endswith("zsh") else "~/.profile"
    line = f'export PATH="{folder}:$PATH"'
    return [
        f"{folder} is not on your PATH yet. Type these two lines once:",
        f"  echo {shlex.quote(line)} >> {profile}",
        f"  {line}",
    ]


def main() -> int:
    act = {"install": install, "uninstall": uninstall}[sys.argv[1]]
    try:
        lines = act(FOLDER.expanduser())
    except (NotOursError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's output
        return 1
    print("\n".join(lines))  # noqa: T201 - a command's output
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
