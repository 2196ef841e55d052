"""Who came to an event, as the phones at its door have sent it."""

from functions.door.rules.check_ins import Turnout, turnout
from functions.door.store import taps
from functions.events.rules import Status
from functions.events.store import rsvps


def who_came(slug: str) -> Turnout | None:
    """None if nobody who signed up is checked in, as after a try that was undone, or where only
    somebody without a sign-up was entered: then who came wasn't counted. Reads all sign-ups."""
    tapped = list(taps.of_event(slug))
    if not tapped:
        return None
    coming = (rsvp for rsvp in rsvps.of_event(slug) if rsvp.status is Status.ACCEPTED)
    came = turnout(tapped, {rsvp.ticket: rsvp.party for rsvp in coming})
    return came if came.signed_up else None


def numbers(came: Turnout) -> dict[str, int]:
    """What stays of it once the sign-ups are erased."""
    return {"came": came.signed_up, "walk_ins": came.walk_ins}
