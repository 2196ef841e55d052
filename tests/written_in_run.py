"""After a run of all the functions' tests: the data map names nothing that no function writes.

Each process notes what its tests saw written; whoever hands out the tests puts that together.
"""

from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "functions"
KEY = pytest.StashKey["Run"]()
NAME = "written_items"  # of what a process reports


class Run:
    """Which files of tests ran, and what the functions wrote meanwhile."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.written: set[tuple[str, str]] = set()

    def add(self, part: dict[str, Any]) -> None:
        self.files |= set(part["files"])
        self.written |= {(kind, name) for kind, name in part["written"]}

    @property
    def is_whole(self) -> bool:
        return bool(self.files) and self.files >= {
            _name(path) for path in FOLDER.rglob("test_*.py")
        }

    def stale(self) -> list[str]:
        """What the map names and nothing writes; after a part of the tests nobody knows."""
        if not self.is_whole:
            return []
        from tests.functions.written_items import never_written

        unused = never_written(self.written)
        return [f'"{name}" of "{kind}"' for kind, name in sorted(unused)]


def of_this_process(session: pytest.Session) -> dict[str, Any]:
    """As plain values: they go from one process to another."""
    nothing_ran = session.config.getoption("collectonly")
    paths = {item.path for item in (() if nothing_ran else getattr(session, "items", ()))}
    files = sorted(_name(path) for path in paths if path.is_relative_to(FOLDER))
    if not files:
        return {"files": [], "written": []}
    from tests.functions import written_items

    return {"files": files, "written": sorted(map(list, written_items.written))}


def finish(session: pytest.Session) -> None:
    """Report what this process saw; the one that hands out the tests fails if a name is stale."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput[NAME] = of_this_process(session)
        return
    run = config.stash[KEY]
    run.add(of_this_process(session))
    chosen = config.getoption("keyword") or config.getoption("markexpr")
    if not session.testsfailed and not chosen and run.stale():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def summary(config: pytest.Config) -> str:
    stale = config.stash[KEY].stale()
    head = "functions/privacy/*_records.py name what no function writes (move it to `old=`?): "
    return head + ", ".join(stale) if stale else ""


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()
