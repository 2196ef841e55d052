"""People: search by the beginnings of words or by an exact address, and everybody page by page."""

from typing import Any
from urllib.parse import urlencode

from functions.core import segments
from functions.core.addresses import address_hash, normalise
from functions.core.segments import SegmentError
from functions.core.translations import N_
from functions.core.web.responses import Response, redirect
from functions.desk import people_list
from functions.desk.layout import page
from functions.desk.people_list import NOBODY, Listing, Start
from functions.desk.request import Request
from functions.people.folding import SHORTEST, words
from functions.people.store.search import Entry

LONGEST_NUMBER = 7  # digits in a link


def show(request: Request) -> Response:
    typed = request.query("q").strip()
    if "@" in typed:
        return _by_address(request, typed)
    try:
        segment = segments.parse(request.query("segment"), segments.choices_of(request.site))
    except SegmentError as error:
        return _page(request, NOBODY, error)
    wanted, start = words(typed), _start(request)
    if wanted or segment:
        return _page(request, people_list.fitting(wanted, segment, start, request.actor))
    return _page(request, people_list.everybody(start, request.actor))


def _start(request: Request) -> Start:
    page, shown = (_number(request.query(name)) for name in ("page", "shown"))
    return Start(request.query("after"), max(1, page), shown)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def _by_address(request: Request, typed: str) -> Response:
    """The person of this address, or a page that says that there is none."""
    from functions.desk import person_contents

    hashed = address_hash(normalise(typed) or typed)
    if subject := person_contents.find(request, address_hash=hashed):
        return redirect(subject.path)
    return _page(request, NOBODY)


def _page(request: Request, listing: Listing, error: SegmentError | None = None) -> Response:
    typed, segment = request.query("q").strip(), request.query("segment")
    searched = {name: value for name, value in (("q", typed), ("segment", segment)) if value}
    longest = max(map(len, words(typed)), default=SHORTEST)
    offices = {office["slug"]: office["name"] for office in request.site["offices"]}
    return page(
        request,
        "desk/people.html",
        N_("People"),
        status=400 if error else 200,
        typed=typed,
        segment=segment,
        error=error,
        is_short=longest < SHORTEST,
        listing=listing,
        rows=[_row(entry, offices) for entry in listing.entries],
        first=listing.start.shown + 1,
        is_first=listing.start == Start(),
        again=urlencode(searched),
        following=_query(searched, listing.following) if listing.following else "",
    )


def _query(searched: dict[str, str], start: Start) -> str:
    place = {"after": start.after, "page": start.page, "shown": start.shown}
    return urlencode(searched | {name: value for name, value in place.items() if value})


def _row(entry: Entry, offices: dict[str, str]) -> dict[str, Any]:
    return {
        "url": f"/desk/people/{entry.member_id}/",
        "name": entry.name,
        "office": offices.get(entry.office, entry.office),
        "years": f"{entry.from_year}\N{EN DASH}{entry.to_year}",
        "works_at": entry.works_at,
    }
