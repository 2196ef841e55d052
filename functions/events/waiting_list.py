"""The waiting list of an event: who gets a seat that frees, when, and for how long it is offered.

First come, first served, by party; a seat is given at once or offered, as `waiting_list` says. No
I/O here. See docs/events.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from functions.core.clock import HOUR
from functions.events import rules
from functions.events.rules import Decision, Event, Rsvp, Status, Verdict

LONGEST, SHORTEST = 48 * HOUR, 2 * HOUR  # of an offer
SHARE = 10  # an offer lasts a tenth of the time that is left, if that is less than LONGEST
MORNING, EVENING = 8, 21  # hours of the event's zone between which offers are sent


class Giving(StrEnum):
    """What becomes of a seat that frees."""

    OFFER = "offer"  # it is held for the next, who answers
    AT_ONCE = "at once"  # the next has it, and may cancel


@dataclass(frozen=True)
class WaitingList:
    """How the network's waiting lists work."""

    giving: Giving = Giving.OFFER
    smaller_first: bool = False  # a smaller party may take seats that the first can't use


@dataclass(frozen=True)
class Place:
    """Somebody in the queue."""

    address_hash: str
    party: int


def waiting_list_of(site: dict[str, Any]) -> WaitingList:
    giving = Giving(site.get("waiting_list", Giving.OFFER))
    return WaitingList(giving, bool(site.get("smaller_parties_first")))


# ---- Giving seats to those who wait


def may_serve(event: Event, how: WaitingList, now: int) -> bool:
    """True if seats go on now: offers wait for the morning, unless that would be too late."""
    if not rules.is_open(event, now) or now >= event.served_until:
        return False
    if how.giving is Giving.AT_ONCE:
        return True
    from functions.core import dates  # here, because a sign-up's cold start needs no time zones

    morning = _morning_after(dates.local(now, event.facts["time_zone"]))
    return morning <= now or morning + SHORTEST > event.served_until


def _morning_after(local: datetime) -> int:
    """When offers are sent again; a moment that is past if they are now."""
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0, fold=0)
    return int((morning if local.hour < EVENING else morning + timedelta(days=1)).timestamp())


def offer_until(event: Event, now: int) -> int:
    left = event.served_until - now
    lasts = max(SHORTEST, min(LONGEST, (event.closes_at - now) // SHARE))
    return now + min(left, lasts)


def held_again(event: Event, offered: Rsvp, known: dict[str, Any], now: int) -> int:
    """Until when an offer stands whose holder hears that the event takes place after all."""
    is_back = bool(known.get("cancelled")) and not event.cancelled and now < event.served_until
    if offered.status is not Status.OFFERED or not is_back:
        return offered.held_until
    from functions.core import dates

    begins = max(now, _morning_after(dates.local(now, event.facts["time_zone"])))
    return max(offered.held_until, offer_until(event, begins))


def next_served(event: Event, queue: Iterable[Place], how: WaitingList) -> Place | None:
    """Who of the queue, which is in its order, has the seats that are free."""
    for place in queue:
        if place.party <= event.free:
            return place
        if not how.smaller_first:
            return None
    return None


def serve(event: Event, before: Rsvp, how: WaitingList, now: int) -> Decision:
    if how.giving is Giving.AT_ONCE:
        return promote(before)
    until = offer_until(event, now)
    after = rules.follow(before, status=Status.OFFERED, held_until=until)
    return Decision(Verdict.GO, after, "seat_offered")


def promote(before: Rsvp, why: str = "") -> Decision:
    """Give somebody who waits, or has an offer, their seats; `why` before others."""
    after = rules.follow(before, status=Status.ACCEPTED, moved_up=why)
    return Decision(Verdict.GO, after, "seat_given")


# ---- Answers


def come_back(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    """What the button does for somebody whose sign-up or offer has ended: they come after all, or
    wait at the end of the queue. Only the link by which it ended, and newer ones, have it."""
    if event is None or event.withdrawn:
        return Decision(Verdict.GONE)
    if before is None or rules.is_lapsed(before, now):
        return Decision(Verdict.LAPSED)
    if before.status in rules.WANTED and before.revision in {revision + 1, revision + 2}:
        return Decision(Verdict.ALREADY)
    if not may_come_back(event, before, revision, now):
        return Decision(Verdict.STALE if rules.is_open(event, now) else Verdict.CLOSED)
    return rules.taken_in(event, before)


def may_come_back(event: Event, before: Rsvp, revision: int, now: int) -> bool:
    ended = rules.has_ended(before) and before.revision in {revision, revision + 1}
    return ended and rules.is_open(event, now)


def accept(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    """Take the seat that an offer holds."""
    done = before is not None and before.status is Status.ACCEPTED
    if verdict := rules.link_verdict(event, before, revision, now, done=done, of=(Status.OFFERED,)):
        return Decision(verdict)
    assert event
    assert before
    if event.withdrawn or now >= min(before.held_until, event.served_until):
        return Decision(Verdict.OFFER_ENDED)
    after = rules.follow(before, status=Status.ACCEPTED, sequence=event.sequence)
    return Decision(Verdict.GO, after, "rsvp_accepted")


def lapse(before: Rsvp, now: int) -> Decision:
    """What becomes of an offer that nobody has answered in time."""
    if before.status is not Status.OFFERED or now < before.held_until:
        return Decision(Verdict.ALREADY)
    after = rules.follow(before, status=Status.CANCELLED, lapsed=True)
    return Decision(Verdict.GO, after, "offer_lapsed")
