"""Seats and places in the queue: how both follow a sign-up as it changes, in its own transaction.

The event's item counts: `free` seats, parties `waiting`, and the last place given, `tail`. A place
in the queue is an item of its own, whose key keeps the queue in its order.
"""

from collections.abc import Iterator
from typing import NamedTuple

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.events.rules import Event, Rsvp, is_queued, seats
from functions.events.store.events import SAME_FACTS, event_key
from functions.events.waiting_list import Place

HAS_SEATS = "#free >= :n AND #waiting = :none"
IS_NEXT = "(attribute_not_exists(#tail) OR #tail = :tail)"
IS_FULL = "(#free < :party OR #waiting > :none)"
STILL_FREE = "#free >= :n"
QUEUE = "QUEUE"  # due_kind and sort key of the mark that an event has a queue
PLACES = f"{QUEUE}#"
PAGE = 20  # places that are read at once
WRITES_PER_RSVP = 2  # at most, besides its own, as it ends


def following(
    slug: str,
    before: tuple[Rsvp, ...],
    after: Rsvp | None,
    *,
    known: int = 0,
    free: int | None = None,
) -> tuple[Write, ...]:
    """The writes beside a sign-up's own: seats that are taken or freed, a place given or left.

    Args:
        before: the sign-ups that end as they were: two if two of one person become one.
        after: what follows; None if they are deleted.
        known: the number of the facts that the person was shown; then these have to be true.
        free: the free seats by which it was decided who is served; then there have to be as many.
    """
    parts = list(_parts(before, after, known, free))
    condition = " AND ".join(part.condition for part in parts if part.condition) or table.EXISTS
    sets = ", ".join(part.sets for part in parts if part.sets)
    values = {name: value for part in parts for name, value in part.values.items()}
    queue = _in_the_queue(before, after)
    if not parts:
        return queue
    if not sets:
        return (table.check(event_key(slug), condition, values), *queue)
    return (table.update(event_key(slug), f"SET {sets}", values, condition=condition), *queue)


class _Part(NamedTuple):
    sets: str
    condition: str
    values: Item


def _parts(
    before: tuple[Rsvp, ...], after: Rsvp | None, known: int, free: int | None
) -> Iterator[_Part]:
    """What changes in the event's item, and what has to hold there."""
    more = seats(after) - sum(map(seats, before))
    queued = is_queued(after) - sum(map(is_queued, before))
    if more:
        yield _Part("#free = #free - :n", "", {":n": more})
    if more > 0:  # who comes now overtakes nobody who waits
        is_served = queued < 0
        yield _Part("", STILL_FREE if is_served else HAS_SEATS, {} if is_served else {":none": 0})
    if queued < 0:
        yield _Part("#waiting = #waiting - :left", "", {":left": -queued})
    if queued > 0 and after:
        yield _Part(
            "#waiting = #waiting + :one, #tail = :place",
            f"{IS_NEXT} AND {IS_FULL}",  # no seat idles beside somebody who waits
            {
                ":one": 1,
                ":place": after.place,
                ":tail": after.place - 1,
                ":party": after.party,
                ":none": 0,
            },
        )
    if free is not None:
        yield _Part("", "#free = :free", {":free": free})
    if known:
        yield _Part("", SAME_FACTS, {":sequence": known})


# ---- The queue


def _in_the_queue(before: tuple[Rsvp, ...], after: Rsvp | None) -> tuple[Write, ...]:
    left = {rsvp.place: rsvp for rsvp in before if is_queued(rsvp)}
    kept = left.pop(after.place, None) if after and is_queued(after) else None
    writes = [_leave(rsvp) for rsvp in left.values()]
    if after and is_queued(after) and kept is None:
        writes += [_stand(after), _has_queue(after.slug)]
    elif after and kept and _content(kept) != _content(after):
        key, held = _place_key(after.slug, after.place), {":was": kept.address_hash}
        item = table.keyed(key) | _content(after)
        writes.append(table.put(item, condition="#address_hash = :was", values=held))
    return tuple(writes)


def _content(rsvp: Rsvp) -> Item:
    """The party, too, so that the queue is read without the sign-ups."""
    return {"address_hash": rsvp.address_hash, "party": rsvp.party}


def _place_key(slug: str, place: int) -> Key:
    return (f"EVENT#{slug}", f"{PLACES}{place:010}")


def _stand(rsvp: Rsvp) -> Write:
    item = table.keyed(_place_key(rsvp.slug, rsvp.place)) | _content(rsvp)
    return table.put(item, condition=table.NEW)


def _leave(rsvp: Rsvp) -> Write:
    values = {":was": rsvp.address_hash}
    key = _place_key(rsvp.slug, rsvp.place)
    return table.delete(key, condition="#address_hash = :was", values=values)


def _has_queue(slug: str) -> Write:
    mark = {"due_kind": QUEUE, "due_at": 0}
    return table.put(table.keyed((f"EVENT#{slug}", QUEUE)) | mark)


def with_queue(now: int) -> list[str]:
    """The events that have a queue, by slug; of one that was just emptied, too."""
    return [pk.removeprefix("EVENT#") for pk, _ in table.due(QUEUE, now, limit=0)]


def end_queue(slug: str) -> None:
    """Take the mark away, unless somebody waits again."""
    nobody = table.check(event_key(slug), "#waiting = :none", {":none": 0})
    table.try_write(nobody, table.delete((f"EVENT#{slug}", QUEUE)))


def queue(slug: str) -> Iterator[Place]:
    """Those who wait, in the order of the queue, read as they are wanted."""
    last: str | None = None
    while page := list(table.query(f"EVENT#{slug}", PLACES, after=last, limit=PAGE)):
        yield from (Place(item["address_hash"], item["party"]) for item in page)
        last = page[-1]["sk"]


def position(event: Event, rsvp: Rsvp) -> int:
    """Which place in the event's queue that is, from 1; 0 if they don't wait.

    The event as it was before they joined its queue will do. The last one is not counted, because
    in a rush each newcomer is.
    """
    if not is_queued(rsvp):
        return 0
    if rsvp.place >= event.tail:
        return event.waiting + (rsvp.place > event.tail)
    pk, own = _place_key(event.slug, rsvp.place)
    return 1 + table.count(pk, PLACES, before=own)
