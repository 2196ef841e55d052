"""Lists being brought in and undone, by workers who run out of time, die, or are overtaken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from functions.core.aws import table
from functions.imports import requesting, store
from functions.imports.rules import Ground, Terms
from functions.work import handler
from functions.work import store as work_store
from tests.functions.coming_in.model import CHUNK, Listed, People
from tests.functions.imports.conftest import CONSENT, INVITE
from tests.functions.imports.lists import text
from tests.functions.sent_emails import Context

BY = "arn:aws:iam::123456789012:user/ops"
TERMS: dict[Ground, Terms] = {Ground.INVITE: INVITE, Ground.CONSENT: CONSENT}


class DeathError(BaseException):
    """A function's time is over: nothing catches that."""


class Hasty(Context):
    """A function that has time for so many steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = iter(range(steps))

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms if next(self._steps, None) is not None else 0


def upload(rows: tuple[str, ...], now: int) -> str:
    """A list with these addresses, looked through; its id."""
    lines = (f"Person {number},{address}\n" for number, address in enumerate(rows, 2))
    content = text("Name,Email\n" + "".join(lines))
    known = requesting.upload(BY, "list.csv", content, now)
    work(known.id)
    return known.id


def work(import_id: str, context: Context | None = None) -> None:
    known = store.get(import_id, 0)
    assert known
    keys = {"pk": {"S": f"WORK#{known.work_id}"}}
    handler.advance({"Records": [{"dynamodb": {"Keys": keys}}]}, context or Context())


def progress(import_id: str) -> Any:
    known = store.get(import_id, 0)
    return known and work_store.work(known.work_id)


class Accident(StrEnum):
    NONE = "work without an accident"
    DIES_BEFORE = "die before a row is written"
    DIES_TWICE = "die before a row is written, twice"
    DIES_AFTER = "die after a row is written"
    OVERTAKEN = "act before a row is written"


@dataclass(frozen=True)
class Fate:
    """What becomes of one function that works on a list."""

    accident: Accident
    row: int  # at which that happens, counted from 0, and again from the last
    act: str  # of whoever the row is about
    steps: int  # for which there is time


class Run:
    """What becomes of a list's rows while one function works on it."""

    def __init__(self, people: People, known: Listed) -> None:
        self._people, self._known = people, known
        self._place = known.cursor
        known.tries += 1

    def to_row(self, row: int, now: int) -> None:
        while self._known.numbers[self._place] < row:
            self.one_more(now)

    def one_more(self, now: int) -> None:
        number = self._known.numbers[self._place]
        if self._known.is_undone:
            self._people.take_back(self._known, number)
        else:
            self._people.bring_in(self._known, number, now)
        self._place += 1

    def to_the_end(self, now: int, steps: int | None) -> None:
        """Of the list, or of the steps for which there is time."""
        rows = len(self._known.numbers)
        end = rows if steps is None else min(rows, self._known.cursor + steps * CHUNK)
        while self._place < end:
            self.one_more(now)
        self._move(self._place)
        if self._place == rows:
            self._known.end()

    def die(self, row: int) -> None:
        """With this row, whose step is begun again."""
        self._move(self._known.numbers.index(row) // CHUNK * CHUNK)

    def _move(self, to: int) -> None:
        if to > self._known.cursor:
            self._known.cursor, self._known.tries = to, 0


@contextmanager
def at_row(known: Listed, number: int, do: Callable[[Callable[[], None]], None]) -> Iterator[None]:
    """Once, `do(write)` takes the place of the transaction of this row. Whoever dies in it writes
    nothing more."""
    key = store.row_key(known.id, number)
    transact, write = table.transact, table.write
    waiting, dead = [do], False

    def overtaken(*writes: table.Write) -> None:
        nonlocal dead
        if dead:
            raise DeathError
        if not (waiting and any(map(is_the_row, writes))):
            transact(*writes)
            return
        try:
            waiting.pop()(lambda: transact(*writes))
        except DeathError:
            dead = True
            raise

    def is_the_row(one: table.Write) -> bool:
        ((_, parameters),) = one.items()
        item = table.from_item(parameters.get("Item") or parameters["Key"])
        return (item["pk"], item["sk"]) == key

    def alive(one: table.Write) -> None:
        if dead:
            raise DeathError
        write(one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "transact", overtaken)
        patch.setattr(table, "write", alive)
        yield
