"""Check-in: what a tap on a door's phone means, and what all taps together say. Pure.

A tap never changes, and a phone without a network keeps its own until it can send them. So what is
true depends on which taps there are, never on their order: phones and server that know the same
taps agree. `site/theme/door/check-ins.js` holds the same rules for the phone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

WALK_IN = "+"  # begins the code of somebody who came without a sign-up


class TapKind(StrEnum):
    CAME = "came"
    UNDO = "undo"
    LOOKED = "looked"  # somebody has looked at a double check-in, and left it


@dataclass(frozen=True)
class Tap:
    """What somebody did at one phone; the same `id` is the same tap, however often it is sent."""

    id: str
    code: str  # of the sign-up, or of whoever came without one
    kind: TapKind
    people: int = 0  # who came
    of: tuple[str, ...] = ()  # taps that it undoes
    knows: tuple[str, ...] = ()  # what the phone knew of this party when it was tapped
    phone: str = ""
    at: int = 0  # by the phone's clock
    name: str = ""  # of whoever came without a sign-up


@dataclass(frozen=True)
class Attendance:
    """What taps say of one party."""

    came: int
    standing: tuple[str, ...] = ()  # ids of the check-ins that nobody has undone
    is_double: bool = False  # two phones checked it in without knowing of each other


@dataclass(frozen=True)
class Turnout:
    """How many people came to an event."""

    came: Mapping[str, int]  # of each party that signed up, by its code
    walk_ins: int  # without a sign-up

    @property
    def signed_up(self) -> int:
        return sum(self.came.values())


def attendance(taps: Iterable[Tap], places: int) -> Attendance:
    """`taps` of one party, in any order; `places` is how many it signed up for.

    Only who knows a check-in can undo it: one that nobody has undone by its id stands.
    """
    known = list(taps)
    undone = {tap_id for tap in known if tap.kind is TapKind.UNDO for tap_id in tap.of}
    standing = sorted(
        (tap for tap in known if tap.kind is TapKind.CAME and tap.id not in undone),
        key=lambda tap: tap.id,
    )
    came = min(sum(tap.people for tap in standing), places)
    looked = [set(tap.knows) for tap in known if tap.kind is TapKind.LOOKED]
    is_double = any(
        _are_apart(*pair) and not any({tap.id for tap in pair} <= seen for seen in looked)
        for pair in combinations(standing, 2)
    )
    return Attendance(came, tuple(tap.id for tap in standing), is_double)


def _are_apart(one: Tap, other: Tap) -> bool:
    """True if two phones checked in, and neither knew of the other's."""
    apart = one.id not in other.knows and other.id not in one.knows
    return one.phone != other.phone and apart


def turnout(taps: Iterable[Tap], places: Mapping[str, int]) -> Turnout:
    """`places` of each party that signed up, by its code."""
    by_party: dict[str, list[Tap]] = {}
    for tap in taps:
        by_party.setdefault(tap.code, []).append(tap)
    came = {code: attendance(by_party.get(code, ()), places[code]).came for code in places}
    walk_ins = sum(
        attendance(own, max(tap.people for tap in own)).came
        for code, own in by_party.items()
        if is_walk_in(code)
    )
    return Turnout(came, walk_ins)


def is_walk_in(code: str) -> bool:
    return code.startswith(WALK_IN)
