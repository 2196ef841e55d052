"""Rules of seats and RSVPs: decides from values that were read which change is allowed.

No I/O here: `store` enforces each decision by the conditions of its writes.

See docs/security.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from functions.core.clock import DAY, epoch
from functions.core.lifetimes import RSVP_DAYS
from functions.door.rules import tickets
from functions.people.member import Agreement

Answers = Mapping[str, tuple[str, ...]]  # question's name → what was answered
Facts = dict[str, Any]  # an event's entry in the catalogue
KEEP_DAYS = 60  # privacy.md promises it: time for HR to settle the bill and to say thank you
TIMES = ("starts_at", "ends_at", "opens_at", "closes_at")
WISHED = ("party", "dietary", "guests", "answers")  # what a person can change by their own link


class Status(StrEnum):
    PENDING = "pending"
    REQUESTED = "requested"  # the event's contact decides
    ACCEPTED = "accepted"
    WAITING = "waiting"  # in the queue of a full event
    OFFERED = "offered"  # a seat is held for them, for a time
    CANCELLED = "cancelled"


SEATED_OR_NOT = (Status.REQUESTED, Status.ACCEPTED, Status.WAITING)  # what confirming leads to
MOVES: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.PENDING, *SEATED_OR_NOT}),
    Status.PENDING: frozenset({Status.PENDING, *SEATED_OR_NOT}),
    Status.REQUESTED: frozenset({*SEATED_OR_NOT, Status.CANCELLED}),
    Status.ACCEPTED: frozenset({Status.ACCEPTED, Status.CANCELLED}),
    Status.WAITING: frozenset({Status.WAITING, Status.OFFERED, Status.ACCEPTED, Status.CANCELLED}),
    Status.OFFERED: frozenset({Status.ACCEPTED, Status.CANCELLED}),
    Status.CANCELLED: frozenset({Status.PENDING, *SEATED_OR_NOT}),
}
HELD = (Status.ACCEPTED, Status.OFFERED)  # whose seats nobody else can have
STANDING = (Status.REQUESTED, Status.ACCEPTED, Status.WAITING)  # what the person's own link changes
BETTER = (  # of two sign-ups of one person, the later in this row
    Status.PENDING,
    Status.CANCELLED,
    Status.REQUESTED,
    Status.WAITING,
    Status.OFFERED,
    Status.ACCEPTED,
)
WANTED = (*STANDING, Status.OFFERED)  # who hears what becomes of the event


class Verdict(StrEnum):
    GO = "go"
    ALREADY = "already"  # done before: a repeated click
    FULL = "full"
    CLOSED = "closed"
    NOT_YET = "not yet"  # sign-up opens later
    EVENT_CANCELLED = "event cancelled"
    STALE = "stale"  # a newer link has replaced this one
    SIGNED_OFF = "signed off"  # this sign-up was cancelled since
    OFFER_ENDED = "offer ended"  # the seat has gone to the next, or sign-up is closed
    LAPSED = "lapsed"  # nobody confirmed it in time, so it is deleted, or about to be
    GONE = "gone"


@dataclass(frozen=True)
class Event:
    """An event in the table; `facts` is its entry in the catalogue. Times are epoch seconds."""

    slug: str
    capacity: int
    free: int  # negative if the capacity was lowered below the number of taken seats
    waiting: int  # parties in the queue
    sequence: int  # the calendar's (RFC 5545, 3.8.7.4), not the catalogue's
    starts_at: int
    ends_at: int
    closes_at: int
    withdrawn: bool = False  # HR has taken it off the site
    opens_at: int = 0
    closed: bool = False  # at the desk, before its closing time
    tail: int = 0  # the last place in the queue that was given; it only rises
    facts: Facts = field(default_factory=dict)
    turnout: dict[str, int] | None = None  # who came, once that is counted for good
    opinions: dict[str, dict[str, int]] | None = None  # likewise, what they said

    @property
    def cancelled(self) -> str:
        """Why it won't take place; empty if it will."""
        return str(self.facts.get("cancelled", ""))

    @property
    def all_day(self) -> bool:
        """True if it lasts whole days: it ends at the midnight after the last one."""
        return bool(self.facts.get("all_day"))

    @property
    def approval(self) -> bool:
        """True if the event's contact decides who comes."""
        return bool(self.facts.get("approval"))

    @property
    def served_until(self) -> int:
        """When the waiting list ends: nobody gets a seat of it, or an offer, from then on."""
        return min(self.closes_at, self.starts_at)


@dataclass(frozen=True)
class Rsvp:
    """One person's sign-up. `revision` rises with each change, so that old links do nothing."""

    slug: str
    address_hash: str
    status: Status
    name: str
    email: str
    party: int  # the person and the guests
    dietary: str
    language: str
    revision: int
    created_at: int
    expires_at: int = 0  # of a pending one
    held_until: int = 0  # of an offer
    food_consent: Agreement | None = None  # to keep `dietary`, which is health data (Art. 9 GDPR)
    sequence: int = 0  # of the event's facts that this person knows; 0: from before it was noted
    declined: bool = False  # of a cancelled one: the event's contact said no
    lapsed: bool = False  # of a cancelled one: they didn't answer an offer in time
    moved_up: str = ""  # why the team gave them a place before others who wait
    place: int = 0  # of a waiting one: its number in the queue, rising
    former: tuple[str, ...] = ()  # hashes of addresses from which it moved here: of older links
    ticket: str = ""  # the code by which the door knows it, wherever it moves
    guests: tuple[str, ...] = ()  # the names of those whose names are known
    answers: Answers = field(default_factory=dict)  # to the event's own questions
    sort_as: str = ""  # in lists, as the member wants it; empty: by the last word of the name

    @property
    def is_confirmed(self) -> bool:
        """True if somebody who reads this address has confirmed the sign-up."""
        return self.status is not Status.PENDING


@dataclass(frozen=True)
class Wish:
    """The content of a valid form."""

    name: str
    email: str
    party: int
    dietary: str
    language: str
    food_consent: Agreement | None = None
    guests: tuple[str, ...] = ()
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """If there is an `after`, it is to be saved together with `mail`."""

    verdict: Verdict
    after: Rsvp | None = None
    mail: str = ""


def seats(rsvp: Rsvp | None) -> int:
    """The seats that nobody else can have: taken, or held by an offer."""
    return rsvp.party if rsvp and rsvp.status in HELD else 0


def is_queued(rsvp: Rsvp | None) -> bool:
    return rsvp is not None and rsvp.status is Status.WAITING


def has_ended(rsvp: Rsvp) -> bool:
    """True if the person, or nobody's answer, has ended it: they may come back."""
    return rsvp.status is Status.CANCELLED and not rsvp.declined


def has_seats(event: Event, more: int) -> bool:
    """True if `more` seats can be taken now: none can while people wait for one."""
    return more <= 0 or (event.free >= more and event.waiting == 0)


def is_open(event: Event, now: int) -> bool:
    is_off = event.withdrawn or event.cancelled or event.closed
    return not is_off and event.opens_at <= now < event.closes_at


def can_change(event: Event, rsvp: Rsvp, now: int) -> bool:
    """True while the person's own button can change or cancel the sign-up."""
    return rsvp.status in WANTED and not event.cancelled and now < event.ends_at


def erased_at(facts: Facts) -> int:
    """When an event's RSVPs are erased; `facts` is its entry in the catalogue."""
    return max(epoch(facts["ends_at"]), epoch(facts["closes_at"])) + KEEP_DAYS * DAY


def with_facts(event: Event, facts: Facts) -> Event:
    """The event as it was, or will be, with these facts."""
    changed: dict[str, Any] = times(facts)
    return replace(event, facts=facts, **changed)


def times(facts: Facts) -> dict[str, int]:
    """An event's times, by its entry in the catalogue."""
    return {name: epoch(facts[name]) if facts.get(name) else 0 for name in TIMES}


def moved(before: Rsvp, there: Rsvp | None, address_hash: str, email: str, now: int) -> Rsvp:
    """A confirmed sign-up as it moves to another address of the same person, which may have one
    of its own `there`: the better one stays, and of two like ones that which moves."""
    both: tuple[Rsvp, ...] = (before, there) if there else (before,)
    stays = max(both, key=lambda rsvp: BETTER.index(rsvp.status))
    hashes = (before.address_hash, *(old for rsvp in both for old in rsvp.former))
    return replace(
        stays,
        address_hash=address_hash,
        email=email,
        revision=max(rsvp.revision for rsvp in both) + 1,
        created_at=now,  # there, so that erasing who had the address before leaves it alone
        former=tuple(dict.fromkeys(old for old in hashes if old != address_hash)),
    )


def sign_up(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Decision:
    """The verdict depends on the event alone, so that it reveals nothing about the person.

    Whether there is a seat is decided when they confirm: if there is none, they can wait for one.
    """
    if event.withdrawn:
        return Decision(Verdict.GONE)
    if event.cancelled:
        return Decision(Verdict.EVENT_CANCELLED)
    if now < event.opens_at:
        return Decision(Verdict.NOT_YET)
    if not is_open(event, now):
        return Decision(Verdict.CLOSED)
    if before and before.status in WANTED:
        return Decision(Verdict.GO, mail="already_signed_up")
    after = pending(event, before, wish, address_hash, now)
    return Decision(Verdict.GO, after, "confirm_rsvp")


def pending(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Rsvp:
    # Start at the clock, so that a link from a deleted sign-up never matches a new one.
    return Rsvp(
        slug=event.slug,
        address_hash=address_hash,
        status=Status.PENDING,
        name=wish.name,
        email=wish.email,
        party=wish.party,
        dietary=wish.dietary,
        language=wish.language,
        revision=max(now, before.revision + 1 if before else 0),
        created_at=now,
        expires_at=now + RSVP_DAYS * DAY,
        food_consent=wish.food_consent,
        guests=wish.guests,
        answers=wish.answers,
        sequence=event.sequence,
        ticket=before.ticket if before else tickets.new_code(event.slug, address_hash, now),
    )


def confirm(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    """What a click on the link in the email `confirm_rsvp` does: a seat, or else a place in the
    queue. Nobody who comes now overtakes those who wait."""
    if event is None or event.withdrawn:
        return Decision(Verdict.GONE)
    if event.cancelled:
        return Decision(Verdict.EVENT_CANCELLED)
    if before is None or is_lapsed(before, now):
        return Decision(Verdict.LAPSED)
    if before.status in WANTED and before.revision > revision:
        return Decision(Verdict.ALREADY)
    if before.status is Status.CANCELLED:
        return Decision(Verdict.SIGNED_OFF)
    if before.status is not Status.PENDING or before.revision != revision:
        return Decision(Verdict.STALE)
    if not is_open(event, now):
        return Decision(Verdict.CLOSED)
    return taken_in(event, before)


def taken_in(event: Event, before: Rsvp) -> Decision:
    """Somebody has confirmed that they want to come: they ask where the event's contact decides.

    They were shown the event's facts as they are.
    """
    informed = replace(before, sequence=event.sequence)
    if event.approval:
        after = follow(informed, status=Status.REQUESTED)
        return Decision(Verdict.GO, after, "rsvp_requested")
    return seated_or_queued(event, informed)


def seated_or_queued(event: Event, before: Rsvp) -> Decision:
    """Seats, or else a place in the queue. Somebody else may have decided it: whoever doesn't know
    the newest facts of the event still hears of them."""
    if has_seats(event, before.party):
        after = follow(before, status=Status.ACCEPTED)
        return Decision(Verdict.GO, after, "rsvp_accepted")
    after = follow(before, status=Status.WAITING, place=event.tail + 1)
    return Decision(Verdict.GO, after, "rsvp_waiting")


def change(  # noqa: PLR0913 - who changes what of which sign-up
    event: Event | None,
    before: Rsvp | None,
    revision: int,
    wish: Wish,
    now: int,
    *,
    by_team: bool = False,
) -> Decision:
    """A new party or dietary needs; after the closing date no more seats than before, unless
    somebody of the team gives them, as by `enter`."""
    if verdict := link_verdict(event, before, revision, now, done=_as_wished(before, wish)):
        return Decision(verdict)
    assert event
    assert before
    more = wish.party - before.party
    may_grow = is_open(event, now) or (by_team and not event.withdrawn)
    if more > 0 and not may_grow:
        return Decision(Verdict.CLOSED)
    if before.status is Status.ACCEPTED and not has_seats(event, more):
        return Decision(Verdict.FULL)
    wished = {name: getattr(wish, name) for name in (*WISHED, "food_consent")}
    return Decision(Verdict.GO, follow(before, **wished), "rsvp_changed")


def cancel(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    done = before is not None and before.status is Status.CANCELLED
    if verdict := link_verdict(event, before, revision, now, done=done, of=WANTED):
        return Decision(verdict)
    assert before
    return Decision(Verdict.GO, follow(before, status=Status.CANCELLED), "rsvp_cancelled")


def link_status(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Verdict:
    """GO if the link to change or cancel works now, otherwise why it does not."""
    return link_verdict(event, before, revision, now, done=False) or Verdict.GO


def link_verdict(  # noqa: PLR0913 - what a link is held against
    event: Event | None,
    before: Rsvp | None,
    revision: int,
    now: int,
    *,
    done: bool,
    of: tuple[Status, ...] = STANDING,
) -> Verdict | None:
    """Why a link to a sign-up in one of the states `of` does nothing now; None if it works."""
    if event is None:
        return Verdict.GONE
    if before is None or is_lapsed(before, now):
        return Verdict.LAPSED
    # After the first click, the RSVP is one revision ahead of the link.
    if done and before.revision in {revision, revision + 1}:
        return Verdict.ALREADY
    if event.cancelled:
        return Verdict.EVENT_CANCELLED
    if before.status is Status.CANCELLED:
        return Verdict.SIGNED_OFF
    if before.revision != revision or before.status not in of:
        return Verdict.STALE
    return Verdict.CLOSED if now >= event.starts_at else None


def newest_link(event: Event | None, before: Rsvp | None, now: int) -> str:
    """The email with a sign-up's newest link; empty if none would work."""
    if event is None or event.withdrawn or event.cancelled or before is None:
        return ""
    if before.status is Status.PENDING and not is_lapsed(before, now) and is_open(event, now):
        return "confirm_rsvp"
    is_held = before.status is Status.OFFERED and now < before.held_until
    return "rsvp_link" if is_held or (before.status in STANDING and now < event.starts_at) else ""


def is_lapsed(before: Rsvp, now: int) -> bool:
    return before.status is Status.PENDING and before.expires_at <= now


def _as_wished(before: Rsvp | None, wish: Wish) -> bool:
    if before is None or before.status not in STANDING:
        return False
    return all(getattr(before, name) == getattr(wish, name) for name in WISHED)


def follow(before: Rsvp, **changes: Any) -> Rsvp:
    kept = before.place if changes.get("status", before.status) is Status.WAITING else 0
    ended = {"expires_at": 0, "held_until": 0, "lapsed": False, "declined": False, "place": kept}
    after = replace(before, **(ended | changes), revision=before.revision + 1)
    assert after.status in MOVES[before.status], f"{before.status} → {after.status}"
    return after
