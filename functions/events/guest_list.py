"""Who is coming to an event, and what they eat. Pure; nothing is decided here."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from functions.events.rules import Event, Rsvp, Status


@dataclass(frozen=True)
class GuestList:
    """`coming` is in the order of names; `pending` have not confirmed, and may never do."""

    event: Event
    coming: tuple[Rsvp, ...]
    pending: int
    cancelled: int

    @property
    def places(self) -> int:
        return sum(rsvp.party for rsvp in self.coming)

    @property
    def food(self) -> list[tuple[str, int]]:
        """What was written about food, each with the number of sign-ups that wrote it."""
        written = (" ".join(rsvp.dietary.split()) for rsvp in self.coming)
        texts = [text for text in written if text]
        first = {text.casefold(): text for text in reversed(texts)}
        counts = Counter(text.casefold() for text in texts)
        return [(first[text], count) for text, count in counts.most_common()]


def guest_list(event: Event, rsvps: Iterable[Rsvp], now: int) -> GuestList:
    known = list(rsvps)
    coming = (rsvp for rsvp in known if rsvp.status is Status.ACCEPTED)
    return GuestList(
        event=event,
        coming=tuple(sorted(coming, key=lambda rsvp: _order(rsvp.name))),
        pending=sum(rsvp.status is Status.PENDING and rsvp.expires_at > now for rsvp in known),
        cancelled=sum(rsvp.status is Status.CANCELLED for rsvp in known),
    )


def _order(name: str) -> tuple[str, str]:
    """By the last word, as on a list at the door."""
    words = re.split(r"\s+", name.strip().casefold())
    return words[-1], name.casefold()
