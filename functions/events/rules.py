"""Seats and answers: what may become of an RSVP, decided on values that were read.

`store` enforces by conditions what is decided here; nothing here reads or writes.

See docs/security.md.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from functions.core.clock import DAY, epoch
from functions.core.lifetimes import RSVP_DAYS

KEEP_DAYS = 60  # privacy.md promises it: time for HR to settle the bill and to say thank you
# The site numbers an event's revisions by the minutes since, too: both calendar files go together.
SEQUENCE_BEGINS = 1_577_836_800  # 2020-01-01
# What a calendar shows: a change of these raises its SEQUENCE (RFC 5545, 3.8.7.4).
IN_CALENDAR = ("title", "url", "starts_at", "ends_at", "place", "address")


class Status(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


MOVES: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.PENDING}),
    Status.PENDING: frozenset({Status.PENDING, Status.ACCEPTED}),
    Status.ACCEPTED: frozenset({Status.ACCEPTED, Status.CANCELLED}),
    Status.CANCELLED: frozenset({Status.PENDING}),
}


class Verdict(StrEnum):
    GO = "go"
    ALREADY = "already"  # it is so; a repeated click
    FULL = "full"
    CLOSED = "closed"
    STALE = "stale"  # a newer link has replaced this one
    GONE = "gone"


@dataclass(frozen=True)
class Event:
    """What the table holds of an event; `facts` is its entry in the catalogue. Times: epoch s."""

    slug: str
    capacity: int
    free: int  # negative where the capacity was lowered under what is taken
    waiting: int
    sequence: int  # the calendar's (RFC 5545, 3.8.7.4), not the catalogue's
    starts_at: int
    ends_at: int
    closes_at: int
    withdrawn: bool = False  # HR has taken it off the site
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rsvp:
    """One person's answer. `revision` rises with each change, so that old links do nothing."""

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


@dataclass(frozen=True)
class Wish:
    """What somebody wants by a form that holds no mistake."""

    name: str
    email: str
    party: int
    dietary: str
    language: str


@dataclass(frozen=True)
class Decision:
    """`after` is to be saved where there is one, together with `mail`."""

    verdict: Verdict
    after: Rsvp | None = None
    mail: str = ""


def seats(rsvp: Rsvp | None) -> int:
    return rsvp.party if rsvp and rsvp.status is Status.ACCEPTED else 0


def has_seats(event: Event, more: int) -> bool:
    """Nobody takes a seat before those who wait for one."""
    return more <= 0 or (event.free >= more and event.waiting == 0)


def is_open(event: Event, now: int) -> bool:
    return not event.withdrawn and now < event.closes_at


def erased_at(facts: dict[str, Any]) -> int:
    """When the answers to an event are erased; `facts` is its entry in the catalogue."""
    return max(epoch(facts["ends_at"]), epoch(facts["closes_at"])) + KEEP_DAYS * DAY


def sequence(before: int, now: int) -> int:
    """The calendar's SEQUENCE of an event that changes now."""
    return max(before + 1, (now - SEQUENCE_BEGINS) // 60)


def shows_in_calendar(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether the change of an event's facts is one that calendars must take over."""
    return any(before.get(name) != after.get(name) for name in IN_CALENDAR)


def sign_up(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Decision:
    """What to answer depends on the event alone, so that it tells nothing about the person."""
    if event.withdrawn:
        return Decision(Verdict.GONE)
    if not is_open(event, now):
        return Decision(Verdict.CLOSED)
    verdict = Verdict.GO if has_seats(event, wish.party) else Verdict.FULL
    if before and before.status is Status.ACCEPTED:
        return Decision(verdict, mail="already_signed_up")
    if verdict is Verdict.FULL:
        return Decision(verdict)
    after = _pending(event, before, wish, address_hash, now)
    return Decision(verdict, after, "confirm_rsvp")


def _pending(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Rsvp:
    # Revisions begin at the clock: an answer that was swept and begun anew never meets old links.
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
    )


def confirm(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    """What a click on the link of `confirm_rsvp` does."""
    if event is None or before is None or event.withdrawn:
        return Decision(Verdict.GONE)
    if before.status is Status.ACCEPTED and before.revision > revision:
        return Decision(Verdict.ALREADY)
    if before.status is not Status.PENDING or before.revision != revision:
        return Decision(Verdict.STALE)
    if before.expires_at <= now:
        return Decision(Verdict.GONE)
    if not is_open(event, now):
        return Decision(Verdict.CLOSED)
    if not has_seats(event, before.party):
        return Decision(Verdict.FULL)
    return Decision(Verdict.GO, _next(before, status=Status.ACCEPTED), "rsvp_accepted")


def change(
    event: Event | None, before: Rsvp | None, revision: int, wish: Wish, now: int
) -> Decision:
    """A new party or dietary needs; after the closing date no more seats than before."""
    if verdict := _link(event, before, revision, now, done=_as_wished(before, wish)):
        return Decision(verdict)
    assert event
    assert before
    more = wish.party - seats(before)
    if more > 0 and not is_open(event, now):
        return Decision(Verdict.CLOSED)
    if not has_seats(event, more):
        return Decision(Verdict.FULL)
    after = _next(before, party=wish.party, dietary=wish.dietary)
    return Decision(Verdict.GO, after, "rsvp_changed")


def cancel(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Decision:
    done = before is not None and before.status is Status.CANCELLED
    if verdict := _link(event, before, revision, now, done=done):
        return Decision(verdict)
    assert before
    return Decision(Verdict.GO, _next(before, status=Status.CANCELLED), "rsvp_cancelled")


def link_status(event: Event | None, before: Rsvp | None, revision: int, now: int) -> Verdict:
    """GO if the link to change or cancel works now, otherwise why it does not."""
    return _link(event, before, revision, now, done=False) or Verdict.GO


def _link(
    event: Event | None, before: Rsvp | None, revision: int, now: int, *, done: bool
) -> Verdict | None:
    """Why the link to change does nothing now; None: it works."""
    if event is None or before is None:
        return Verdict.GONE
    # One's own click, repeated, is a revision ahead of its link.
    if done and before.revision in {revision, revision + 1}:
        return Verdict.ALREADY
    if before.revision != revision or before.status is not Status.ACCEPTED:
        return Verdict.STALE
    return Verdict.CLOSED if now >= event.starts_at else None


def _as_wished(before: Rsvp | None, wish: Wish) -> bool:
    return (
        before is not None
        and before.status is Status.ACCEPTED
        and (before.party, before.dietary) == (wish.party, wish.dietary)
    )


def _next(before: Rsvp, **changes: Any) -> Rsvp:
    after = replace(before, **changes, revision=before.revision + 1, expires_at=0)
    assert after.status in MOVES[before.status], f"{before.status} → {after.status}"
    return after
