"""Erases a person in steps, each of which can be repeated: gone from every use, then the goodbye
email, then the rest.

See docs/members.md.
"""

import uuid
from dataclasses import dataclass, replace
from functools import cached_property

from functions.account import store as accounts
from functions.account.rules import Owner, owner_of
from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.clock import MINUTE
from functions.core.errors import RefusedError, TooManyError
from functions.core.keep import MONTH, keep_of
from functions.core.mail import sent_lines
from functions.core.site import site
from functions.events.rules import Rsvp
from functions.events.store import declines
from functions.events.store import rsvps as rsvp_store
from functions.membership import erasure_list, moving, store
from functions.membership.erasure_list import Listed
from functions.membership.rules import Erasure, Known
from functions.people.member import Member
from functions.people.moves import Move
from functions.people.silence import Silence
from functions.people.store import (
    address_moves,
    consents,
    erased,
    invited,
    search,
    signs_of_life,
)
from functions.people.store import members as people

TRIES = 5  # if the person acts at the same moment
LAST_EMAIL_SECONDS = 3 * MINUTE  # longer than an email takes that was being sent at that moment
OWN_WRITES = 18 + search.WRITES + 2 * moving.MOST  # of the first transaction, beside those of RSVPs
RSVPS_IN_ONE = (table.MOST_WRITES - OWN_WRITES) // rsvp_store.WRITES_PER_RSVP


@dataclass(frozen=True)
class Person:
    """All that is stored under an address, except consents and why it gets no email."""

    address_hash: str
    known: Known
    member: Member | None
    rsvps: tuple[Rsvp, ...]  # the newest first, those at the addresses of `moves` too
    moves: tuple[Move, ...] = ()  # of a member: earlier addresses that are still reserved

    @property
    def former(self) -> tuple[str, ...]:
        return tuple(move.from_hash for move in self.moves)

    @property
    def is_stored(self) -> bool:
        known = self.known
        is_coming = known.signup or known.is_invited or known.is_waiting
        return bool(known.member_id or is_coming or self.rsvps)

    @cached_property
    def confirmed(self) -> Member | Rsvp | None:
        """Where name, address and language stand, of somebody who has confirmed the address."""
        return self.member or next((rsvp for rsvp in self.rsvps if rsvp.is_confirmed), None)


def person_at(address_hash: str, *, follows_reserved: bool = True) -> Person:
    """Whose address this is, or still is reserved: a member may have another one since."""
    known = store.at_address(address_hash)
    reserved = known.reserved if follows_reserved else None
    if reserved and (moved := people.member(reserved.member_id)):
        address_hash, known = moved.address_hash, store.at_address(moved.address_hash)
    member = people.member(known.member_id) if known.member_id else None
    moves = address_moves.of_owner(owner_of(member.id)) if member else []
    hashes = [address_hash, *(move.from_hash for move in moves)]
    rsvps = [rsvp for hashed in hashes for rsvp in rsvp_store.of_address(hashed)]
    rsvps.sort(key=lambda rsvp: -rsvp.created_at)
    return Person(address_hash, known, member, tuple(rsvps), tuple(moves))


def begin(
    address_hash: str,
    now: int,
    *also: Write,
    silence: Silence | None = None,
    again: Listed | None = None,
    taken_back: Member | None = None,
) -> Person:
    """Make the person gone for every use, in one transaction that also queues the goodbye and does
    the writes in `also`; returns what there was. Doing it again changes nothing. With a `silence`,
    only the member of whom nothing was heard since is erased; with `again`, only who is back,
    without a goodbye.

    With `taken_back`, a member whom an import brought in is taken out again, unless anything has
    changed since: without a goodbye, without a mark that would refuse the next import, and in the
    figures as if they had never joined.

    The erasure is listed outside the table first: whoever restores a backup finds it there.

    Raises:
        TooManyError: the person acts faster than this can be saved.
    """
    guest_id = uuid.uuid4().hex
    for _ in range(TRIES):
        person = person_at(address_hash, follows_reserved=again is None)
        if not person.is_stored or (silence and not _is_silent(person, silence)):
            return person
        if again and not is_back(again):
            return person
        if taken_back and (person.member != taken_back or person.rsvps):
            return person
        erasure = _erasure(person, guest_id, now)
        erasure = replace(erasure, email="") if again or taken_back else erasure
        erasure_list.add(erasure)
        mark = () if taken_back else (_mark(erasure),)
        counted = people.never_joined(taken_back) if taken_back else _left(person, now)
        try:
            table.transact(*_writes(person, silence, erasure), *counted, *mark, *also)
        except RefusedError:
            if silence or taken_back:
                erasure_list.remove(erasure.address_hash, erasure.id)  # unless it still lasts
            continue  # a click or form of this person came first: read again
        _end_sessions(person.known.member_id or "", person.address_hash, *person.former)
        return person
    raise TooManyError("erase")


def _left(person: Person, now: int) -> tuple[Write, ...]:
    member_id = person.known.member_id
    return people.left(member_id, person.member, now) if member_id else ()


def _is_silent(person: Person, silence: Silence) -> bool:
    is_theirs = person.known.member_id == silence.member_id
    return is_theirs and signs_of_life.silence_of(silence.member_id) == silence


def _writes(person: Person, silence: Silence | None, erasure: Erasure) -> tuple[Write, ...]:
    hashed, member_id, member = person.address_hash, person.known.member_id, person.member
    now, until = erasure.at, _proof_until(erasure)
    removed: tuple[Write, ...] = (people.check_no_member_at(hashed),)
    if member_id:
        removed = (
            *people.remove(member_id, hashed, member, now, until),
            *signs_of_life.end(member_id, silence),
            *address_moves.erase(str(Owner(member_id, "")), person.moves),
        )
    rsvps = person.rsvps[:RSVPS_IN_ONE]  # who has more has old ones: `finish` deletes them
    return (
        *removed,
        *store.begin_erasure(erasure, person.known, now),
        invited.end(hashed),
        invited.end_application(hashed),
        *((invited.leave_alone(hashed, now),) if person.known.is_invited else ()),
        *(write for rsvp in rsvps for write in rsvp_store.deleting(rsvp)),
    )


def _mark(erasure: Erasure) -> Write:
    return erased.mark(erasure.address_hash, _proof_until(erasure))


def _proof_until(erasure: Erasure) -> int:
    return erasure.at + keep_of(site()).proof_years * 12 * MONTH


def _end_sessions(member_id: str, *address_hashes: str) -> None:
    """A guest's too: they are the address's, and would open what it signs up for next."""
    for hashed in address_hashes:
        accounts.end_all(Owner("", hashed))
    if member_id:
        accounts.end_all(Owner(member_id, ""))


def _erasure(person: Person, guest_id: str, now: int) -> Erasure:
    who = person.confirmed
    return Erasure(
        id=person.known.member_id or guest_id,
        address_hash=person.address_hash,
        is_member=bool(person.known.member_id),
        name=who.name if who else "",
        email=who.email if who else "",
        language=who.language if who else "",
        at=now,
        former=person.former,
    )


def is_back(listed: Listed) -> bool:
    """Whether the table, restored from a backup, holds a person as they were before they were
    erased. Who has done anything since was not erased, or came back by themselves; and a guest's
    erasure is not that of a member who had the address earlier, or has it since."""
    if listed.is_member:
        lines = consents.of_member(listed.id) if people.member(listed.id) else []
        return bool(lines) and all(line.at <= listed.at for line in lines)
    if people.member_id_at(listed.address_hash):
        return False
    theirs = rsvp_store.of_address(listed.address_hash)
    return bool(theirs) and all(rsvp.created_at <= listed.at for rsvp in theirs)


def begin_again(listed: Listed, now: int, *also: Write) -> None:
    """Erase somebody who is back, with the writes in `also` (raises as `begin`). They have been
    sent their goodbye."""
    member = people.member(listed.id) if listed.is_member else None
    begin(member.address_hash if member else listed.address_hash, now, *also, again=listed)


def finish(erasure: Erasure) -> None:
    """Delete the rest. What the same address has done since the erasure began stays."""
    erasure_list.add(erasure)  # again: it may have begun before there was a list
    hashes = (erasure.address_hash, *erasure.former)
    for rsvp in (rsvp for hashed in hashes for rsvp in rsvp_store.of_address(hashed)):
        if rsvp.created_at <= erasure.at:
            rsvp_store.delete(rsvp)
    _end_sessions(erasure.id if erasure.is_member else "", *hashes)
    sent_by = erasure.at + LAST_EMAIL_SECONDS
    for hashed in hashes:
        accounts.forget_downloads(hashed)
        sent_lines.forget(sent_lines.owner_of_line(None, hashed), sent_by)
    if erasure.is_member:
        declines.forget(erasure.id)
        sent_lines.forget(sent_lines.owner_of_line(erasure.id, ""), sent_by)
        erased.reduce_to_hashes(erasure.id)
    store.end_erasure(erasure)
