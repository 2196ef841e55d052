"""Pages of people, as whoever works at the desk may see them: everybody, or who fits what is typed.

What one page reads has a limit, however many people there are.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from functions.core import clock
from functions.core.errors import TooManyError
from functions.core.segments import ACTIVE, Segment
from functions.people.folding import matches
from functions.people.member import Member, name_order
from functions.people.segment_rules import attributes_of, is_inside
from functions.people.store import members as store
from functions.people.store import search, segment_pages, tallies
from functions.people.store.search import Entry
from functions.people.store.segment_pages import active_among
from functions.team.rules import TeamMember

PAGE = 50
BLOCK = 750  # entries that are read at once, and counted exactly: about 20 units of the table
MOST_BLOCKS = 5  # for one page, if only some of the entries fit
MOST_MEMBERS = 5_000  # are read for one page of a segment, and counted exactly
MEMBER_ID = re.compile(r"[0-9a-f]{32}")
FIELDS = ("name", "office", "from_year", "to_year", "works_at", "earlier_stays")
# Hardly anybody joined earlier: those years are read only while somebody is missing.
FIRST_YEAR, EARLIEST_YEAR = 2020, 1970


@dataclass(frozen=True)
class Start:
    """Where a page begins."""

    after: str = ""  # the last entry that earlier pages have used up
    page: int = 1  # of those that are sorted together
    shown: int = 0  # people on all earlier pages


@dataclass(frozen=True)
class Listing:
    """A page of people."""

    entries: list[Entry]
    start: Start
    following: Start | None  # None behind the last one
    number: int  # of all who fit, as far as they were counted
    is_all: bool  # whether that is how many there are


NOBODY = Listing([], Start(), None, 0, is_all=True)


def fitting(wanted: list[str], segment: Segment, start: Start, actor: TeamMember) -> Listing:
    """Those who have all the wanted beginnings and are in the segment, by name: if there are very
    many, as many as are read at once are sorted together.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    if wanted:
        people, rest = _with_words(wanted, segment, start.after, actor)
    else:
        people, rest = _in_segment(segment, start.after, actor)
    people.sort(key=lambda entry: name_order(entry.name))
    skipped = (start.page - 1) * PAGE
    page = people[skipped : skipped + PAGE]
    following = None
    shown = start.shown + len(page)
    if len(people) > skipped + PAGE:
        following = Start(start.after, start.page + 1, shown)
    elif rest:
        following = Start(rest, 1, shown)
    return Listing(page, start, following, start.shown - skipped + len(people), is_all=not rest)


def _with_words(
    wanted: list[str], segment: Segment, after: str, actor: TeamMember
) -> tuple[list[Entry], str]:
    """The longest of the beginnings is looked up; what it leads to must have the others, too."""
    longest = max(wanted, key=len)
    people: list[Entry] = []
    for _ in range(MOST_BLOCKS):
        entries, after = search.find(longest, after=after, limit=BLOCK)
        block = [
            entry
            for entry in entries
            if actor.sees_any(entry.offices) and matches(wanted, entry.name, entry.works_at)
        ]
        people += _inside(block, segment) if segment else block
        if not after or len(people) >= PAGE:
            break
    return people, after


def _inside(entries: list[Entry], segment: Segment) -> list[Entry]:
    """Those whose member, as it is now, the segment holds."""
    ids = [entry.member_id for entry in entries]
    members, unread = store.members_by_id(ids, only=attributes_of(segment))
    if unread:
        raise TooManyError("unread")
    kept = {member.id for member in _held(members.values(), segment)}
    return [entry for entry in entries if entry.member_id in kept]


def _in_segment(segment: Segment, after: str, actor: TeamMember) -> tuple[list[Entry], str]:
    """Of the next members in the order of their ids, those whom the segment holds."""
    behind = after if MEMBER_ID.fullmatch(after) else None
    read = (*FIELDS, *attributes_of(segment))
    following = segment_pages.members_of({}, after=behind, only=read)
    members = list(islice(following, MOST_MEMBERS))
    rest = members[-1].id if next(following, None) else ""
    seen = (member for member in members if actor.sees_any(member.offices))
    return [search.shown(member) for member in _held(seen, segment)], rest


def _held(members: Iterable[Member], segment: Segment) -> list[Member]:
    held = [member for member in members if is_inside(segment, member)]
    return active_among(held, clock.now()) if ACTIVE in segment else held


def everybody(start: Start, actor: TeamMember) -> Listing:
    """All members, the latest first."""
    counts = tallies.members_by_offices()
    number = sum(counts[offices] for offices in counts if actor.sees_any(offices))
    page: list[Entry] = []
    last = ""

    def some_are_missing() -> bool:
        return start.shown + len(page) < number

    latest = _latest(start.after, BLOCK if actor.offices else PAGE + 1, some_are_missing)
    for read, entry in enumerate(latest):
        sees = actor.sees_any(entry.offices)
        if read == MOST_BLOCKS * BLOCK or (sees and len(page) == PAGE):
            break
        if sees:
            page.append(entry)
        last = entry.place
    else:
        last = ""
    following = Start(last, 1, start.shown + len(page)) if last else None
    return Listing(page, start, following, number, is_all=True)


def _latest(before: str, at_once: int, some_are_missing: Callable[[], bool]) -> Iterator[Entry]:
    this_year = clock.year_of(clock.now())
    joined_at = search.joined_at(before)
    year = this_year if joined_at is None else min(this_year, clock.year_of(joined_at))
    for current in range(year, EARLIEST_YEAR - 1, -1):
        if current < FIRST_YEAR and not some_are_missing():
            return
        behind = before if current == year else ""
        while True:
            entries, behind = search.joined_in(current, before=behind, limit=at_once)
            yield from entries
            if not behind:
                break
