"""Decides about recipients: an issue's audience, and each member again at the moment of sending."""

from collections.abc import Container

from functions.newsletter.rules.ledger import Issue, Outcome, State
from functions.people.member import Member
from functions.people.segment_rules import Wanted, is_inside

Audience = Wanted

# The conditions that members choose themselves → why somebody who changed that gets no email.
OTHERS = {"interest": "other-topics", "office": "other-offices"}


def chosen_by_reader(audience: Audience) -> Audience:
    """The conditions that members choose themselves, and may have changed since planning."""
    return {name: wanted for name, wanted in audience.items() if name in OTHERS}


def _chose_otherwise(audience: Audience, member: Member) -> str:
    """What the member has chosen since planning that leaves them outside; empty if nothing."""
    for name, wanted in chosen_by_reader(audience).items():
        is_choice = name != "office" or member.offices_of_interest  # moving is no choice
        if is_choice and not is_inside({name: wanted}, member):
            return OTHERS[name]
    return ""


def wants(issue: Issue, member: Member) -> bool:
    """Whether the member agreed to emails of this kind, in this frequency."""
    is_in_turn = issue.is_invitation or issue.corrects or member.frequency == issue.frequency
    return bool(is_in_turn) and member.may_get(issue.kind)


def decide(
    member: Member | None, stopped: Container[str], issue: Issue, answered: Container[str] = ()
) -> Outcome | None:
    """Why this person gets no email, decided at the moment of sending; None if they get it.

    Their choices since planning count: fewer issues, other topics or offices. `answered` are the
    ids of members who have answered an invitation already.
    """
    if member is None:
        return Outcome(State.WITHDRAWN, "erased")
    if not member.may_get(issue.kind):
        return Outcome(State.WITHDRAWN, "unsubscribed")
    if member.agreed_at < issue.unused_before:
        return Outcome(State.WITHDRAWN, "unused-consent")
    if not wants(issue, member):
        return Outcome(State.WITHDRAWN, "less-often")
    if member.id in answered:
        return Outcome(State.WITHDRAWN, "answered")
    if other := _chose_otherwise(issue.audience, member):
        return Outcome(State.WITHDRAWN, other)
    suppressed = Outcome(State.SUPPRESSED, "stopped")
    return suppressed if member.address_hash in stopped else None
