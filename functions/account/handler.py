"""The routes of /me/: signing in by a link or a code, the person's own page, sessions.

GET changes nothing that a mail scanner could use up: only the buttons' POSTs sign in or out.
"""

from typing import Any

from functions.account import form as forms
from functions.account import own_changes, responses, rules, signing_in, store, visitors
from functions.account.rules import Owner, Session
from functions.account.sign_in_pages import SignInPages
from functions.account.signing_in import SENT, SIGNED_OUT, Entrance
from functions.account.visitors import Visitor
from functions.core import clock
from functions.core.errors import BadInputError
from functions.core.site import site
from functions.core.texts import listed
from functions.core.tokens import Purpose
from functions.core.web import requests
from functions.core.web.forms import Form, first
from functions.core.web.responses import Response, redirect
from functions.core.web.routes import Application
from functions.people.store import signs_of_life

HOME = "/me/"
# Steps that `/me/` shows, besides those of signing in.
SAVED, LEAVE, LEFT, ADDRESS = "saved", "leave", "left", "address"


def _welcome(owner: Owner) -> None:
    if owner.member_id:
        signs_of_life.sign_of_life(owner.member_id, clock.now())


ENTRANCE = Entrance(
    home=HOME,
    session_cookie="__Host-alumni",
    sign_in_cookie="__Host-sign-in",
    link=Purpose.SIGN_IN,
    here=Purpose.SIGN_IN_HERE,
    email="sign_in",
    pages=SignInPages(HOME, "account/sign_in.html", rules.SESSION_SECONDS),
    owner_at=visitors.owner_at,
    welcome=_welcome,
)

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


@app.get("/me/")
def show_home() -> Response:
    session, visitor = _signed_in()
    if session is None or visitor is None:
        return _way_in(requests.query(app.current_event, "step"))
    now = clock.now()
    if now - session.seen_at >= rules.SEEN_EVERY_SECONDS:
        store.see(session, now)
    step = requests.query(app.current_event, "step")
    if step == LEAVE:
        return responses.leave(visitor)
    return responses.home(visitor, session, _sessions(session), saved=step == SAVED)


def _way_in(step: str) -> Response:
    """What somebody sees who isn't signed in (any more)."""
    if step == SENT:
        return ENTRANCE.pages.sent(_language())
    if step == LEFT:
        return responses.left(_language())
    return ENTRANCE.pages.sign_in(_language(), signed_out=step == SIGNED_OUT)


# ---- Signing in


@app.post("/me/sign-in")
def ask() -> Response:
    return signing_in.ask(ENTRANCE, app.current_event)


@app.post("/me/sign-in/code")
def enter_code() -> Response:
    return signing_in.enter_code(ENTRANCE, app.current_event)


@app.get("/me/sign-in/link")
def show_link() -> Response:
    return signing_in.show_link(ENTRANCE, app.current_event)


@app.post("/me/sign-in/link")
def follow_link() -> Response:
    return signing_in.follow_link(ENTRANCE, app.current_event)


# ---- The person's own page


@app.post("/me/details")
def save_details() -> Response:
    """Save a member's details with a record of what they changed."""
    form = _own_form()
    session, visitor = _signed_in()
    wanted = forms.details(form)
    if session is None or visitor is None or visitor.member is None:
        return ENTRANCE.pages.sign_in(_language(form), draft=wanted)
    signing_in.count(session)
    try:
        own_changes.save(visitor.member, wanted, site(), clock.now())
    except BadInputError as bad:
        return responses.home(visitor, session, _sessions(session), (wanted, bad.errors))
    signs_of_life.sign_of_life(visitor.member.id, clock.now())
    if session.draft:
        store.drop_draft(session)
    return redirect(ENTRANCE.step(SAVED, listed(first(form, "language"), site())))


@app.post("/me/address")
def ask_for_new_address() -> Response:
    """Email a link to the new address; the answer is the same whoever has it, or nobody."""
    from functions.account import new_address  # it needs what moves sign-ups; other pages don't

    form = _own_form()
    session, visitor = _signed_in()
    wanted = forms.new_address(form)
    if session is None or visitor is None or visitor.member is None:
        return ENTRANCE.pages.sign_in(_language(form), draft=wanted)
    signing_in.count(session)
    try:
        address = forms.read_address(form, forms.NEW_EMAIL)
        new_address.ask(visitor.member, address, clock.now())
    except BadInputError as bad:
        return responses.home(visitor, session, _sessions(session), (wanted, bad.errors))
    if session.draft:
        store.drop_draft(session)
    return redirect(ENTRANCE.step(ADDRESS, listed(visitor.language, site())))


@app.get("/me/address/confirm")
def show_new_address() -> Response:
    from functions.account import new_address

    token = requests.query(app.current_event, "token")
    return responses.new_address(new_address.offered(token, clock.now()), token, _language())


@app.post("/me/address/confirm")
def confirm_new_address() -> Response:
    from functions.account import new_address

    form = _own_form()
    token = first(form, "token")
    return responses.new_address(new_address.confirm(token, clock.now()), token, _language(form))


@app.get("/me/address/undo")
def show_undo() -> Response:
    from functions.account import new_address

    token = requests.query(app.current_event, "token")
    return responses.undo_address(new_address.undo_offered(token, clock.now()), token, _language())


@app.post("/me/address/undo")
def undo_new_address() -> Response:
    from functions.account import new_address

    form = _own_form()
    token = first(form, "token")
    return responses.undo_address(new_address.undo(token, clock.now()), token, _language(form))


@app.post("/me/download")
def download_everything() -> Response:
    """All that is kept about whoever is signed in, as a file; a line notes that they got it."""
    form = _own_form()
    session, visitor = _signed_in()
    if session is None or visitor is None:
        return ENTRANCE.pages.sign_in(_language(form))
    signing_in.count(session)
    return responses.download(visitor, clock.now())


@app.post("/me/consents")
def choose() -> Response:
    """Give or withdraw a member's consent to the newsletter or to invitations."""
    from functions.account import own_consents
    from functions.people.form import read_viewer

    form = _own_form()
    session, visitor = _signed_in()
    if session is None or visitor is None or visitor.member is None:
        return ENTRANCE.pages.sign_in(_language(form))
    signing_in.count(session)
    now = clock.now()
    try:
        by = read_viewer(app.current_event, site(), now)
        choice = own_consents.read_choice(form, site(), _language(form), by, now)
    except BadInputError as bad:
        (error,) = bad.errors.values()
        return responses.home(visitor, session, _sessions(session), consent_error=error)
    own_consents.save(visitor.member.id, choice, now)
    return redirect(ENTRANCE.step(SAVED, _language(form)))


@app.post("/me/leave")
def leave() -> Response:
    """Erase whoever is signed in, a member or a guest: at once no use finds them any more."""
    from functions.membership import erasing

    form = _own_form()
    session, visitor = _signed_in()
    if session is None or visitor is None:
        return ENTRANCE.pages.sign_in(_language(form))
    if not erasing.begin(visitor.address_hash, clock.now()).is_stored:
        return ENTRANCE.pages.sign_in(
            _language(form)
        )  # the address was changed back, or all is erased
    return redirect(ENTRANCE.step(LEFT, _language(form)), ENTRANCE.no_session())


# ---- Sessions


@app.post("/me/sign-out")
def sign_out() -> Response:
    session, _visitor = _signed_in()
    return signing_in.sign_out(ENTRANCE, app.current_event, session)


def _sessions(session: Session) -> list[Session]:
    return store.sessions(session.owner, clock.now())


def _signed_in() -> tuple[Session, Visitor] | tuple[None, None]:
    session = ENTRANCE.session(app.current_event)
    visitor = visitors.visitor(session.owner) if session else None
    if session is None or visitor is None or visitor.is_void(session):
        return None, None
    return session, visitor


def _own_form() -> Form:
    return signing_in.own_form(app.current_event)


def _language(form: Form | None = None) -> str:
    return signing_in.language_of(app.current_event, form)
