"""Which members a segment holds. No I/O here; the language is in `functions.core.segments`."""

from collections.abc import Collection, Mapping

from functions.core.clock import DAY
from functions.core.segments import ACTIVE, ACTIVE_DAYS, JOINED, is_in_period
from functions.people.member import Member

Wanted = Mapping[str, Collection[str]]  # condition → the wanted values; {} is everybody

# The conditions → the member's attributes that decide.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "office": ("office", "offices_of_interest"),
    "interest": ("interests",),
    "kind": ("kinds",),
    "language": ("language",),
    JOINED: ("joined_at",),
    ACTIVE: (),  # decided by the last sign of life, which is kept apart
}


def attributes_of(segment: Wanted) -> tuple[str, ...]:
    """The members' attributes that have to be read to judge the segment.

    Raises:
        KeyError: a condition is unknown; ignoring it would widen the segment.
    """
    return tuple(attribute for name in segment for attribute in ATTRIBUTES[name])


def is_inside(segment: Wanted, member: Member) -> bool:
    """Every condition must be met, by any of its wanted values; whether a member is active is for
    whoever has read the signs of life."""
    return all(_fits(member, name, wanted) for name, wanted in segment.items())


def _fits(member: Member, name: str, wanted: Collection[str]) -> bool:
    if name == ACTIVE:
        return True
    if name == JOINED:
        return any(is_in_period(member.joined_at, period) for period in wanted)
    return any(value in wanted for value in _values(member, name))


def _values(member: Member, name: str) -> tuple[str, ...]:
    """A member has one language, but any number of kinds, topics and offices of interest."""
    if name == "office":
        return member.local_offices
    value = getattr(member, ATTRIBUTES[name][0])
    return value if isinstance(value, tuple) else (value,)


def active_since(now: int) -> int:
    """Whoever had a sign of life since then is active."""
    return now - ACTIVE_DAYS * DAY
