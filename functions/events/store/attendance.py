"""Who came to an event, as the phones at its door have sent it."""

from functions.door.rules.check_ins import Turnout, turnout
from functions.door.store import taps
from functions.events.rules import Status
from functions.events.store import rsvps


def who_came(slug: str) -> Turnout | None:
    """None before the first tap, or once all is erased. Reads all of the event's sign-ups."""
    tapped = list(taps.of_event(slug))
    if not tapped:
        return None
    coming = (rsvp for rsvp in rsvps.of_event(slug) if rsvp.status is Status.ACCEPTED)
    return turnout(tapped, {rsvp.ticket: rsvp.party for rsvp in coming})


def numbers(came: Turnout) -> dict[str, int]:
    """What stays of it once the sign-ups are erased."""
    return {"came": came.signed_up, "walk_ins": came.walk_ins}
