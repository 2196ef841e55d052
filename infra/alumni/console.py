"""Output of the command: results on stdout, everything else on stderr; exit codes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

UNCUT_WIDTH = 1000
ALUMNI = "alumni"

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

# What a reader has to type for "alumni" to reach the cloud of this run, such as "alumni --demo".
alumni_command = ContextVar("alumni_command", default=ALUMNI)

EXIT_CODES = (
    "Exit codes: 0 done, 1 problems found, 2 usage error, 3 AWS refused or was unreachable."
)


class Exit(IntEnum):
    OK = 0
    PROBLEMS = 1
    USAGE = 2
    CLOUD = 3


def print_json(data: Any) -> None:
    """Print one JSON document on stdout; the command prints nothing else there."""
    print(json.dumps(data, ensure_ascii=False, indent=2))  # noqa: T201


def print_line(text: str) -> None:
    out.print(_readable(text))


def _readable(text: str) -> str:
    """Commands between backticks in `text` reach the cloud that this one uses."""
    return escape(text.replace(f"`{ALUMNI} ", f"`{alumni_command.get()} "))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: cut to the width of a terminal, uncut into a file or a pipe."""
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    (out if out.is_terminal else Console(width=UNCUT_WIDTH, highlight=False)).print(table)


def utc(seconds: int) -> str:
    """Seconds since the epoch as people read them."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def confirm(question: str) -> bool:
    """Ask on stderr, so that stdout holds the result only."""
    return typer.confirm(question, err=True)


def note(text: str) -> None:
    """Print a line on stderr that is no error: what a question is about."""
    err.print(_readable(text))


def error(text: str) -> None:
    err.print(f"[red]{_readable(text)}[/red]")


def warning(text: str) -> None:
    err.print(f"[yellow]{_readable(text)}[/yellow]")


class Bar:
    """A `Report` that draws a progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def __call__(self, step: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=step, completed=done, total=total or None)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Remove the bar from the screen during a question."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()


@contextmanager
def progress() -> Iterator[Bar]:
    """Show a progress bar on stderr, if that is a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield Bar(bar)


def write_file(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
    note(f"Written: {path}")
