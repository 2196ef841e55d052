"""The desk: who is signed in, and may they? Then the route's function answers.

Somebody who still has to confirm with a passkey gets the page for that, whatever they open.

What there is, and who may use it, is in `functions.desk.access`.
"""

from importlib import import_module
from typing import Any

from functions.account import rules, signing_in
from functions.account.rules import Owner, Session
from functions.account.sign_in_pages import SignInPages
from functions.account.signing_in import SENT, SIGNED_OUT, Entrance
from functions.core import clock
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.tokens import Purpose
from functions.core.translations import N_
from functions.core.web import requests
from functions.core.web.requests import Event
from functions.core.web.responses import Response
from functions.core.web.routes import Application
from functions.desk import access, layout
from functions.desk.access import Route
from functions.desk.request import Request
from functions.team.rules import Step, TeamMember
from functions.team.store import team

HOME = "/desk/"


def _owner_at(address_hash: str, asked_at: int) -> Owner | None:
    """The team member whom a sign-in lets in that was asked for then."""
    member = team.team_member_at(address_hash)
    return Owner("", "", member.id) if member and member.added_at < asked_at else None


def _welcome(owner: Owner) -> None:
    team.note_sign_in(owner.team_id, clock.now())


ENTRANCE = Entrance(
    home=HOME,
    session_cookie="__Host-desk",
    sign_in_cookie="__Host-desk-sign-in",
    link=Purpose.DESK_SIGN_IN,
    here=Purpose.DESK_SIGN_IN_HERE,
    email="desk_sign_in",
    pages=SignInPages(HOME, "desk/sign_in.html", rules.DESK_SECONDS),
    owner_at=_owner_at,
    welcome=_welcome,
)


class Desk(Application):
    """Routes for everybody are registered as usual; all others are in the table of access."""

    def respond(self, event: Event) -> Response:
        method = "GET" if requests.method(event) == "HEAD" else requests.method(event)
        if known := access.route(method, event["rawPath"]):
            return _answer(event, *known)
        return super().respond(event)


app = Desk()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


@app.post("/desk/sign-in")
def ask() -> Response:
    return signing_in.ask(ENTRANCE, app.current_event)


@app.post("/desk/sign-in/code")
def enter_code() -> Response:
    return signing_in.enter_code(ENTRANCE, app.current_event)


@app.get("/desk/sign-in/link")
def show_link() -> Response:
    return signing_in.show_link(ENTRANCE, app.current_event)


@app.post("/desk/sign-in/link")
def follow_link() -> Response:
    return signing_in.follow_link(ENTRANCE, app.current_event)


@app.post("/desk/sign-out")
def sign_out() -> Response:
    session, _actor = _signed_in(app.current_event)
    return signing_in.sign_out(ENTRANCE, app.current_event, session)


def _answer(event: Event, route: Route, parts: dict[str, str]) -> Response:
    """What the route's function answers, if whoever asks is signed in and may use it.

    Raises:
        BadRequestError: another site's page sent the form, or it can't be read.
        GoneError: the function knows nothing at this path.
        TooManyError: the session has sent too many forms.
    """
    is_get = route.method == "GET"
    if not is_get:
        requests.require_own_origin(event)
    session, actor = _signed_in(event)
    if session is None or actor is None:
        return _way_in(event)
    if not is_get:
        signing_in.count(session)
    form = {} if is_get or route.is_upload else requests.form(event)
    language = listed(actor.language, site())
    request = Request(actor, session, event, form, clock.now(), translated(site(), language))
    if request.second_step is not Step.NONE and not route.is_second_step:
        from functions.desk import passkey_pages

        return passkey_pages.second_step(request)
    if not actor.may(route.least):
        title = N_("This isn't yours to open")
        return layout.page(request, "desk/not_allowed.html", title, status=400)
    module, _, name = route.answer.partition(".")
    response: Response = getattr(import_module(f"functions.desk.{module}"), name)(request, **parts)
    return response


def _way_in(event: Event) -> Response:
    """What somebody sees who isn't signed in (any more)."""
    step, language = requests.query(event, "step"), signing_in.language_of(event)
    if step == SENT:
        return ENTRANCE.pages.sent(language)
    return ENTRANCE.pages.sign_in(language, signed_out=step == SIGNED_OUT)


def _signed_in(event: Event) -> tuple[Session, TeamMember] | tuple[None, None]:
    session = ENTRANCE.session(event)
    actor = team.team_member(session.owner.team_id) if session and session.owner.team_id else None
    if session is None or actor is None or session.created_at <= actor.added_at:
        return None, None
    return session, actor
