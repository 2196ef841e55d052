"""Who is coming to an event, and what they eat; who gets the list, when, and for how long. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from functions.core.clock import HOUR
from functions.core.texts import listed
from functions.events.questions import answered, summed_up
from functions.events.rules import WANTED, Event, Rsvp, Status, is_lapsed
from functions.people.member import name_order

OPEN_AFTERWARDS_SECONDS = 6 * HOUR


@dataclass(frozen=True)
class Host:
    """Whoever gets the link to the list: the event's contact, or else the team."""

    name: str
    email: str
    language: str


class Access(Enum):
    """What a link to the list leads to."""

    OPEN = auto()
    ENDED = auto()
    REPLACED = auto()  # the event has another contact since


@dataclass(frozen=True)
class GuestList:
    """`coming` is in the order of names; `pending` have not confirmed, and may never do. Answers
    are shown in `language`."""

    event: Event
    coming: tuple[Rsvp, ...]
    pending: int
    cancelled: int
    language: str = ""
    asking: tuple[Rsvp, ...] = ()  # for the yes of the event's contact, the first one first
    waiting: tuple[Rsvp, ...] = ()  # in the order of the queue, behind those who have an offer
    others: tuple[Rsvp, ...] = ()  # not confirmed yet, cancelled or declined, in the order of names

    @property
    def places(self) -> int:
        return sum(rsvp.party for rsvp in self.coming)

    def answers(self, rsvp: Rsvp) -> list[tuple[str, str]]:
        """What they answered to the event's own questions: question and answer in words."""
        return answered(rsvp.answers, self.event.facts, self.language)

    @property
    def sums(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Of each question with choices: how many sign-ups chose which."""
        given = (rsvp.answers for rsvp in self.coming)
        return summed_up(given, self.event.facts, self.language)

    @property
    def food(self) -> list[tuple[str, int]]:
        """What was written about food, each with the number of sign-ups that wrote it."""
        written = (" ".join(rsvp.dietary.split()) for rsvp in self.coming)
        texts = [text for text in written if text]
        first = {text.casefold(): text for text in reversed(texts)}
        counts = Counter(text.casefold() for text in texts)
        return [(first[text], count) for text, count in counts.most_common()]


def guest_list(event: Event, rsvps: Iterable[Rsvp], now: int, language: str = "") -> GuestList:
    """The list in the order of the language."""
    known = [rsvp for rsvp in rsvps if not is_lapsed(rsvp, now)]
    by_name = sorted(known, key=lambda rsvp: name_order(rsvp.name, rsvp.sort_as, language))
    asking = (rsvp for rsvp in known if rsvp.status is Status.REQUESTED)
    waiting = (rsvp for rsvp in known if rsvp.status in {Status.WAITING, Status.OFFERED})
    return GuestList(
        event=event,
        language=language,
        coming=tuple(rsvp for rsvp in by_name if rsvp.status is Status.ACCEPTED),
        pending=sum(rsvp.status is Status.PENDING for rsvp in known),
        cancelled=sum(rsvp.status is Status.CANCELLED for rsvp in known),
        asking=tuple(sorted(asking, key=lambda rsvp: (rsvp.created_at, rsvp.address_hash))),
        waiting=tuple(sorted(waiting, key=lambda rsvp: (rsvp.place, rsvp.held_until))),
        others=tuple(rsvp for rsvp in by_name if rsvp.status not in WANTED),
    )


def sent_at(facts: dict[str, Any]) -> int:
    """When the link to the list is sent; `facts` is the event's entry in the catalogue."""
    # Here, because a sign-up's cold start needs no time zones.
    from functions.events.event_time import morning_before

    return morning_before(facts, 1)


def has_ended(ends_at: int, now: int) -> bool:
    """True once the links to the list have ended; `ends_at` is the event's."""
    return now >= ends_at + OPEN_AFTERWARDS_SECONDS


def host_of(event: Event, site: dict[str, Any]) -> Host | None:
    """None if neither the event's contact nor the team has an address."""
    contact = site["contacts"].get(event.facts["contact"]) or {}
    to = contact if contact.get("email") else site.get("team") or {}
    if not to.get("email"):
        return None
    return Host(to.get("name", ""), to["email"], listed(to.get("language", ""), site))


def access_of(event: Event, now: int, *, is_host: bool) -> Access:
    """`is_host`: the link was sent to the one who gets the list now."""
    if has_ended(event.ends_at, now):
        return Access.ENDED
    return Access.OPEN if is_host else Access.REPLACED
