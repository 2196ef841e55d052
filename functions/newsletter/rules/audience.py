"""Whom an issue is for: what its front matter asks for, and whether a member is inside."""

from collections.abc import Collection, Mapping
from typing import Any

Audience = Mapping[str, Collection[str]]  # what is asked → the wanted values; {} is everyone

# What an audience may ask, and the member's attribute that answers.
ATTRIBUTES = {
    "office": "office",
    "interest": "interests",
    "kind": "kind",
    "language": "language",
}


def asks(audience: Audience) -> tuple[str, ...]:
    """The members' attributes that the audience has to see.

    Raises:
        KeyError: it asks for something unknown; to let that pass would widen the audience.
    """
    return tuple(ATTRIBUTES[what] for what in audience)


def chosen_by_reader(audience: Audience) -> Audience:
    """What of it members choose themselves, and may have changed since they were planned."""
    return {what: wanted for what, wanted in audience.items() if what == "interest"}


def is_inside(audience: Audience, member: Mapping[str, Any]) -> bool:
    """Each thing that is asked must be met, by one of its wanted values."""
    return all(_meets(member.get(ATTRIBUTES[what]), wanted) for what, wanted in audience.items())


def _meets(has: Any, wanted: Collection[str]) -> bool:
    """A member has one office, kind and language, but any number of interests."""
    if isinstance(has, str):
        return has in wanted
    return any(each in wanted for each in has or ())
