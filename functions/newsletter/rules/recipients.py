"""Who is a recipient: whom an issue is for, and who still gets it at the moment of sending."""

from collections.abc import Collection, Container, Mapping
from typing import Any

from functions.newsletter.rules.ledger import Issue, Outcome, State

Audience = Mapping[str, Collection[str]]  # condition → the wanted values; {} is everyone

# The conditions that an audience may have → the member's attribute that is compared.
ATTRIBUTES = {
    "office": "office",
    "interest": "interests",
    "kind": "kind",
    "language": "language",
}


def attributes_of(audience: Audience) -> tuple[str, ...]:
    """The members' attributes that have to be read to judge the audience.

    Raises:
        KeyError: a condition is unknown; ignoring it would widen the audience.
    """
    return tuple(ATTRIBUTES[name] for name in audience)


def chosen_by_reader(audience: Audience) -> Audience:
    """The conditions that members choose themselves, and may have changed since planning."""
    return {name: wanted for name, wanted in audience.items() if name == "interest"}


def is_inside(audience: Audience, member: Mapping[str, Any]) -> bool:
    """Every condition must be met, by any of its wanted values."""
    return all(_meets(member.get(ATTRIBUTES[name]), wanted) for name, wanted in audience.items())


def _meets(value: Any, wanted: Collection[str]) -> bool:
    """A member has one office, kind and language, but any number of interests."""
    if isinstance(value, str):
        return value in wanted
    return any(one in wanted for one in value or ())


def decide(member: dict[str, Any] | None, stopped: Container[str], issue: Issue) -> Outcome | None:
    """Why this person gets no email, decided at the moment of sending; None if they get it.

    What they have asked for since planning counts: fewer issues, other topics.
    """
    if member is None:
        return Outcome(State.WITHDRAWN, "erased")
    if not member.get("newsletter"):
        return Outcome(State.WITHDRAWN, "unsubscribed")
    if not issue.corrects and not issue.is_as_often_as(member):
        return Outcome(State.WITHDRAWN, "less-often")
    if not is_inside(chosen_by_reader(issue.audience), member):
        return Outcome(State.WITHDRAWN, "other-topics")
    suppressed = Outcome(State.SUPPRESSED, "stopped")
    return suppressed if member["address_hash"] in stopped else None
