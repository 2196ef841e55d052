"""Decides about recipients: an issue's audience, and each member again at the moment of sending."""

from collections.abc import Collection, Container, Mapping

from functions.newsletter.rules.ledger import Issue, Outcome, State
from functions.people.member import Member

Audience = Mapping[str, Collection[str]]  # condition → the wanted values; {} is everyone

# The conditions that an audience may have → the member's attributes that decide.
ATTRIBUTES = {
    "office": ("office", "offices_of_interest"),
    "interest": ("interests",),
    "kind": ("kinds",),
    "language": ("language",),
}
# The conditions that members choose themselves → why somebody who changed that gets no email.
OTHERS = {"interest": "other-topics", "office": "other-offices"}


def attributes_of(audience: Audience) -> tuple[str, ...]:
    """The members' attributes that have to be read to judge the audience.

    Raises:
        KeyError: a condition is unknown; ignoring it would widen the audience.
    """
    return tuple(attribute for name in audience for attribute in ATTRIBUTES[name])


def chosen_by_reader(audience: Audience) -> Audience:
    """The conditions that members choose themselves, and may have changed since planning."""
    return {name: wanted for name, wanted in audience.items() if name in OTHERS}


def is_inside(audience: Audience, member: Member) -> bool:
    """Every condition must be met, by any of its wanted values."""
    return all(
        any(value in wanted for value in _values(member, name)) for name, wanted in audience.items()
    )


def _values(member: Member, name: str) -> tuple[str, ...]:
    """A member has one language, but any number of kinds, topics and offices of interest."""
    if name == "office":
        return member.local_offices
    value = getattr(member, ATTRIBUTES[name][0])
    return value if isinstance(value, tuple) else (value,)


def _chose_otherwise(audience: Audience, member: Member) -> str:
    """What the member has chosen since planning that leaves them outside; empty if nothing."""
    for name, wanted in chosen_by_reader(audience).items():
        is_choice = name != "office" or member.offices_of_interest  # moving is no choice
        if is_choice and not is_inside({name: wanted}, member):
            return OTHERS[name]
    return ""


def decide(member: Member | None, stopped: Container[str], issue: Issue) -> Outcome | None:
    """Why this person gets no email, decided at the moment of sending; None if they get it.

    Their choices since planning count: fewer issues, other topics or offices.
    """
    if member is None:
        return Outcome(State.WITHDRAWN, "erased")
    if not member.may_get("issue"):
        return Outcome(State.WITHDRAWN, "unsubscribed")
    if member.agreed_at < issue.unused_before:
        return Outcome(State.WITHDRAWN, "unused-consent")
    if not issue.corrects and member.frequency != issue.frequency:
        return Outcome(State.WITHDRAWN, "less-often")
    if other := _chose_otherwise(issue.audience, member):
        return Outcome(State.WITHDRAWN, other)
    suppressed = Outcome(State.SUPPRESSED, "stopped")
    return suppressed if member.address_hash in stopped else None
