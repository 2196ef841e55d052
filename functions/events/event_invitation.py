"""Who is invited to an event, and what "I'm coming" does.

See docs/event-invitations.md.
"""

from typing import NamedTuple

from functions.core.segments import ACTIVE
from functions.events import rules
from functions.events.rules import Decision, Event, Facts, Rsvp, Verdict, Wish
from functions.people.member import Member
from functions.people.segment_rules import is_inside
from functions.people.store.segment_pages import active_among


class Invited(NamedTuple):
    """A member who is invited; `place` is theirs in the ledger."""

    place: str
    member_id: str
    address_hash: str


def is_invited(facts: Facts, member: Member, now: int) -> bool:
    """Whether the event's `invite` selects the member as they are now, wherever they are in the
    ledger. Nobody is invited to an event without one. Reads the last sign of life if that decides.

    Raises:
        TooManyError: it could not be read now.
    """
    wanted = facts.get("invite")
    if wanted is None or not is_inside(wanted, member):
        return False
    return ACTIVE not in wanted or bool(active_among([member], now))


def come(event: Event, before: Rsvp | None, wish: Wish, address_hash: str, now: int) -> Decision:
    """Signs an invited member up: sending the form and confirming it in one, because the link to
    the form came to their own address."""
    sent = rules.sign_up(event, before, wish, address_hash, now)
    if sent.after is None:
        return Decision(Verdict.ALREADY if sent.verdict is Verdict.GO else sent.verdict)
    return rules.confirm(event, sent.after, sent.after.revision, now)
