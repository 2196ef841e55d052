"""Outbox items in the table: claimed with a lease, put off, given up, deleted when sent."""

from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.post.rules import LEASE_SECONDS

GIVEN_UP_KEPT_SECONDS = 90 * DAY


def waiting(key: Key) -> Item | None:
    return table.get(key)


def due(now: int) -> list[Key]:
    return table.due("OUTBOX", now)


def keys_in(event: dict[str, Any]) -> list[Key]:
    """The outbox items that a stream's event tells of, each once."""
    keys = (record.get("dynamodb", {}).get("Keys", {}) for record in event.get("Records", ()))
    pairs = ((key.get("pk", {}).get("S", ""), key.get("sk", {}).get("S", "")) for key in keys)
    return list(dict.fromkeys(pair for pair in pairs if pair[0].startswith("OUTBOX#")))


def claim(item: Item, now: int) -> Item | None:
    """The item as leased to us for LEASE_SECONDS, or None where another was quicker."""
    leased = item | {"due_at": now + LEASE_SECONDS, "tries": item.get("tries", 0) + 1}
    values = {":seen": item["due_at"], ":lease": leased["due_at"], ":tries": leased["tries"]}
    try:
        table.write(
            table.update(
                _key(item),
                "SET #due_at = :lease, #tries = :tries",
                values,
                condition="#due_at = :seen",
            )
        )
    except RefusedError:
        return None
    return leased


def delete(item: Item) -> bool:
    """Delete what is done with; False where the lease has run out and another has it now."""
    values = {":lease": item["due_at"]}
    try:
        table.write(table.delete(_key(item), condition="#due_at = :lease", values=values))
    except RefusedError:
        return False
    return True


def put_off(item: Item, until: int) -> None:
    _update(item, "SET #due_at = :until", {":until": until})


def give_up(item: Item, why: str, now: int) -> None:
    """Keep the item for a person to look at; nothing takes it up again."""
    _update(
        item,
        "SET #state = :dead, #why = :why, #expires_at = :end REMOVE #due_kind, #due_at",
        {":dead": "dead", ":why": why, ":end": now + GIVEN_UP_KEPT_SECONDS},
    )


def _update(item: Item, expression: str, values: Item) -> None:
    leased = values | {":lease": item["due_at"]}
    try:
        table.write(table.update(_key(item), expression, leased, condition="#due_at = :lease"))
    except RefusedError:
        return


def _key(item: Item) -> Key:
    return (item["pk"], item["sk"])
