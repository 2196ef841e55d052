"""Whom the team or the event's contact lets in, also once sign-up has closed. Pure."""

from functions.events import rules
from functions.events.rules import WANTED, Decision, Event, Rsvp, Verdict, Wish


def let_in(event: Event, before: Rsvp, now: int) -> Decision:
    """The team or the event's contact says yes: seats, or a place in the queue while it is served.

    Afterwards nobody is put on it, and nobody overtakes those who still wait: the team gives them
    their seats first.
    """
    if now >= event.served_until and not rules.has_seats(event, before.party):
        return Decision(Verdict.FULL)
    return rules.seated_or_queued(event, before)


def enter(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Decision:
    """Somebody of the team signs a person up who has asked for it, also after the closing time."""
    if event.withdrawn or now >= event.ends_at:
        return Decision(Verdict.GONE)
    if event.cancelled:
        return Decision(Verdict.EVENT_CANCELLED)
    if before and before.status in WANTED:
        return Decision(Verdict.ALREADY)
    return let_in(event, rules.pending(event, before, wish, address_hash, now), now)
