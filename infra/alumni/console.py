"""How the command speaks: results to stdout, everything else to stderr; its exit codes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

WHOLE_WIDTH = 1000

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


EXIT_CODES = "Exit codes: 0 done, 1 problems found, 2 wrong use, 3 the cloud said no."


class Exit(IntEnum):
    OK = 0
    PROBLEMS = 1
    USAGE = 2
    CLOUD = 3


def document(data: Any) -> None:
    """One JSON document, and nothing else, on stdout."""
    print(json.dumps(data, ensure_ascii=False, indent=2))  # noqa: T201


def line(text: str) -> None:
    out.print(escape(text))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table, cut to the screen; whole where a program or a file reads it."""
    shown = Table(*columns, box=None)
    for row in rows:
        shown.add_row(*(escape(cell) for cell in row))
    (out if out.is_terminal else Console(width=WHOLE_WIDTH, highlight=False)).print(shown)


def complain(text: str) -> None:
    err.print(f"[red]{escape(text)}[/red]")


class Bar:
    """A Report that draws a bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def __call__(self, what: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=what, completed=done, total=total or None)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Off the screen, for a question."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


@contextmanager
def progress() -> Iterator[Bar]:
    """A bar for what takes longer than a moment, on stderr, and only where somebody looks."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield Bar(bar)
