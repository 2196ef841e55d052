"""Members whose consent was given elsewhere: added with its record, and taken back."""

from functions.core.aws.table import Write
from functions.core.mail import outbox
from functions.core.texts import ConsentPurpose, fingerprint
from functions.events.store import rsvps
from functions.imports import store
from functions.imports.listed_people import Listed
from functions.imports.rules import Import, Terms
from functions.invitations.rules import Leaver, year
from functions.membership import erasing
from functions.people.member import (
    THEMSELVES,
    Agreement,
    Arrival,
    Member,
    Profile,
    joined,
    new_member,
)
from functions.people.silence import Silence
from functions.people.store import consents, corrections, members, signs_of_life

HOW = "given elsewhere, entered by the team"


def add(entry: Listed, known: Import, identity: str, now: int) -> None:
    """Add a member with the consents of the import's terms, and the email that says so, in the
    transaction of the row.

    Raises:
        RefusedError: the row has been brought in, or somebody with this address acted.
    """
    assert known.terms
    agreed_on = entry.leaver.agreed.on if entry.leaver.agreed else known.terms.agreed_on
    purposes = (ConsentPurpose.MEMBERSHIP, *map(ConsentPurpose, known.terms.purposes))
    member = new_member(_profile(entry.leaver), identity, now, purposes)
    agreements = {purpose: _agreement(purpose, known.terms, agreed_on) for purpose in purposes}
    members.add(
        member,
        joined(member, agreements, HOW),
        store.brought_in(known, entry.number, member.id),
        outbox.mail("imported", identity, {"member_id": member.id}, member.revision, now),
        arrival=Arrival.IMPORTED,
    )


def _profile(leaver: Leaver) -> Profile:
    """Without years if the list names none."""
    years = [int(known) for known in (year(leaver.first_day), year(leaver.last_day)) if known]
    return Profile(
        name=leaver.name,
        email=leaver.email,
        office=leaver.office,
        from_year=min(years, default=0),
        to_year=max(years, default=0),
        kinds=(),
        interests=leaver.interests,
        language=leaver.language,
    )


def _agreement(purpose: ConsentPurpose, terms: Terms, agreed_on: str) -> Agreement:
    """What the team says was agreed to, recorded as such: the words are not ours."""
    return Agreement(
        text_id=purpose,
        version=agreed_on,
        language=terms.language,
        text_sha256=fingerprint(terms.words),
        words=terms.words,
        source=terms.how,
    )


def take_back(member_id: str, now: int, undoing: Write) -> None:
    """Remove the member, and do the write `undoing`, unless they have done anything themselves
    since. Nothing stays that would keep them from being brought in again."""
    member, life = members.member(member_id), signs_of_life.silence_of(member_id)
    if member is None or life is None or _has_acted(member, life):
        return
    erasing.begin(member.address_hash, now, undoing, silence=life, taken_back=member)


def _has_acted(member: Member, life: Silence) -> bool:
    if life.seen_at >= member.joined_at:
        return True
    if any(line.how != HOW for line in consents.of_member(member.id)):
        return True
    changes = corrections.of_member(member.id)
    return any(change.by == THEMSELVES for change in changes) or bool(
        rsvps.of_address(member.address_hash)
    )
