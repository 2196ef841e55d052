"""Keeps the taps that a phone has sent: those of sign-ups that are there, and of walk-ins."""

from collections.abc import Iterable

from functions.core.errors import TooManyError
from functions.door.rules import opening
from functions.door.rules.check_ins import Tap
from functions.door.store import taps
from functions.events.rules import Event
from functions.events.store import rsvps


def keep(event: Event, sent: Iterable[Tap], now: int) -> None:
    """Of somebody who is erased, also at the same moment, nothing is kept.

    Raises:
        TooManyError: sign-ups change faster than this can be saved.
    """
    tapped, until = list(sent), opening.kept_until(event)
    for _ in range(taps.TRIES):
        there = {rsvp.ticket: rsvps.is_there(rsvp) for rsvp in rsvps.of_event(event.slug)}
        if taps.keep(event.slug, tapped, there, now, until):
            return
    raise TooManyError("taps")
