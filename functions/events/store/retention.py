"""RSVPs that nobody confirmed in time, and those of events that are long over, are deleted."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.errors import RefusedError
from functions.events import opinions
from functions.events.rules import Status
from functions.events.store import events, given_opinions, past_events
from functions.events.store.attendance import numbers, who_came
from functions.events.store.declines import DECLINED
from functions.events.store.events import HAS_RSVPS, IS_DUE
from functions.events.store.given_opinions import OPINION
from functions.events.store.invited_facts import KNOWN
from functions.events.store.online_links import LINK
from functions.events.store.places import QUEUE
from functions.events.store.team_messages import MESSAGE

SWEPT_AT_ONCE = 500
ERASED_AT_ONCE = 500
# One transaction takes 100 writes; one is the event's own, and the last one has a figure, too.
ERASED_IN_ONE = 99
# Sort keys: sign-ups, declined invitations, check-ins, sessions at the door, what guests said, the
# queue, the link to attend online, what the team has written to guests, what the invited know.
ERASED = ("RSVP#", DECLINED, "DOOR#", "DOOR_SESSION#", OPINION, QUEUE, LINK, MESSAGE, KNOWN)


def sweep(now: int) -> int:
    """Delete expired pending RSVPs; returns how many. The index may be stale: the condition of each
    delete decides."""
    return sum(_delete_expired(key, now) for key in table.due("RSVP", now, SWEPT_AT_ONCE))


def _delete_expired(key: Key, now: int) -> bool:
    expired = "#status = :pending AND #expires_at <= :now"
    values = {":pending": Status.PENDING, ":now": now}
    try:
        table.write(table.delete(key, condition=expired, values=values))
    except RefusedError:
        return False
    return True


# ---- Past events


def erase_past_rsvps(now: int) -> int:
    """Erase RSVPs of events that are long over; returns how many. The next tick continues."""
    erased = 0
    for key in table.due(HAS_RSVPS, now):
        while erased < ERASED_AT_ONCE:
            page = _erase_page(key, now)
            erased += page
            if page < ERASED_IN_ONE:
                break
    return erased


def _erase_page(event: Key, now: int) -> int:
    """Erase up to ERASED_IN_ONE RSVPs and what was tapped at the door, unless the event was moved
    to a later time meanwhile. How many came is counted before the first of them goes."""
    _count(event, now)
    keys = list(islice(_erased_keys(event[0]), ERASED_IN_ONE))
    after = (_still_due(event, now),) if len(keys) == ERASED_IN_ONE else _done_with(event, now)
    try:
        table.transact(*map(table.delete, keys), *after)
    except RefusedError:
        return 0
    return len(keys)


def _count(event: Key, now: int) -> None:
    """Note in the event's item how many came, if guests were checked in, and what they said, where
    several did; once, as later there are fewer to count."""
    slug = event[0].removeprefix("EVENT#")
    known = events.get(slug)
    if known and known.turnout is None and (came := who_came(slug)):
        _note(event, "turnout", numbers(came), now)
    given = given_opinions.of_event(slug) if known and known.opinions is None else []
    if counted := opinions.counts(given):
        _note(event, "opinions", counted, now)


def _note(event: Key, name: str, counted: Mapping[str, Any], now: int) -> None:
    once = f"attribute_not_exists(#{name}) AND {IS_DUE}"
    values = {":counted": counted, ":now": now}
    table.try_write(table.update(event, f"SET #{name} = :counted", values, condition=once))


def _erased_keys(pk: str) -> Iterator[Key]:
    for beginning in ERASED:
        items = table.query(pk, beginning, limit=ERASED_IN_ONE, only=("status",))
        yield from ((pk, item["sk"]) for item in items)


def _still_due(event: Key, now: int) -> Write:
    # An update that changes nothing checks as well, and needs no further permission.
    return table.update(event, "SET #due_at = #due_at", {":now": now}, condition=IS_DUE)


def _done_with(event: Key, now: int) -> tuple[Write, ...]:
    """No RSVP is left: all seats are free again, in case HR moves the event to another day. How
    many were taken stays in the figures, if it took place."""
    known = events.get(event[0].removeprefix("EVENT#"))
    free = known.free if known else 0
    done = table.update(
        event,
        "SET #free = #capacity, #waiting = :none REMOVE #due_kind, #due_at, #turnout, #opinions",
        {":none": 0, ":now": now, ":free": free},
        condition=f"{IS_DUE} AND #free = :free",
    )
    return (done, past_events.keep(known)) if known and not known.cancelled else (done,)
