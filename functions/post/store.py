"""Outbox items in the table: leased, postponed, given up, deleted once sent."""

from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY, MINUTE
from functions.core.lifetimes import GIVEN_UP_DAYS
from functions.post.rules import LEASE_SECONDS

OUTBOX, GIVEN_UP = "OUTBOX", "GIVEN_UP"  # the marks in the index
LEASED, END_LEASE = "#leased_until = :lease", "REMOVE #leased_until"
GIVEN_UP_KEPT_SECONDS = GIVEN_UP_DAYS * DAY


def waiting(key: Key) -> Item | None:
    return table.get(key)


def due(now: int) -> list[Key]:
    return table.due(OUTBOX, now)


def keys_in(event: dict[str, Any]) -> list[Key]:
    """The keys of the outbox items in a stream's event, without duplicates."""
    keys = (record.get("dynamodb", {}).get("Keys", {}) for record in event.get("Records", ()))
    pairs = ((key.get("pk", {}).get("S", ""), key.get("sk", {}).get("S", "")) for key in keys)
    return list(dict.fromkeys(pair for pair in pairs if pair[0].startswith("OUTBOX#")))


def claim(item: Item, now: int) -> Item | None:
    """Lease the item for LEASE_SECONDS; returns it with its new lease, or None if it was taken.

    The lease stands beside `due_at`: to move the item in the index costs two units more.
    """
    leased = item | {"leased_until": now + LEASE_SECONDS, "tries": item.get("tries", 0) + 1}
    values = {":due": item["due_at"], ":lease": leased["leased_until"], ":tries": leased["tries"]}
    unchanged = "attribute_not_exists(#leased_until)"
    if "leased_until" in item:
        unchanged, values = "#leased_until = :seen", values | {":seen": item["leased_until"]}
    write = table.update(
        _key(item),
        "SET #leased_until = :lease, #tries = :tries",
        values,
        condition=f"#due_at = :due AND {unchanged}",
    )
    return leased if table.try_write(write) else None


def delete(item: Item, *facts: Write) -> bool:
    """Delete an item that is done, with the `facts` that follow, unless these don't hold any more;
    returns False if the lease ran out and it was leased again."""
    gone = table.delete(_key(item), condition=LEASED, values=_lease(item))
    return (bool(facts) and table.try_write(gone, *facts)) or table.try_write(gone)


def put_back(item: Item, now: int) -> bool:
    """Give up the lease of an item that was not tried; it is due again in a minute."""
    values = {":until": now + MINUTE, ":tries": item["tries"] - 1}
    return _update(item, f"SET #due_at = :until, #tries = :tries {END_LEASE}", values)


def postpone(item: Item, until: int) -> None:
    _update(item, f"SET #due_at = :until {END_LEASE}", {":until": until})


def give_up(item: Item, why: str, now: int) -> None:
    """Keep the item so that a person can inspect it; it is not tried again. Today at the desk finds
    it by its mark in the index."""
    values = {":dead": "dead", ":why": why, ":end": now + GIVEN_UP_KEPT_SECONDS}
    _update(
        item,
        "SET #state = :dead, #why = :why, #expires_at = :end, #due_kind = :mark, #due_at = :now",
        values | {":mark": GIVEN_UP, ":now": now},
    )


def given_up_since(since: int, most: int) -> int:
    """How many emails were given up since then, counted up to `most`."""
    return len(table.due_since(GIVEN_UP, since, most))


def _update(item: Item, expression: str, values: Item) -> bool:
    write = table.update(_key(item), expression, values | _lease(item), condition=LEASED)
    return table.try_write(write)


def _lease(item: Item) -> Item:
    return {":lease": item["leased_until"]}


def _key(item: Item) -> Key:
    return (item["pk"], item["sk"])
