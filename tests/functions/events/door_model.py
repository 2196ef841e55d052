"""What the phones at an event's door do, and who came by a plain account of it."""

from collections import defaultdict
from collections.abc import Iterable

from functions.door import keeping
from functions.door.rules.check_ins import Tap, TapKind
from functions.events.rules import Event, Rsvp
from functions.events.store import attendance


class DoorModel:
    def __init__(self, slug: str) -> None:
        self.slug, self.taps = slug, 0
        self.standing: dict[str, dict[str, int]] = defaultdict(dict)  # ticket → tap → how many came

    def tap(self, name: str, event: Event, ticket: str, people: int, now: int) -> None:
        """Check in so many, or undo every check-in of the party."""
        self.taps += 1
        tap_id, standing = f"t{self.taps}", self.standing[ticket]
        kind = TapKind.UNDO if name == "undo" else TapKind.CAME
        keeping.keep(event, [Tap(tap_id, ticket, kind, people, of=tuple(standing))], now)
        if kind is TapKind.UNDO:
            standing.clear()
        else:
            standing[tap_id] = people

    def agrees(self, there: Iterable[Rsvp]) -> None:
        """Who came, and who of those who were to come did not. Whoever is erased is forgotten."""
        tickets = {rsvp.ticket for rsvp in there}
        for ticket in self.standing.keys() - tickets:
            del self.standing[ticket]
        turnout = attendance.who_came(self.slug)
        expected = {
            rsvp.ticket: min(sum(self.standing[rsvp.ticket].values()), rsvp.party)
            for rsvp in there
            if rsvp.status == "accepted"
        }
        assert turnout is None or turnout.came == expected
        assert turnout or not any(expected.values())
