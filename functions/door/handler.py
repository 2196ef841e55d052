"""The routes of an event's door: a session by a link or from the desk, the list, and the taps.

The page itself holds nobody's data: its script loads the list, and shows it without a network too.

See docs/door.md.
"""

import json
from typing import Any

from functions.core import clock, excel_sheets, tokens
from functions.core.addresses import address_hash
from functions.core.errors import GoneError
from functions.core.site import site
from functions.core.tokens import Purpose
from functions.core.web import cookies, requests
from functions.core.web.cookies import cookie
from functions.core.web.forms import first
from functions.core.web.languages import page_language
from functions.core.web.responses import Response, file, redirect, text
from functions.core.web.routes import Application
from functions.door import door_list, keeping, responses, tap_form
from functions.door.rules import opening
from functions.door.rules.opening import COOKIE, Session
from functions.door.store import door_sessions, taps
from functions.events.guest_list import GuestList, Host, guest_list, host_of
from functions.events.rules import Event
from functions.events.store import events, rsvps
from functions.team.rules import Role, TeamMember
from functions.team.store import team

JSON = "application/json"
SIGNED_OUT, GONE = 401, 410
OVERLAP_SECONDS = 60  # a tap may be stored this long after its request began: it is sent again

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


# ---- The link in the email


@app.get("/door/open")
def show_link() -> Response:
    token = requests.query(app.current_event, "token")
    event, host = _host_link(token)
    return responses.link(event, host, token, is_open=opening.is_open(event, clock.now()))


@app.post("/door/open")
def follow_link() -> Response:
    form = requests.form(app.current_event)
    requests.count_network(app.current_event)
    token = first(form, "token")
    event, host = _host_link(token)
    if not opening.is_open(event, clock.now()):
        return responses.link(event, host, token, is_open=False)
    now = clock.now()
    session = Session(
        event.slug,
        host.language,
        host=address_hash(host.email),
        opened_at=now,
        ends_at=opening.ends_at(event),
    )
    secret = door_sessions.open_session(session)
    home = opening.home(event.slug)
    return redirect(home, cookie(COOKIE, secret, session.ends_at - now, home))


def _host_link(token: str) -> tuple[Event, Host]:
    """
    Raises:
        GoneError: the link is forged, or the event has another contact since.
    """
    slug, sent_to = tokens.read(Purpose.DOOR, token, 2)
    event = events.get(slug)
    host = host_of(event, site()) if event else None
    if event is None or host is None or address_hash(host.email) != sent_to:
        raise GoneError("door")
    return event, host


# ---- The page


@app.get("/door/<slug>/")
def show(slug: str) -> Response:
    event = events.get(slug)
    session = _session(event) if event else None
    if event and session:
        return responses.door(event, session)
    status = SIGNED_OUT if event else GONE
    return responses.closed(page_language(app.current_event, {}, site()), slug, status)


@app.get("/door/<slug>/manifest.webmanifest")
def manifest(slug: str) -> Response:
    return responses.manifest(_event(slug), page_language(app.current_event, {}, site()))


@app.get("/door/<slug>/list")
def load_list(slug: str) -> Response:
    event = _event(slug)
    session = _session(event)
    if session is None:
        return _signed_out()
    now = clock.now()
    content = door_list.door_list(event, rsvps.of_event(slug), now, session.language)
    known = {"taps": door_list.tap_list(taps.of_event(slug)), "now": now}
    return text(200, json.dumps(content | known), JSON)


@app.get("/door/<slug>/print")
def show_paper(slug: str) -> Response:
    event = _event(slug)
    session = _session(event)
    if session is None:
        return responses.closed(page_language(app.current_event, {}, site()))
    return responses.paper(_guests(event, session), session, clock.now())


@app.get("/door/<slug>/guests.xlsx")
def download(slug: str) -> Response:
    event = _event(slug)
    session = _session(event)
    if session is None:
        return responses.closed(page_language(app.current_event, {}, site()))
    content = door_list.door_file(_guests(event, session), session.language)
    return file(f"{slug}.xlsx", excel_sheets.TYPE, content)


def _guests(event: Event, session: Session) -> GuestList:
    return guest_list(event, rsvps.of_event(event.slug), clock.now(), session.language)


@app.post("/door/<slug>/taps")
def sync(slug: str) -> Response:
    """Keep a phone's taps, and answer with those of all phones since it last asked.

    A phone that stood without a network while the door closed is heard for another day, and told
    nothing.
    """
    requests.require_own_origin(app.current_event)
    event = _event(slug)
    if _phone(event) is None:
        return _signed_out()
    now = clock.now()
    sent, since = tap_form.read_taps(requests.body(app.current_event))
    if sent:
        keeping.keep(event, sent, now)
    is_open = opening.is_open(event, now)
    news = taps.of_event(slug, since - OVERLAP_SECONDS) if is_open else ()
    answer = {"taps": door_list.tap_list(news), "now": now, "isOpen": is_open}
    return text(200, json.dumps(answer), JSON)


@app.post("/door/<slug>/sign-out")
def sign_out(slug: str) -> Response:
    requests.require_own_origin(app.current_event)
    door_sessions.end(slug, _secret())
    home = opening.home(slug)
    return redirect(home, cookie(COOKIE, "", 0, home))


def _event(slug: str) -> Event:
    event = events.get(slug)
    if event is None:
        raise GoneError("door")
    return event


def _session(event: Event) -> Session | None:
    """The phone's session at this door, if whoever opened it may still see the list."""
    return _phone(event) if opening.is_open(event, clock.now()) else None


def _phone(event: Event) -> Session | None:
    """The phone's session at this door, open or not, if whoever opened it still may."""
    session = door_sessions.get(event.slug, _secret(), clock.now())
    if session is None:
        return None
    if session.team_id:
        member = team.team_member(session.team_id)
        return session if member and _may(member, event, session) else None
    host = host_of(event, site())
    return session if host and address_hash(host.email) == session.host else None


def _may(member: TeamMember, event: Event, session: Session) -> bool:
    """As at the desk: a new address, or a reset of passkeys, ends what was opened before."""
    may_see = member.may(Role.COORDINATOR) and member.sees(event.facts["office"])
    return may_see and session.opened_at > member.added_at


def _secret() -> str:
    return cookies.sent(app.current_event, COOKIE)


def _signed_out() -> Response:
    return text(SIGNED_OUT, json.dumps({"error": "signed out"}), JSON)
