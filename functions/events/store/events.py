"""Events in the table: read, published, withdrawn."""

from collections.abc import Iterable, Iterator
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.slugs import is_slug
from functions.events.changed_facts import is_numbered, sequence
from functions.events.rules import Event, erased_at, times
from functions.events.store import event_facts

SAME_FACTS = "#sequence = :sequence"
TRIES = 5  # if two changes of the same item collide
HAS_RSVPS = "ANSWERS"  # due_kind of an event until its RSVPs are erased
IS_DUE = "#due_at <= :now"
FOR_EVER = 253_402_300_800  # the year 10000


def event_key(slug: str) -> Key:
    return (f"EVENT#{slug}", "EVENT")


def get(slug: str) -> Event | None:
    # A part of the path becomes a key.
    item = table.get(event_key(slug)) if is_slug(slug) else None
    return to_event(slug, item) if item else None


def get_many(slugs: Iterable[str]) -> dict[str, Event]:
    """The events that exist, by slug.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    return {event.slug: event for event in _all_of(map(event_key, slugs))}


def by_start() -> list[Event]:
    """All events whose sign-ups are kept, past and withdrawn ones too, in the order of their start.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    events = _all_of(table.due(HAS_RSVPS, FOR_EVER, limit=0))
    return sorted(events, key=lambda event: (event.starts_at, event.slug))


def _all_of(keys: Iterable[Key]) -> Iterator[Event]:
    items, unread = table.get_many(keys)
    if unread:
        raise TooManyError("unread")
    return (to_event(pk.removeprefix("EVENT#"), item) for (pk, _), item in items.items())


def to_event(slug: str, item: Item) -> Event:
    facts = item["facts"]
    return Event(
        slug=slug,
        withdrawn=bool(item.get("withdrawn")),
        closed=bool(item.get("closed")),
        tail=item.get("tail", 0),
        turnout=item.get("turnout"),
        opinions=item.get("opinions"),
        facts=facts,
        **times(facts),
        **{name: item[name] for name in ("capacity", "free", "waiting", "sequence")},
    )


# ---- Publishing


def upsert(slug: str, facts: dict[str, Any], now: int) -> bool:
    """Store the event as in its entry in the catalogue; returns whether anything changed.

    Seats change by the difference, so that sign-ups at the same time count. If the capacity is
    lowered below the number of taken seats, `free` goes negative: nobody loses their seat.

    Raises:
        TooManyError: the event changes faster than this can be saved.
    """
    for _ in range(TRIES):
        item = table.get(event_key(slug))
        if item and item["facts"] == facts and not item.get("withdrawn"):
            return False
        try:
            _write_event(slug, item, facts, now)
        except RefusedError:
            continue
        return True
    raise TooManyError(f"event {slug}")


def _write_event(slug: str, item: Item | None, facts: dict[str, Any], now: int) -> None:
    """An event that is published for the first time has nobody to mail."""
    if item is None:
        table.write(_new_event(slug, facts, now))
    elif is_numbered(item["facts"], facts):
        after = sequence(item["sequence"], facts, now)
        changed = _changed_event(slug, item, facts, after)
        table.transact(
            changed,
            event_facts.keep(slug, item["sequence"], item["facts"]),
            event_facts.put_change(slug, after, now),
        )
    else:
        table.write(_changed_event(slug, item, facts, item["sequence"]))


def _new_event(slug: str, facts: dict[str, Any], now: int) -> Write:
    item = {
        **table.keyed(event_key(slug)),
        "capacity": facts["seats"],
        "free": facts["seats"],
        "waiting": 0,
        "sequence": sequence(0, facts, now),
        "facts": facts,
        "due_kind": HAS_RSVPS,
        "due_at": erased_at(facts),
    }
    return table.put(item, condition=table.NEW)


def _changed_event(slug: str, item: Item, facts: dict[str, Any], after: int) -> Write:
    """What the desk has changed holds until a commit changes the same."""
    known, seats = item["facts"], item["capacity"]
    seats = facts["seats"] if facts["seats"] != known["seats"] else seats
    opened = ", #closed" if facts["closes_at"] != known["closes_at"] else ""
    return table.update(
        event_key(slug),
        "SET #facts = :facts, #capacity = :seats, #free = #free + :more, #sequence = :next,"
        " #due_kind = :kind, #due_at = :erased_at"
        f" REMOVE #withdrawn{opened}",
        {
            ":facts": facts,
            ":kind": HAS_RSVPS,
            ":erased_at": erased_at(facts),
            ":seats": seats,
            ":more": seats - item["capacity"],
            ":next": after,
            ":capacity": item["capacity"],
            ":sequence": item["sequence"],
        },
        condition=f"#capacity = :capacity AND {SAME_FACTS}",
    )


def withdraw(slug: str) -> None:
    """Take no more sign-ups: HR has taken the event off the site. Guests can still cancel."""
    withdrawn = table.update(
        event_key(slug), "SET #withdrawn = :yes", {":yes": True}, condition=table.EXISTS
    )
    try:
        table.write(withdrawn)
    except RefusedError:
        return


# ---- Changed at the desk, until a commit changes it


def set_capacity(event: Event, seats: int, *also: Write) -> None:
    """Nobody loses their seat; `free` may go negative.

    Raises:
        RefusedError: the capacity has changed meanwhile.
    """
    values = {":seats": seats, ":more": seats - event.capacity, ":known": event.capacity}
    expression = "SET #capacity = :seats, #free = #free + :more"
    changed = table.update(
        event_key(event.slug), expression, values, condition="#capacity = :known"
    )
    table.transact(changed, *also)


def close(slug: str, *also: Write, closed: bool) -> None:
    """Take no more sign-ups from now on, or take them again until the closing time."""
    expression = "SET #closed = :yes" if closed else "REMOVE #closed"
    values = {":yes": True} if closed else {}
    table.transact(table.update(event_key(slug), expression, values, condition=table.EXISTS), *also)
