"""Events: what comes and what was, with seats, and who is coming.

Events of offices that the reader doesn't work with aren't there for them.
"""

from typing import Any

from functions.account.contents import STATES
from functions.core import dates, excel_sheets
from functions.core.aws import table
from functions.core.errors import GoneError
from functions.core.translations import N_, translations
from functions.core.web.cookies import cookie
from functions.core.web.responses import Response, file, redirect
from functions.desk.event_invited import invited
from functions.desk.layout import page
from functions.desk.request import Request
from functions.desk.rows import event_row, is_seen
from functions.door.rules import opening
from functions.door.rules.opening import Session
from functions.door.store import door_sessions
from functions.events import asking, opinions, rules
from functions.events.guest_file import guest_file
from functions.events.guest_list import GuestList, guest_list
from functions.events.online import is_online
from functions.events.rules import KEEP_DAYS, Event, Rsvp, Status, Verdict
from functions.events.store import attendance, events, given_opinions, online_links, rsvps
from functions.team.rules import Deed, Role
from functions.team.store import deeds

SAYS = {
    "given": N_("They have a place now, and hear of it by email."),
    "answered": asking.SAYS[Verdict.GO],
    "seats": N_("The number of places is changed. It holds until a commit changes it."),
    "link": N_("The link is saved. It stands in emails from now on, and on people's own pages."),
    "written": N_("Your message will be sent within minutes."),
    "written_before": N_("This message had been sent already."),
    "closed": N_("Sign-up is closed."),
    "opened": N_("Sign-up is open again, until its closing time."),
    "entered": N_("They are signed up, or on the waiting list, and hear of it by email."),
}
DECLINED, LAPSED = N_("the answer was no"), N_("missed an offer")


def show(request: Request) -> Response:
    kept = [event for event in events.by_start() if is_seen(request, event)]
    coming = [event for event in kept if event.ends_at > request.now]
    past = [event for event in reversed(kept) if event.ends_at <= request.now]
    return page(
        request,
        "desk/events.html",
        N_("Events"),
        coming=[event_row(event, request) for event in coming],
        past=[event_row(event, request) for event in past],
        keep_days=KEEP_DAYS,
    )


def show_one(request: Request, slug: str) -> Response:
    return event_page(request, visible_event(request, slug))


def event_page(request: Request, event: Event, error: str = "") -> Response:
    """`error` says why what was asked for can't be done."""
    shown_at = dates.local(request.now, event.facts["time_zone"])
    guests = _guests(event, request) if request.actor.may(Role.COORDINATOR) else None
    return page(
        request,
        "desk/event.html",
        N_("Event"),
        status=400 if error else 200,
        error=error,
        says=SAYS.get(request.query("step"), ""),
        is_online=is_online(event.facts),
        link=online_links.get(event.slug) if is_online(event.facts) else "",
        is_closed=event.closed,
        is_open=rules.is_open(event, request.now),
        is_over=event.ends_at <= request.now,
        event=event_row(event, request) | event.facts,
        is_door_open=opening.is_open(event, request.now),
        guests=guests,
        turnout=attendance.who_came(event.slug) if guests else None,
        opinions=_opinions(event, request) if guests else None,
        waiting=[(rsvp, held_until(rsvp, event, request)) for rsvp in guests.waiting]
        if guests
        else [],
        others=[(rsvp, state_of(rsvp)) for rsvp in guests.others] if guests else [],
        invited=invited(event, request) if guests else None,
        shown_at=dates.moment(shown_at, translations(request.site["language"])),
    )


def download(request: Request, slug: str) -> Response:
    """The guest list as a file; the log says who has it."""
    event = visible_event(request, slug)
    guests = _guests(event, request)
    rows = len(guests.coming)
    table.write(deeds.line(request.actor, Deed.GUESTS_DOWNLOADED, slug, request.now, rows=rows))
    return file(f"{slug}.xlsx", excel_sheets.TYPE, guest_file(guests, request.site["language"]))


def open_door(request: Request, slug: str) -> Response:
    """Open the event's door in this browser; the log says who opened it."""
    event = visible_event(request, slug)
    if not opening.is_open(event, request.now):
        raise GoneError("door")
    session = Session(
        slug,
        request.site["language"],
        team_id=request.actor.id,
        opened_at=request.now,
        ends_at=opening.ends_at(event),
    )
    noted = deeds.line(request.actor, Deed.DOOR_OPENED, slug, request.now)
    secret = door_sessions.open_session(session, noted)
    home = opening.home(slug)
    kept = cookie(opening.COOKIE, secret, session.ends_at - request.now, home)
    return redirect(home, kept)


def held_until(rsvp: Rsvp, event: Event, request: Request) -> str:
    """Until when a place is held for somebody who has an offer; empty for everybody else."""
    if not rsvp.held_until:
        return ""
    until = dates.local(rsvp.held_until, event.facts["time_zone"])
    return dates.short_moment(until, translations(request.site["language"]))


def state_of(rsvp: Rsvp) -> str:
    """How a sign-up stands, as a msgid."""
    if rsvp.status is not Status.CANCELLED:
        return STATES[rsvp.status]
    return DECLINED if rsvp.declined else LAPSED if rsvp.lapsed else STATES[rsvp.status]


def _opinions(event: Event, request: Request) -> dict[str, Any] | None:
    """What guests say, where enough did to stay unnamed; None if nobody has."""
    given = given_opinions.of_event(event.slug) if event.ends_at <= request.now else []
    if not given:
        return None
    rows, texts = opinions.in_words(opinions.counts(given)), opinions.words(given)
    has_hidden_words = not texts and any(one.words for one in given)
    return {
        "number": len(given),
        "fewest": opinions.FEWEST,
        "rows": rows,
        "words": texts,
        "is_whole": len(rows) == len(opinions.TEXTS) and not has_hidden_words,
    }


def _guests(event: Event, request: Request) -> GuestList:
    language = request.site["language"]
    return guest_list(event, rsvps.of_event(event.slug), request.now, language)


def visible_event(request: Request, slug: str) -> Event:
    event = events.get(slug)
    if event is None or not is_seen(request, event):
        raise GoneError("event")
    return event
