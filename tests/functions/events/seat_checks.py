"""What must hold for an event's seats, by what is stored before and after each write.

It says in its own words what a seat, a place in the queue and an open event are, so that a fault in
the rules is noticed too.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.events.rules import Event, Rsvp
from functions.events.store import events, places, rsvps
from functions.events.waiting_list import WaitingList

Items = Mapping[tuple[str, str], Mapping[str, Any]]  # the whole table, in DynamoDB's JSON
NOBODY, PENDING, REQUESTED, ACCEPTED, WAITING, OFFERED, CANCELLED = (
    *("nobody", "pending", "requested", "accepted", "waiting", "offered", "cancelled"),
)
HOURS = 3600
# Of an offer; between a tick's look at the clock and its writes the world has a minute.
LONGEST, SHORTEST = 48 * HOURS, 2 * HOURS - 60
DAYTIME = range(8, 21)  # hours in which offers go out
OF_COMING = {
    "rsvp_requested",
    "rsvp_accepted",
    "rsvp_waiting",
}  # emails to whoever wants to come now
# From state to state: the emails one of which says so. Nobody gets from one to another without.
MAILS: dict[tuple[str, str], tuple[str, ...]] = {
    **{(was, PENDING): ("confirm_rsvp",) for was in (NOBODY, PENDING, CANCELLED)},
    **{(was, REQUESTED): ("rsvp_requested",) for was in (PENDING, CANCELLED)},
    **{
        (was, after): (f"rsvp_{after}",)
        for was in (NOBODY, PENDING, REQUESTED, CANCELLED)
        for after in (ACCEPTED, WAITING)
    },
    **{(same, same): ("rsvp_changed",) for same in (REQUESTED, ACCEPTED, WAITING)},
    **{(was, CANCELLED): ("rsvp_cancelled",) for was in (ACCEPTED, WAITING)},
    (REQUESTED, CANCELLED): ("rsvp_cancelled", "rsvp_declined"),
    (WAITING, OFFERED): ("seat_offered",),
    (WAITING, ACCEPTED): ("seat_given",),
    (OFFERED, ACCEPTED): ("rsvp_accepted", "seat_given"),
    (OFFERED, CANCELLED): ("rsvp_cancelled", "offer_lapsed"),
}
OF_SEATS = {mail for mails in MAILS.values() for mail in mails}
Mail = tuple[str, str, str]  # its name, whose it is, and the revision of the sign-up


def state(rsvp: Rsvp | None) -> str:
    return str(rsvp.status) if rsvp else NOBODY


def taken(rsvp: Rsvp | None) -> int:
    """The seats that nobody else can have."""
    return rsvp.party if rsvp and state(rsvp) in {ACCEPTED, OFFERED} else 0


def waits(rsvp: Rsvp | None) -> bool:
    return state(rsvp) == WAITING


def is_open(event: Event, now: int) -> bool:
    is_off = event.withdrawn or event.closed or event.facts.get("cancelled")
    return not is_off and event.opens_at <= now < event.closes_at


def is_day(event: Event, now: int) -> bool:
    return datetime.fromtimestamp(now, ZoneInfo(event.facts["time_zone"])).hour in DAYTIME


class SeatChecks:
    """`items` returns the table. `moves` counts who got from which state to which."""

    def __init__(self, slug: str, items: Callable[[], Items], how: WaitingList) -> None:
        self.slug, self.items, self.how = slug, items, how
        self.moves: Counter[tuple[str, str]] = Counter()
        self.people = self._people()
        self.mails = self._outbox().keys()

    def after_a_write(self, now: int, *, by_team: bool = False) -> None:
        event = events.get(self.slug)
        assert event
        before, self.people = self.people, self._people()
        mails = self._new_mails()
        self._seats_are_counted(event)
        self._queue_is_counted(event)
        self._door_knows_nobody_else()
        for who, after in self.people.items():
            was = before.get(who)
            if was and was.revision == after.revision:  # only what is known of the event may change
                assert after == replace(was, sequence=after.sequence)
                continue
            self.moves[state(was), state(after)] += 1
            mail = self._their_mail(was, after, mails)
            is_served = now < min(event.closes_at, event.starts_at)
            self._comes_rightly(event, was, after, before)
            by_yes = by_team or state(was) == REQUESTED
            assert is_served or not by_yes or waits(was) or not waits(after), "queued for nothing"
            self._in_time(event, was, after, now, mail, by_team=by_team)
        assert not mails, "an email about no change"

    # ---- What is stored

    def _people(self) -> dict[str, Rsvp]:
        return {rsvp.address_hash: rsvp for rsvp in rsvps.of_event(self.slug)}

    def _outbox(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        return {key: item for key, item in self.items().items() if key[1] == "OUTBOX"}

    def _new_mails(self) -> Counter[Mail]:
        outbox = self._outbox()
        new = [outbox[key] for key in outbox.keys() - self.mails]
        self.mails = self.mails | outbox.keys()
        return Counter(
            (item["mail"]["S"], item["address_hash"]["S"], item["revision"]["N"])
            for item in new
            if item["mail"]["S"] in OF_SEATS
            and item["ref"]["M"].get("slug", {}).get("S") == self.slug
        )

    def _queue(self) -> list[Rsvp]:
        return sorted(filter(waits, self.people.values()), key=lambda one: one.place)

    # ---- After each write

    def _seats_are_counted(self, event: Event) -> None:
        assert event.free + sum(map(taken, self.people.values())) == event.capacity

    def _queue_is_counted(self, event: Event) -> None:
        queue = self._queue()
        assert event.waiting == len(queue)
        stored = [(place.address_hash, place.party) for place in places.queue(self.slug)]
        assert stored == [(one.address_hash, one.party) for one in queue]
        assert all(0 < one.place <= event.tail for one in queue)
        assert all(one.place == 0 for one in self.people.values() if not waits(one))

    def _door_knows_nobody_else(self) -> None:
        """Whoever is erased leaves no check-in behind."""
        at_door = {sk for pk, sk in self.items() if (pk, sk[:5]) == (f"EVENT#{self.slug}", "DOOR#")}
        assert at_door <= {f"DOOR#{one.ticket}" for one in self.people.values()}

    def _their_mail(self, was: Rsvp | None, after: Rsvp, mails: Counter[Mail]) -> str:
        """The only email about the change, taken out of those that were queued."""
        of_them = (after.address_hash, str(after.revision))
        of_this = [mail for mail in mails.elements() if mail[1:] == of_them]
        assert len(of_this) == 1, f"{of_this} about {state(was)} to {state(after)}"
        about = of_this[0]
        del mails[about]
        assert about[0] in MAILS[state(was), state(after)], (state(was), state(after), about)
        return about[0]

    def _comes_rightly(
        self, event: Event, was: Rsvp | None, after: Rsvp, before: Mapping[str, Rsvp]
    ) -> None:
        """Whoever has a seat now came by it rightly, and nobody overtook the others."""
        more = taken(after) - taken(was)
        queue = [one for one in before.values() if waits(one)]
        if more > 0:
            assert event.free >= 0, "accepted beyond the capacity"
            assert waits(was) or not queue, "somebody overtook the queue"
        if was and waits(was) and waits(after):
            assert after.place == was.place, "lost their place"
        elif waits(after):
            assert queue or event.free < after.party, "queued beside a free seat"
            assert all(one.place < after.place for one in queue), "not at the end"
        if was and waits(was) and more > 0 and (state(after) == OFFERED or not after.moved_up):
            ahead = [one for one in queue if one.place < was.place]
            still = event.free + after.party
            may_skip = self.how.smaller_first and all(one.party > still for one in ahead)
            assert not ahead or may_skip, "a seat out of order"

    def _in_time(
        self, event: Event, was: Rsvp | None, after: Rsvp, now: int, mail: str, *, by_team: bool
    ) -> None:
        if mail in OF_COMING and state(was) in {PENDING, CANCELLED, NOBODY} and not by_team:
            assert is_open(event, now), "signed up while it was not open"
            assert after.sequence == event.sequence, "signed up to what was not so any more"
        if state(after) == OFFERED:
            assert is_open(event, now), "offered while it was not open"
            assert now < after.held_until <= min(event.closes_at, event.starts_at), "too late"
            assert after.held_until <= now + LONGEST, "too long"
            last = min(event.closes_at, event.starts_at)
            assert after.held_until >= min(now + SHORTEST, last), "too short"
        if was and state(was) == OFFERED and mail == "rsvp_accepted":
            assert now < min(was.held_until, event.closes_at, event.starts_at), "accepted too late"
        if was and mail == "offer_lapsed":
            assert now >= was.held_until, "lapsed too early"
        assert after.declined == (mail == "rsvp_declined")
        assert after.lapsed == (mail == "offer_lapsed")

    # ---- After a tick that nothing came between

    def nothing_idles(self, now: int) -> None:
        """No seat stays free while the head of the queue fits; or anybody, with the setting. At
        night nothing is offered: the model of time has tests of its own."""
        event = events.get(self.slug)
        assert event
        at_once = self.how.giving == "at once"
        if not is_open(event, now) or now >= event.starts_at or not (at_once or is_day(event, now)):
            return
        fits = [one.party <= event.free for one in self._queue()]
        assert not (any(fits) if self.how.smaller_first else fits[:1] == [True]), "an idle seat"
        assert not [one for one in self.people.values() if self._is_over(one, now)], "held too long"

    def _is_over(self, rsvp: Rsvp, now: int) -> bool:
        return state(rsvp) == OFFERED and now >= rsvp.held_until
