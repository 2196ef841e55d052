"""Who signs in: a member, a guest of an event, or somebody who is invited to join."""

from dataclasses import dataclass

from functions.account.rules import Owner, Session
from functions.events.rules import Event, Rsvp
from functions.events.store import events
from functions.events.store import rsvps as rsvp_store
from functions.invitations import store as invitations
from functions.invitations.rules import Invitation
from functions.people.member import Member
from functions.people.store import address_moves
from functions.people.store import members as people


@dataclass(frozen=True)
class Visitor:
    """The person behind an owner; `member` is None for a guest, whose name may be unknown."""

    owner: Owner
    name: str
    email: str
    language: str
    member: Member | None = None
    invitation: Invitation | None = None

    @property
    def address_hash(self) -> str:
        return self.member.address_hash if self.member else self.owner.address_hash

    def is_void(self, session: Session) -> bool:
        """True if the person has changed their address since they signed in."""
        return self.member is not None and session.created_at <= self.member.address_since


def owner_at(address_hash: str, asked_at: int) -> Owner | None:
    """Whom a sign-in lets in that was asked for then: the address's member, else its guest.

    None if the address is nobody's, or has become theirs only since.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    if member_id := people.member_id_at(address_hash):
        member = people.member(member_id)
        return Owner(member_id, "") if member and member.address_since < asked_at else None
    return Owner("", address_hash) if _guest(Owner("", address_hash)) else None


def visitor(owner: Owner) -> Visitor | None:
    """None if the person has been erased since.

    Raises:
        TooManyError: as `owner_at`.
    """
    if owner.team_id:
        return None
    if not owner.member_id:
        return _guest(owner)
    member = people.member(owner.member_id)
    return Visitor(owner, member.name, member.email, member.language, member) if member else None


def _guest(owner: Owner) -> Visitor | None:
    rsvps = rsvp_store.of_address(owner.address_hash)
    # What is left at a member's earlier address follows them, or is theirs if they come back.
    if address_moves.reservation(owner.address_hash):
        return None
    if not rsvps:
        return _invited(owner)
    newest = max(rsvps, key=lambda rsvp: (rsvp.is_confirmed, rsvp.created_at))
    # A name that nobody has confirmed may be a stranger's words.
    name = newest.name if newest.is_confirmed else ""
    invitation = invitations.get(owner.address_hash)
    return Visitor(owner, name, newest.email, newest.language, invitation=invitation)


def _invited(owner: Owner) -> Visitor | None:
    """Somebody who is invited to join sees what we know of them, too."""
    invitation = invitations.get(owner.address_hash)
    if invitation is None or not invitation.leaver.email:
        return None
    leaver = invitation.leaver
    return Visitor(owner, leaver.name, leaver.email, leaver.language, invitation=invitation)


def signups_of(address_hash: str) -> list[tuple[Event, Rsvp]]:
    """All sign-ups of an address with their events, the one that comes last first.

    Raises:
        TooManyError: as `owner_at`.
    """
    rsvps = rsvp_store.of_address(address_hash)
    known = events.get_many(rsvp.slug for rsvp in rsvps)
    present = [(known[rsvp.slug], rsvp) for rsvp in rsvps if rsvp.slug in known]
    return sorted(present, key=lambda pair: -pair[0].starts_at)
