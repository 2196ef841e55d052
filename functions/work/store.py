"""Work in the table. Whoever works on it has its lease, and each step is a condition on the last:
of two who believe they have it, one goes on."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.work.rules import KEPT_SECONDS, LEASE_SECONDS, MOST_TRIES, Facts, State, Work

WORK = "WORK"  # the mark in the index of what waits
OVER = "WORK_OVER"  # and of what can be cleared away
UNCHANGED = "#step = :seen"


def key(work_id: str) -> Key:
    return (f"WORK#{work_id}", WORK)


def asking(kind: str, by: str, wanted: Facts, now: int) -> tuple[Work, Write]:
    """New work, and the write that asks for it, for the transaction with its line in the log."""
    work = Work(id=uuid.uuid4().hex, kind=kind, by=by, wanted=wanted, created_at=now)
    item = table.keyed(key(work.id)) | {
        "kind": kind,
        "by": by,
        "wanted": wanted,
        "state": work.state,
        "cursor": work.cursor,
        "step": work.step,
        "tries": work.tries,
        "created_at": now,
        "due_kind": WORK,
        "due_at": now,
    }
    return work, table.put(item, condition=table.NEW)


def work(work_id: str) -> Work | None:
    item = table.get(key(work_id))
    return _to_work(item) if item else None


def due(now: int) -> list[str]:
    """Ids of work that waits, by an index that may be stale."""
    return [pk.partition("#")[2] for pk, _ in table.due(WORK, now)]


def ids_in(event: dict[str, Any]) -> list[str]:
    """Ids of the work that the table's stream reports."""
    keys = (record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"])
    return [pk.partition("#")[2] for pk in keys]


def claim(work_id: str, now: int) -> Work | None:
    """Take the work until the lease ends; None if it is over, or somebody else has it."""
    values = {
        ":now": now,
        ":until": now + LEASE_SECONDS,
        ":one": 1,
        ":waiting": State.WAITING,
        ":most": MOST_TRIES,
    }
    claimed = table.update(
        key(work_id),
        "SET #due_at = :until ADD #tries :one",
        values,
        condition="#state = :waiting AND #due_at <= :now AND #tries < :most",
    )
    return work(work_id) if table.try_write(claimed) else None


def moving(at: Work, cursor: Facts) -> tuple[Work, Write]:
    """The work one step further, and its write, for the transaction of that step. It is refused if
    somebody else has gone on with it."""
    moved = replace(at, cursor=cursor, step=at.step + 1, tries=0)
    values = {":cursor": cursor, ":next": moved.step, ":seen": at.step, ":none": 0}
    write = table.update(
        key(at.id),
        "SET #cursor = :cursor, #step = :next, #tries = :none",
        values,
        condition=UNCHANGED,
    )
    return moved, write


def move(at: Work, cursor: Facts, *also: Write) -> Work:
    """
    Raises:
        RefusedError: somebody else has gone on with it (position 0), or a condition in `also`
            fails.
    """
    moved, write = moving(at, cursor)
    table.transact(write, *also) if also else table.write(write)
    return moved


def release(at: Work, now: int) -> None:
    """Let whoever comes next go on with it."""
    let_go = table.update(
        key(at.id), "SET #due_at = :now", {":now": now, ":seen": at.step}, condition=UNCHANGED
    )
    table.try_write(let_go)


def end(at: Work, state: State, now: int, *also: Write) -> None:
    """It is over, and cleared away in a day.

    Raises:
        RefusedError: as `move`.
    """
    ended = _ending(at, state, now, UNCHANGED, {":seen": at.step})
    table.transact(ended, *also) if also else table.write(ended)


def _ending(at: Work, state: State, now: int, condition: str, values: Item) -> Write:
    values = values | {
        ":state": state,
        ":next": at.step + 1,
        ":over": OVER,
        ":end": now + KEPT_SECONDS,
    }
    expression = "SET #state = :state, #step = :next, #due_kind = :over, #due_at = :end"
    return table.update(key(at.id), expression, values, condition=condition)


def fail(work_id: str, now: int) -> bool:
    """Give up work that was tried too often; returns whether it was given up now."""
    known = work(work_id)
    if known is None:
        return False
    still = {":waiting": State.WAITING, ":most": MOST_TRIES, ":now": now}
    tried = "#state = :waiting AND #tries >= :most AND #due_at <= :now"
    return table.try_write(_ending(known, State.FAILED, now, tried, still))


def over(now: int) -> Iterable[Work]:
    """Work whose time is over."""
    items, _ = table.get_many(table.due(OVER, now))
    return map(_to_work, items.values())


def delete(at: Work) -> None:
    table.write(table.delete(key(at.id)))


def _to_work(item: Item) -> Work:
    names = ("kind", "by", "wanted", "cursor", "step", "tries", "created_at")
    return Work(
        id=item["pk"].partition("#")[2],
        state=State(item["state"]),
        **{name: item[name] for name in names},
    )
