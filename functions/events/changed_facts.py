"""Which changes of an event's facts get a number of their own, and who is mailed about them.

No I/O here. See docs/events.md.
"""

from functions.core.handover import SEQUENCE_BEGINS
from functions.events.rules import WANTED, Event, Facts, Rsvp

# Changing one of these raises the calendar's SEQUENCE (RFC 5545, 3.8.7.4), which is also the number
# of the change: who is coming hears of it, or not, as `must_hear` decides.
NUMBERED = (
    *("title", "url", "starts_at", "ends_at", "all_day", "time_zone", "place", "address"),
    *("attend", "announce"),
)
# A new title is mailed only with `announce: true`; any other fact never is.
ALWAYS_MAILED = ("starts_at", "ends_at", "all_day", "time_zone", "place", "address", "attend")


def sequence(before: int, facts: Facts, now: int) -> int:
    """The calendar's SEQUENCE of an event that gets new facts now: that of the site's own calendar
    files, which the facts hold if the site is built from git."""
    return max(before + 1, facts.get("revision") or (now - SEQUENCE_BEGINS) // 60)


def is_numbered(before: Facts, after: Facts) -> bool:
    """True if the change of an event's facts gets a number of its own."""
    return _differ(before, after, NUMBERED)


def must_hear(known: Facts, facts: Facts) -> bool:
    """True if somebody who is coming, or wants to, and knows these facts, must hear of them."""
    return _differ(known, facts, (*ALWAYS_MAILED, *(("title",) if facts.get("announce") else ())))


def _differ(before: Facts, after: Facts, names: tuple[str, ...]) -> bool:
    """A better reason for cancelling is no change; cancelling, and taking that back, are."""
    if bool(before.get("cancelled")) != bool(after.get("cancelled")):
        return True
    # One that is missing is as it usually is, like an empty one.
    return any((before.get(name) or None) != (after.get(name) or None) for name in names)


def known_facts(rsvp: Rsvp, event: Event, earlier: dict[int, Facts]) -> tuple[int, Facts]:
    """The facts of the event that this person knows, and their number.

    `earlier` holds the facts that are no longer true, by their number.
    """
    if rsvp.sequence == event.sequence or not earlier:
        return event.sequence, event.facts
    number = rsvp.sequence or min(earlier)
    return number, earlier.get(number, event.facts)


def is_to_hear(rsvp: Rsvp, event: Event, known: Facts, now: int) -> bool:
    """True if this person is to get an email about what has changed since `known`."""
    over = event.ends_at <= now
    return rsvp.status in WANTED and not over and must_hear(known, event.facts)
