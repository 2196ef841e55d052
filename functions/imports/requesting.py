"""What the team wants done with a list: each is one transaction with its work and its line in the
log."""

from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from functions.core.aws import table
from functions.core.errors import BadInputError, RefusedError
from functions.imports import bringing_in, columns, list_files, store
from functions.imports.rules import Columns, Import, Stage, Terms
from functions.team.rules import Deed, TeamMember
from functions.team.store import deeds
from functions.work import store as work_store
from functions.work.rules import State, Work

By = TeamMember | str  # of the team, or `at_terminal`
SAMPLE = 30  # rows by which the columns are guessed


def sample(file: BinaryIO) -> list[list_files.Row]:
    """The first rows of a list.

    Raises:
        BadInputError: it can't be read; under `file`, what to do.
    """
    rows = list(islice(list_files.rows(file), SAMPLE))
    if not rows:
        raise BadInputError({"file": list_files.EMPTY})
    return rows


def upload(by: By, name: str, file: BinaryIO, now: int) -> Import:
    """Keep the file for a day, and have it looked through; nobody is brought in yet.

    Raises:
        BadInputError: as `sample`.
    """
    meant = columns.guess([row.cells for row in sample(file)])
    known = store.new(by, name, meant, now)
    file.seek(0)
    store.save_file(known, file)
    work, asking = work_store.asking(bringing_in.LOOK, known.by, {"import": known.id}, now)
    line = deeds.line(by, Deed.LIST_UPLOADED, known.id, now)
    table.transact(store.putting(replace(known, work_id=work.id)), asking, line)
    return replace(known, work_id=work.id)


def look_again(known: Import, by: By, meant: Columns, now: int) -> bool:
    """Look through it with other columns; returns False if somebody else has changed it."""
    after = replace(known, columns=meant)
    return _ask(known, after, by, bringing_in.LOOK, Deed.LIST_UPLOADED, now)


def start(known: Import, by: By, terms: Terms, now: int) -> bool:
    """Bring the list in; returns False if it can't be yet, or somebody else was first."""
    work = work_store.work(known.work_id)
    is_known = work is not None and work.state is State.DONE and not known.columns.missing
    if known.stage is not Stage.SHOWN or not is_known:
        return False
    after = replace(known, stage=Stage.STARTED, terms=terms)
    return _ask(known, after, by, bringing_in.BRING_IN, Deed.LIST_BROUGHT_IN, now)


def start_at_once(known: Import, by: By, file: BinaryIO, terms: Terms, now: int) -> None:
    """Bring in a list that somebody has looked through at a terminal."""
    file.seek(0)
    store.save_file(known, file)
    work, asking = work_store.asking(bringing_in.BRING_IN, known.by, {"import": known.id}, now)
    started = replace(known, stage=Stage.STARTED, terms=terms, work_id=work.id)
    line = deeds.line(by, Deed.LIST_BROUGHT_IN, known.id, now)
    table.transact(store.putting(started), asking, line)


def go_on(known: Import, by: By, now: int) -> bool:
    """Have work tried again that was given up; returns as `start`."""
    if known.stage is Stage.UNDOING:
        return undo(known, by, now)
    if not is_given_up(known, work_store.work(known.work_id)):
        return False
    return _ask(known, known, by, bringing_in.BRING_IN, Deed.LIST_BROUGHT_IN, now)


def undo(known: Import, by: By, now: int) -> bool:
    """Take back everybody who has done nothing themselves since; returns as `start`."""
    is_over = known.stage is Stage.DONE or is_given_up(known, work_store.work(known.work_id))
    if not is_over:
        return False
    after = replace(known, stage=Stage.UNDOING)
    return _ask(known, after, by, bringing_in.UNDO, Deed.IMPORT_UNDONE, now)


def is_given_up(known: Import, work: Work | None) -> bool:
    """Whether bringing it in or undoing that has ended too early: its work is over, or gone."""
    is_unfinished = known.stage in {Stage.STARTED, Stage.UNDOING}
    return is_unfinished and (work is None or work.is_over)


def _ask(before: Import, after: Import, by: By, kind: str, deed: Deed, now: int) -> bool:  # noqa: PLR0913, PLR0917 - one caller's parts
    work, asking = work_store.asking(kind, after.by, {"import": after.id}, now)
    line = deeds.line(by, deed, after.id, now)
    try:
        table.transact(store.changing(before, replace(after, work_id=work.id)), asking, line)
    except RefusedError:
        return False
    return True
