"""People: search by the beginnings of words or by an exact address, and everybody page by page."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from functions.core import clock, segments
from functions.core.addresses import address_hash, normalise
from functions.core.errors import TooManyError
from functions.core.segments import Segment, SegmentError
from functions.core.translations import N_
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.people.folding import SHORTEST, fold, matches, words
from functions.people.segment_rules import attributes_of, is_inside
from functions.people.store import members as people
from functions.people.store import search, segment_pages, tallies
from functions.people.store.search import Entry
from functions.people.store.segment_pages import active_among
from functions.team.rules import TeamMember

PAGE = 50
MOST_READ = 500  # entries of the index for one page: so many are counted exactly
MOST_COUNTED = 5_000  # members of a segment
MEMBER_ID = re.compile(r"[0-9a-f]{32}")
FIELDS = ("name", "office", "from_year", "to_year", "works_at", "earlier_stays")


@dataclass(frozen=True)
class Listing:
    """A page of people."""

    entries: list[Entry]
    after: str  # where the next page goes on; empty behind the last one
    number: int  # of all that fit, as far as they were counted
    is_all: bool  # whether that is how many there are


NOBODY = Listing([], "", 0, is_all=True)


def show(request: Request) -> Response:
    typed = request.query("q").strip()
    if "@" in typed:
        return _by_address(request, typed)
    try:
        segment = segments.parse(request.query("segment"), segments.choices_of(request.site))
    except SegmentError as error:
        return _page(request, typed, NOBODY, error)
    after, actor, wanted = request.query("after"), request.actor, words(typed)
    if wanted:
        return _page(request, typed, search_page(wanted, segment, after, actor))
    if segment:
        return _page(request, typed, _segment(segment, after, actor))
    return _page(request, typed, _everybody(after, actor))


def _by_address(request: Request, typed: str) -> Response:
    """The person of this address, or a page that says that there is none."""
    from functions.desk import person_contents

    hashed = address_hash(normalise(typed) or typed)
    if subject := person_contents.find(request, address_hash=hashed):
        return redirect(subject.path)
    return _page(request, typed, NOBODY)


def search_page(wanted: list[str], segment: Segment, after: str, actor: TeamMember) -> Listing:
    """The longest of the beginnings is looked up; what it leads to must have the others, too."""
    longest, *_ = sorted(wanted, key=len, reverse=True)
    read = list(search.find(longest, after=after or None, limit=MOST_READ))
    fitting = [
        entry
        for entry in _once(read)
        if actor.sees_any(entry.offices) and matches(wanted, entry.name, entry.works_at)
    ]
    if segment:
        fitting = _inside(fitting, segment)
    shown = fitting[:PAGE]
    is_read = len(read) < MOST_READ
    goes_on = "" if is_read else read[-1].place
    following = shown[-1].place if len(fitting) > PAGE else goes_on
    return Listing(shown, following, len(fitting), is_all=is_read)


def _inside(entries: list[Entry], segment: Segment) -> list[Entry]:
    """Those whose member, as it is now, the segment holds.

    Raises:
        TooManyError: not all could be read now.
    """
    ids = [entry.member_id for entry in entries]
    members, unread = people.members_by_id(ids, only=attributes_of(segment))
    if unread:
        raise TooManyError("unread")
    inside = [member for member in members.values() if is_inside(segment, member)]
    if segments.ACTIVE in segment:
        inside = active_among(inside, clock.now())
    kept = {member.id for member in inside}
    return [entry for entry in entries if entry.member_id in kept]


def _segment(segment: Segment, after: str, actor: TeamMember) -> Listing:
    """A page of a segment, and how many there are from here on, as far as they can be counted."""
    entries: list[Entry] = []
    number = 0
    for member in segment_pages.members_of(segment, after=_member_id(after), only=FIELDS):
        entry = search.shown(member)
        if not actor.sees_any(entry.offices):
            continue
        number += 1
        if len(entries) < PAGE:
            entries.append(entry)
        elif number >= MOST_COUNTED:
            return Listing(entries, entries[-1].member_id, number, is_all=False)
    following = entries[-1].member_id if number > len(entries) else ""
    return Listing(entries, following, number, is_all=True)


def _member_id(text: str) -> str | None:
    return text if MEMBER_ID.fullmatch(text) else None


def _once(entries: list[Entry]) -> list[Entry]:
    """Somebody whose name and company begin alike has two entries."""
    return list({entry.member_id: entry for entry in reversed(entries)}.values())[::-1]


def _everybody(after: str, actor: TeamMember) -> Listing:
    behind, number = _member_id(after), _number(actor)
    entries: list[Entry] = []
    for member in segment_pages.members_of({}, after=behind, only=FIELDS):
        entry = search.shown(member)
        if not actor.sees_any(entry.offices):
            continue
        if len(entries) == PAGE:
            return Listing(entries, entries[-1].member_id, number, is_all=True)
        entries.append(entry)
    return Listing(entries, "", number, is_all=True)


def _number(actor: TeamMember) -> int:
    """Members in all, or those who left from the offices that are the actor's to see."""
    return sum(
        number for office, number in tallies.members_by_office().items() if actor.sees(office)
    )


def _page(
    request: Request, typed: str, result: Listing, error: SegmentError | None = None
) -> Response:
    asked_for = {"q": typed, "segment": request.query("segment")}
    following = {name: value for name, value in asked_for.items() if value}
    following |= {"after": result.after}
    offices = {office["slug"]: office["name"] for office in request.site["offices"]}
    return page(
        request,
        "desk/people.html",
        N_("People"),
        status=400 if error else 200,
        typed=typed,
        segment=request.query("segment"),
        error=error,
        is_short=bool(typed) and "@" not in typed and len(fold(typed)) < SHORTEST,
        result=result,
        rows=[_row(entry, offices) for entry in result.entries],
        next_page=urlencode(following) if result.after else "",
        is_first=not request.query("after"),
    )


def _row(entry: Entry, offices: dict[str, str]) -> dict[str, Any]:
    return {
        "url": f"/desk/people/{entry.member_id}/",
        "name": entry.name,
        "office": offices.get(entry.office, entry.office),
        "years": f"{entry.from_year}\N{EN DASH}{entry.to_year}",
        "works_at": entry.works_at,
    }
