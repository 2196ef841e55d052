"""People: search by the beginnings of words or by an exact address, and everybody page by page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from functions.core.addresses import address_hash, normalise
from functions.core.translations import N_
from functions.core.web.responses import Response, redirect
from functions.desk.layout import page
from functions.desk.request import Request
from functions.events.store import rsvps
from functions.people.folding import SHORTEST, fold, matches, words
from functions.people.member import SHARDS
from functions.people.store import members as people
from functions.people.store import search, tallies
from functions.people.store.search import Entry
from functions.team.rules import TeamMember

PAGE = 50
MOST_READ = 500  # entries of the index for one page: so many are counted exactly
FIELDS = ("name", "office", "from_year", "to_year", "works_at", "earlier_stays")


@dataclass(frozen=True)
class Listing:
    """A page of people."""

    entries: list[Entry]
    after: str  # where the next page goes on; empty behind the last one
    number: int  # of all that fit, as far as they were counted
    is_all: bool  # whether that is how many there are


def show(request: Request) -> Response:
    typed = request.query("q").strip()
    if "@" in typed:
        return _by_address(request, typed)
    wanted = words(typed)
    result = (
        _search(wanted, request.query("after"), request.actor)
        if wanted
        else _everybody(request.query("after"), request.actor)
    )
    return _page(request, typed, result)


def _by_address(request: Request, typed: str) -> Response:
    """The person of this address, or a page that says that there is none."""
    hashed = address_hash(normalise(typed) or typed)
    member_id = people.member_id_at(hashed)
    member = people.member(member_id) if member_id else None
    if member and request.actor.sees_any(search.shown(member).offices):
        return redirect(f"/desk/people/{member.id}/")
    if not member and rsvps.of_address(hashed):
        return redirect(f"/desk/guests/{hashed}/")
    return _page(request, typed, Listing([], "", 0, is_all=True))


def _search(wanted: list[str], after: str, actor: TeamMember) -> Listing:
    """The longest of the beginnings is looked up; what it leads to must have the others, too."""
    longest, *_ = sorted(wanted, key=len, reverse=True)
    read = list(search.find(longest, after=after or None, limit=MOST_READ))
    fitting = [
        entry
        for entry in _once(read)
        if actor.sees_any(entry.offices) and matches(wanted, entry.name, entry.works_at)
    ]
    shown = fitting[:PAGE]
    is_read = len(read) < MOST_READ
    goes_on = "" if is_read else read[-1].place
    following = shown[-1].place if len(fitting) > PAGE else goes_on
    return Listing(shown, following, len(fitting), is_all=is_read)


def _once(entries: list[Entry]) -> list[Entry]:
    """Somebody whose name and company begin alike has two entries."""
    return list({entry.member_id: entry for entry in reversed(entries)}.values())[::-1]


def _everybody(after: str, actor: TeamMember) -> Listing:
    shard = after[:1] if after[:1] in SHARDS else SHARDS[0]
    fitting: list[Entry] = []
    for current in SHARDS[SHARDS.index(shard) :]:
        behind = after if after[:1] == current and len(after) > 1 else None
        for member in people.members(current, after=behind, only=FIELDS):
            entry = search.shown(member)
            if not actor.sees_any(entry.offices):
                continue
            if len(fitting) == PAGE:
                return Listing(fitting, fitting[-1].member_id, _number(actor), is_all=True)
            fitting.append(entry)
    return Listing(fitting, "", _number(actor), is_all=True)


def _number(actor: TeamMember) -> int:
    """Members in all, or those who left from the offices that are the actor's to see."""
    return sum(
        number for office, number in tallies.members_by_office().items() if actor.sees(office)
    )


def _page(request: Request, typed: str, result: Listing) -> Response:
    following = {"q": typed, "after": result.after} if typed else {"after": result.after}
    offices = {office["slug"]: office["name"] for office in request.site["offices"]}
    return page(
        request,
        "desk/people.html",
        N_("People"),
        typed=typed,
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
