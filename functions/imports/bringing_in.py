"""The work on a list, in the background: looking through it, bringing it in, undoing that.

Any of it may die at any time: looking starts afresh, and the others skip rows that are done, which
have an item of their own.

See docs/lists.md.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import BinaryIO, TypeGuard

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws.secrets import secrets
from functions.core.errors import BadInputError, RefusedError, TooManyError
from functions.core.site import site
from functions.imports import imported_members, list_files, rules, store
from functions.imports.list_files import Row
from functions.imports.listed_people import Listed, ListReader, Wrong
from functions.imports.rules import BroughtIn, Counts, Ground, Import, Stage, Terms, Verdict
from functions.invitations import store as invitations
from functions.invitations.rules import Outcome
from functions.work import store as work_store
from functions.work.rules import Facts, State, Work

HasTime = Callable[[], bool]
Entry = Listed | Wrong

LOOK, BRING_IN, UNDO = "import_look", "import_bring_in", "import_undo"  # kinds of work
CHUNK = 50  # rows between two steps
AT_ONCE = 8  # rows: a transaction waits for the table for most of its time
MOST_WRONG = 200  # rows that are listed with their reason
TRIES = 3  # if somebody acts at the same moment
VERDICTS = {
    Outcome.INVITED: Verdict.NEW,
    Outcome.MEMBER: Verdict.MEMBER,
    Outcome.INVITED_BEFORE: Verdict.INVITED_BEFORE,
    Outcome.LEFT_ALONE: Verdict.LEFT_ALONE,
    Outcome.ERASED: Verdict.ERASED,
    Outcome.WAITING: Verdict.WAITING,
}


# ---- Looking through it


def look(work: Work, has_time: HasTime) -> None:
    """Count what would become of the rows; it writes nothing but that."""
    known = store.get(work.wanted["import"], clock.now())
    if known is None:
        work_store.end(work, State.FAILED, clock.now())
        return
    with _file(known) as file:
        try:
            for facts in looked_through(file, known):
                if not has_time():
                    return
                work = work_store.move(work, facts)
        except BadInputError as bad:
            work = work_store.move(work, {"problem": bad.errors["file"]})
            work_store.end(work, State.FAILED, clock.now())
            return
    work_store.end(work, State.DONE, clock.now())


def looked_through(file: BinaryIO, known: Import) -> Iterator[Facts]:
    """How far it is, and what would become of the rows so far, again and again until the end.

    Raises:
        BadInputError: the file can't be read; under `file`, what to do.
    """
    counts: Counts = {}
    wrong: list[list[str | int]] = []
    yield {"row": 0, "counts": counts, "wrong": wrong}
    for chunk in _chunks(file, known):
        counts = rules.added(counts, _expected(chunk))
        wrong += [[entry.number, entry.reason] for entry in chunk if isinstance(entry, Wrong)]
        wrong = wrong[:MOST_WRONG]
        yield {"row": chunk[-1].number, "counts": counts, "wrong": wrong}


def expected(known: Import, rows: Iterable[Row]) -> list[tuple[Entry, Verdict]]:
    """What the rows hold, and what would become of each now."""
    reader = _reader(known)
    entries = [reader.read(row) for row in rows]
    return list(zip(entries, _expected(entries), strict=True))


def _expected(entries: list[Entry]) -> Iterator[Verdict]:
    hashes = {e.number: address_hash(e.leaver.email) for e in entries if _is_new(e)}
    known = store.verdicts(set(hashes.values()), clock.now())
    for entry in entries:
        if isinstance(entry, Wrong):
            yield Verdict.WRONG
        else:
            yield Verdict.REPEATED if entry.is_repeated else known[hashes[entry.number]]


def _is_new(entry: Entry) -> TypeGuard[Listed]:
    return isinstance(entry, Listed) and not entry.is_repeated


# ---- Bringing it in


def bring_in(work: Work, has_time: HasTime) -> None:
    known = store.get(work.wanted["import"], clock.now())
    if known is None or known.stage is not Stage.STARTED:
        work_store.end(work, State.FAILED, clock.now())
        return
    counts: Counts = work.cursor.get("counts", {})
    row: int = work.cursor.get("row", 0)
    done = {taken.number for taken in store.rows_after(known.id, row)}
    secrets()  # here, because making a client for them isn't thread-safe
    with _file(known) as file, ThreadPoolExecutor(AT_ONCE) as pool:
        for chunk in _chunks(file, known, row):
            if not has_time():
                return
            verdicts = pool.map(lambda entry: _take(entry, known, done), chunk)
            counts = rules.added(counts, verdicts)
            work = work_store.move(work, {"row": chunk[-1].number, "counts": counts})
    after = replace(known, stage=Stage.DONE, counts=counts)
    work_store.end(work, State.DONE, clock.now(), store.changing(known, after))
    store.delete_file(known.id)


def _take(entry: Entry, known: Import, done: set[int]) -> Verdict:
    """Bring one row in, in a transaction of its own."""
    if isinstance(entry, Wrong):
        return Verdict.WRONG
    if entry.number in done:
        return Verdict.NEW
    if entry.is_repeated:
        return Verdict.REPEATED
    assert known.terms
    if known.terms.ground is Ground.CONSENT:
        return _add(entry, known)
    return _invite(entry, known)


def _invite(entry: Listed, known: Import) -> Verdict:
    identity = address_hash(entry.leaver.email)
    row = store.brought_in(known, entry.number, identity)
    return VERDICTS[invitations.invite(entry.leaver, clock.now(), row, source=known.id)]


def _add(entry: Listed, known: Import) -> Verdict:
    identity = address_hash(entry.leaver.email)
    for _ in range(TRIES):
        verdict = store.verdicts([identity], clock.now())[identity]
        if verdict not in {Verdict.NEW, Verdict.INVITED_BEFORE}:
            return verdict
        try:
            imported_members.add(entry, known, identity, clock.now())
        except RefusedError:
            continue  # somebody with this address acted at the same moment
        return Verdict.NEW
    raise TooManyError("import")


# ---- Undoing it


def undo(work: Work, has_time: HasTime) -> None:
    """Take back everybody who has done nothing themselves since."""
    known = store.get(work.wanted["import"], clock.now())
    if known is None or known.stage is not Stage.UNDOING:
        work_store.end(work, State.FAILED, clock.now())
        return
    counts: Counts = work.cursor.get("counts", {"undone": 0, "kept": 0})
    row: int = work.cursor.get("row", 0)
    while rows := list(store.rows_after(known.id, row, CHUNK)):
        if not has_time():
            return
        gone = sum(_take_back(taken, known) for taken in rows)
        row = rows[-1].number
        counts = {"undone": counts["undone"] + gone, "kept": counts["kept"] + len(rows) - gone}
        work = work_store.move(work, {"row": row, "counts": counts})
    after = replace(known, stage=Stage.UNDONE, counts=counts)
    work_store.end(work, State.DONE, clock.now(), store.changing(known, after))


def _take_back(taken: BroughtIn, known: Import) -> bool:
    """Undo one row, in a transaction of its own; returns whether it is undone."""
    if taken.is_undone:  # by a run that died
        return True
    assert known.terms
    undoing = store.undoing(known, taken.number)
    if known.terms.ground is Ground.INVITE:
        return invitations.withdraw(taken.identity, undoing, source=known.id)
    imported_members.take_back(taken.identity, clock.now(), undoing)
    return store.is_undone(known, taken.number)


# ---- The file


def clear(work: Work) -> None:
    """Delete what is left of an upload a day after it was looked through, or brought in."""
    import_id = work.wanted["import"]
    known = store.get(import_id, clock.now())
    if known is None or known.stage is not Stage.SHOWN:
        is_over = work.kind != LOOK
        if is_over or known is None:
            store.delete_file(import_id)
        return
    store.discard(known)


@contextmanager
def _file(known: Import) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        store.copy_file(known, file)
        yield file


def _chunks(file: BinaryIO, known: Import, after: int = 0) -> Iterator[list[Entry]]:
    """What the rows hold, without the heading, behind row `after`."""
    reader = _reader(known)
    rows = list_files.rows(file)
    if known.columns.has_heading:
        next(rows, None)
    every = map(reader.read, rows)  # also those before: an address may stand there already
    entries = (entry for entry in every if entry.number > after)
    while chunk := list(islice(entries, CHUNK)):
        yield chunk


def _reader(known: Import) -> ListReader:
    """Before the team has said anything of the rows, they are of an office that it may see."""
    office, language = next(iter(known.offices), ""), site()["languages"][0]
    unknown = Terms(ground=Ground.INVITE, agreed_on="", how="", office=office, language=language)
    return ListReader(known, known.terms or unknown, site())
