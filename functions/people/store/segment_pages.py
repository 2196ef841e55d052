"""The members of a segment, read page by page: memory doesn't grow with their number."""

from collections.abc import Iterable, Iterator
from itertools import islice

from functions.core import clock
from functions.core.segments import ACTIVE
from functions.people.member import SHARDS, Member
from functions.people.segment_rules import Wanted, active_since, attributes_of, is_inside
from functions.people.store import members as people
from functions.people.store import signs_of_life

PAGE = 100


def members_of(
    segment: Wanted, *, after: str | None = None, only: Iterable[str] = ()
) -> Iterator[Member]:
    """In the order of their ids, behind id `after`. `only` names the attributes to read, besides
    those that decide; without it, all of them.

    Raises:
        TooManyError: not all signs of life could be read now.
    """
    read = tuple(only) and (*only, *attributes_of(segment))
    shards = SHARDS[SHARDS.index(after[0]) :] if after else SHARDS
    for shard in shards:
        behind = after if after and after[0] == shard else None
        page = people.members(shard, after=behind, only=read)
        inside = (member for member in page if is_inside(segment, member))
        yield from _active(inside) if ACTIVE in segment else inside


def active_among(members: Iterable[Member], now: int) -> list[Member]:
    """Those of whom there was a sign of life within a year (raises as `members_of`)."""
    known = list(members)
    seen = signs_of_life.seen_since((member.id for member in known), active_since(now))
    return [member for member in known if member.id in seen]


def _active(members: Iterator[Member]) -> Iterator[Member]:
    while page := list(islice(members, PAGE)):
        yield from active_among(page, clock.now())
