"""Serves the waiting lists: offers that nobody answered lapse, and free seats go to the next.

Each step is one conditional transaction, so that a tick that runs twice, or dies, does no harm:
the next one carries on.
"""

from functions.core.errors import RefusedError
from functions.core.site import site
from functions.events import waiting_list
from functions.events.changed_facts import known_facts
from functions.events.rules import Decision, Event, Rsvp, is_queued
from functions.events.store import event_facts, events, places, rsvps
from functions.events.waiting_list import WaitingList, waiting_list_of

AT_ONCE = 200  # parties; the next tick continues


def end_offers(now: int) -> int:
    """Let offers lapse whose time is over; returns how many. Those of a cancelled event wait, with
    their holder, in case it takes place after all."""
    return sum(_lapse(rsvp, now) for rsvp in rsvps.with_offer(now))


def _lapse(before: Rsvp, now: int) -> bool:
    event = events.get(before.slug)
    if event and (event.cancelled or _takes_place_again(before, event, now)):
        return False
    decision = waiting_list.lapse(before, now)
    return decision.after is not None and _save(before, decision, now)


def _takes_place_again(before: Rsvp, event: Event, now: int) -> bool:
    """True if they know it as cancelled yet: `changes` tells them, and holds their place anew."""
    _, known = known_facts(before, event, event_facts.earlier(event.slug))
    return bool(known.get("cancelled")) and now < event.served_until


def serve_queues(now: int) -> int:
    """Give free seats to those who wait; returns to how many parties."""
    left = AT_ONCE
    for slug in places.with_queue(now):
        while left and _serve_next(slug, waiting_list_of(site()), now):
            left -= 1
    return AT_ONCE - left


def _serve_next(slug: str, how: WaitingList, now: int) -> bool:
    """Serve whoever is next; returns False if there is nobody, or nothing to give, now."""
    for _ in range(events.TRIES):
        event = events.get(slug)
        if event is None or not event.waiting:
            places.end_queue(slug)
            return False
        if event.free <= 0 or not waiting_list.may_serve(event, how, now):
            return False
        place = waiting_list.next_served(event, places.queue(slug), how)
        if place is None:
            return False
        before = rsvps.get(slug, place.address_hash)
        if before is None or not is_queued(before):
            continue  # they have just left
        decision = waiting_list.serve(event, before, how, now)
        if _save(before, decision, now, free=event.free):
            return True
    return False  # it changes too fast: the next tick tries again


def _save(before: Rsvp, decision: Decision, now: int, free: int | None = None) -> bool:
    """Returns False if something else came first."""
    assert decision.after
    try:
        rsvps.save(before, decision.after, decision.mail, now, free=free)
    except RefusedError:
        return False
    return True
