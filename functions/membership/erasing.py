"""Erases a person in steps, each of which can be repeated: gone from every use, then the goodbye
email, then the rest.

See docs/members.md.
"""

import uuid
from dataclasses import dataclass
from functools import cached_property

from functions.account import store as accounts
from functions.account.rules import Owner
from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError, TooManyError
from functions.events.rules import Rsvp
from functions.events.store import rsvps as rsvp_store
from functions.membership import store
from functions.membership.rules import Erasure, Known
from functions.people.member import Member
from functions.people.silence import Silence
from functions.people.store import members as people
from functions.people.store import signs_of_life

TRIES = 5  # if the person acts at the same moment
OWN_WRITES = 8  # of the first transaction, beside those of RSVPs
RSVPS_IN_ONE = (table.MOST_WRITES - OWN_WRITES) // rsvp_store.WRITES_PER_RSVP


@dataclass(frozen=True)
class Person:
    """All that is stored under an address, except consents and why it gets no email."""

    address_hash: str
    known: Known
    member: Member | None
    rsvps: tuple[Rsvp, ...]  # the newest first

    @property
    def is_stored(self) -> bool:
        return bool(self.known.member_id or self.known.signup or self.rsvps)

    @cached_property
    def confirmed(self) -> Member | Rsvp | None:
        """Where name, address and language stand, of somebody who has confirmed the address."""
        return self.member or next((rsvp for rsvp in self.rsvps if rsvp.is_confirmed), None)


def person_at(address_hash: str) -> Person:
    known = store.at_address(address_hash)
    member = people.member(known.member_id) if known.member_id else None
    rsvps = sorted(rsvp_store.of_address(address_hash), key=lambda rsvp: -rsvp.created_at)
    return Person(address_hash, known, member, tuple(rsvps))


def begin(address_hash: str, now: int, *, silence: Silence | None = None) -> Person:
    """Make the person gone for every use, in one transaction that also queues the goodbye; returns
    what there was. Doing it again changes nothing. With a `silence`, only the member of whom
    nothing was heard since is erased.

    Raises:
        TooManyError: the person acts faster than this can be saved.
    """
    for _ in range(TRIES):
        person = person_at(address_hash)
        if not person.is_stored or (silence and not _is_silent(person, silence)):
            return person
        try:
            table.transact(*_writes(person, silence, now))
        except RefusedError:
            continue  # a click or form of this person came first: read again
        _end_sessions(person.known.member_id or "", address_hash)
        return person
    raise TooManyError("erase")


def _is_silent(person: Person, silence: Silence) -> bool:
    is_theirs = person.known.member_id == silence.member_id
    return is_theirs and signs_of_life.silence_of(silence.member_id) == silence


def _writes(person: Person, silence: Silence | None, now: int) -> tuple[Write, ...]:
    hashed, member_id, member = person.address_hash, person.known.member_id, person.member
    removed: tuple[Write, ...] = (people.check_no_member_at(hashed),)
    if member_id:
        removed = people.remove(member_id, hashed, member.revision if member else 0, now)
        removed += signs_of_life.end(member_id, silence)
    rsvps = person.rsvps[:RSVPS_IN_ONE]  # who has more has old ones: `finish` deletes them
    return (
        *removed,
        *store.begin_erasure(_erasure(person, now), person.known, now),
        *(write for rsvp in rsvps for write in rsvp_store.deleting(rsvp)),
    )


def _end_sessions(member_id: str, address_hash: str) -> None:
    """A guest's too: they are the address's, and would open what it signs up for next."""
    accounts.end_all(Owner("", address_hash))
    if member_id:
        accounts.end_all(Owner(member_id, ""))


def _erasure(person: Person, now: int) -> Erasure:
    who = person.confirmed
    return Erasure(
        id=person.known.member_id or uuid.uuid4().hex,
        address_hash=person.address_hash,
        is_member=bool(person.known.member_id),
        name=who.name if who else "",
        email=who.email if who else "",
        language=who.language if who else "",
        at=now,
    )


def finish(erasure: Erasure) -> None:
    """Delete the rest. What the same address has done since the erasure began stays."""
    for rsvp in rsvp_store.of_address(erasure.address_hash):
        if rsvp.created_at <= erasure.at:
            rsvp_store.delete(rsvp)
    _end_sessions(erasure.id if erasure.is_member else "", erasure.address_hash)
    accounts.forget_downloads(erasure.address_hash)
    if erasure.is_member:
        people.delete_history(erasure.id)
    store.end_erasure(erasure)
