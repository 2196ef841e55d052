"""The routes of /me/: signing in by a link or a code, the person's own page, sessions.

GET changes nothing that a mail scanner could use up: only the buttons' POSTs sign in or out.
"""

from typing import Any

from functions.account import form as forms
from functions.account import own_changes, responses, rules, store, visitors
from functions.account.rules import Owner, Session, SignIn
from functions.account.visitors import Visitor
from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.aws.secrets import secrets
from functions.core.errors import BadInputError, GoneError, RefusedError, TooManyError
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.core.log import log
from functions.core.site import site
from functions.core.texts import listed
from functions.core.tokens import Purpose
from functions.core.web import cookies, requests
from functions.core.web.cookies import cookie
from functions.core.web.forms import Form, first, is_robot
from functions.core.web.languages import page_language
from functions.core.web.responses import Response, redirect
from functions.core.web.routes import Application
from functions.people.store import signs_of_life

HOME = "/me/"
# Steps that `/me/` shows.
SENT, SAVED, LEAVE, LEFT, SIGNED_OUT = "sent", "saved", "leave", "left", "signed-out"
ADDRESS = "address"
SESSION_COOKIE, SIGN_IN_COOKIE = "__Host-alumni", "__Host-sign-in"

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
        return responses.sent(_language())
    if step == LEFT:
        return responses.left(_language())
    return responses.sign_in(_language(), signed_out=step == SIGNED_OUT)


# ---- Signing in


@app.post("/me/sign-in")
def ask() -> Response:
    """Send a link and a code; the answer is the same for known and unknown addresses."""
    form = _own_form()
    requests.count_network(app.current_event)
    language = _language(form)
    if is_robot(form):
        return redirect(_step(SENT, language))
    try:
        address = forms.read_address(form)
    except BadInputError as bad:
        return responses.sign_in_again(form, bad.errors, language)
    sign_in = store.new_sign_in(address_hash(address), language, forms.draft(form), clock.now())
    try:
        store.ask(sign_in, address, clock.now())
    except RefusedError as refused:
        if store.BREAKER in refused.failed:
            log.error("mail breaker")
            raise TooManyError("mails") from None
    here = tokens.make(Purpose.SIGN_IN_HERE, sign_in.id)
    return redirect(_step(SENT, language), cookie(SIGN_IN_COOKIE, here, SIGN_IN_SECONDS))


@app.post("/me/sign-in/code")
def enter_code() -> Response:
    form = _own_form()
    requests.count_network(app.current_event)
    language = _language(form)
    sign_in = _sign_in_by(Purpose.SIGN_IN_HERE, cookies.sent(app.current_event, SIGN_IN_COOKIE))
    now = clock.now()
    if sign_in is None or not rules.takes_codes(sign_in, now):
        return responses.code_ended(language)
    owner = _owner_by_code(sign_in, first(form, "code"))
    try:
        if owner is None:
            store.count_wrong_code(sign_in.id, now)
            return responses.wrong_code(form, language)
        opened = store.open_by_code(sign_in, owner, _device(), sign_in.draft, now)
        return _welcome(owner, opened)
    except RefusedError as refused:
        if store.SUSPENDED in refused.failed:
            log.error("sign-in codes suspended")  # the alarm in template.yaml counts this message
            return responses.codes_suspended(language)
        return responses.code_ended(language)


@app.get("/me/sign-in/link")
def show_link() -> Response:
    token = requests.query(app.current_event, "token")
    sign_in = _sign_in_by(Purpose.SIGN_IN, token)
    return responses.link(token, _language()) if sign_in else responses.ended(_language())


@app.post("/me/sign-in/link")
def follow_link() -> Response:
    form = _own_form()
    sign_in = _sign_in_by(Purpose.SIGN_IN, first(form, "token"))
    owner = visitors.owner_at(sign_in.address_hash, sign_in.asked_at) if sign_in else None
    if sign_in is None or owner is None:
        return responses.ended(_language(form))
    try:
        draft = sign_in.draft if _asked_here(sign_in) else {}
        opened = store.open_by_link(sign_in, owner, _device(), draft, clock.now())
    except RefusedError:
        return responses.ended(_language(form))
    return _welcome(owner, opened)


# ---- The person's own page


@app.post("/me/details")
def save_details() -> Response:
    """Save a member's details with a record of what they changed."""
    form = _own_form()
    session, visitor = _signed_in()
    wanted = forms.details(form)
    if session is None or visitor is None or visitor.member is None:
        return responses.sign_in(_language(form), draft=wanted)
    _count(session)
    try:
        own_changes.save(visitor.member, wanted, site(), clock.now())
    except BadInputError as bad:
        return responses.home(visitor, session, _sessions(session), (wanted, bad.errors))
    signs_of_life.sign_of_life(visitor.member.id, clock.now())
    if session.draft:
        store.drop_draft(session)
    return redirect(_step(SAVED, listed(first(form, "language"), site())))


@app.post("/me/address")
def ask_for_new_address() -> Response:
    """Email a link to the new address; the answer is the same whoever has it, or nobody."""
    from functions.account import new_address  # it needs what moves sign-ups; other pages don't

    form = _own_form()
    session, visitor = _signed_in()
    wanted = forms.new_address(form)
    if session is None or visitor is None or visitor.member is None:
        return responses.sign_in(_language(form), draft=wanted)
    _count(session)
    try:
        address = forms.read_address(form, forms.NEW_EMAIL)
        new_address.ask(visitor.member, address, clock.now())
    except BadInputError as bad:
        return responses.home(visitor, session, _sessions(session), (wanted, bad.errors))
    if session.draft:
        store.drop_draft(session)
    return redirect(_step(ADDRESS, listed(visitor.language, site())))


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
        return responses.sign_in(_language(form))
    _count(session)
    return responses.download(visitor, clock.now())


@app.post("/me/consents")
def choose() -> Response:
    """Give or withdraw a member's consent to the newsletter or to invitations."""
    from functions.account import own_consents
    from functions.people.form import read_viewer

    form = _own_form()
    session, visitor = _signed_in()
    if session is None or visitor is None or visitor.member is None:
        return responses.sign_in(_language(form))
    _count(session)
    now = clock.now()
    try:
        by = read_viewer(app.current_event, site(), now)
        choice = own_consents.read_choice(form, site(), _language(form), by, now)
    except BadInputError as bad:
        (error,) = bad.errors.values()
        return responses.home(visitor, session, _sessions(session), consent_error=error)
    own_consents.save(visitor.member.id, choice, now)
    return redirect(_step(SAVED, _language(form)))


@app.post("/me/leave")
def leave() -> Response:
    """Erase whoever is signed in, a member or a guest: at once no use finds them any more."""
    from functions.membership import erasing

    form = _own_form()
    session, visitor = _signed_in()
    if session is None or visitor is None:
        return responses.sign_in(_language(form))
    if not erasing.begin(visitor.address_hash, clock.now()).is_stored:
        return responses.sign_in(_language(form))  # the address was changed back, or all is erased
    return redirect(_step(LEFT, _language(form)), cookie(SESSION_COOKIE, "", 0))


# ---- Sessions


@app.post("/me/sign-out")
def sign_out() -> Response:
    form = _own_form()
    session, _visitor = _signed_in()
    if session:
        store.end_all(session.owner) if first(form, "everywhere") else store.end(session)
    return redirect(_step(SIGNED_OUT, _language(form)), cookie(SESSION_COOKIE, "", 0))


def _sessions(session: Session) -> list[Session]:
    return store.sessions(session.owner, clock.now())


def _count(session: Session) -> None:
    """Count a POST of somebody signed in: against the session, as their network may be shared.

    Raises:
        TooManyError: this hour's limit is reached.
    """
    try:
        store.count_post(session, clock.now())
    except RefusedError:
        raise TooManyError("session") from None


def _signed_in() -> tuple[Session, Visitor] | tuple[None, None]:
    session = store.session(cookies.sent(app.current_event, SESSION_COOKIE), clock.now())
    visitor = visitors.visitor(session.owner) if session else None
    if session is None or visitor is None or visitor.is_void(session):
        return None, None
    return session, visitor


def _own_form() -> Form:
    """The form of a page of ours: another site must neither sign its visitor in nor act for them.

    Raises:
        BadRequestError: another site's page sent it, or it can't be read.
    """
    requests.require_own_origin(app.current_event)
    return requests.form(app.current_event)


def _step(step: str, language: str) -> str:
    return f"{HOME}?step={step}&language={language}"


def _language(form: Form | None = None) -> str:
    return page_language(app.current_event, form or {}, site())


def _sign_in_by(purpose: Purpose, token: str) -> SignIn | None:
    try:
        (sign_in_id,) = tokens.read(purpose, token, 1)
    except GoneError:
        return None
    return store.sign_in(sign_in_id, clock.now())


def _owner_by_code(sign_in: SignIn, typed: str) -> Owner | None:
    """Whom the code lets in; None if it is wrong, or the address is nobody's."""
    keys = secrets().token_keys.accepted(clock.now(), to_unsubscribe=False)
    right = rules.is_code(typed, sign_in.id, keys)
    return visitors.owner_at(sign_in.address_hash, sign_in.asked_at) if right else None


def _asked_here(sign_in: SignIn) -> bool:
    """Whether this browser asked for the link: a stranger's draft must not come with it."""
    here = _sign_in_by(Purpose.SIGN_IN_HERE, cookies.sent(app.current_event, SIGN_IN_COOKIE))
    return here is not None and here.id == sign_in.id


def _device() -> str:
    return rules.device(requests.header(app.current_event, "user-agent"))


def _welcome(owner: Owner, session_cookie: str) -> Response:
    if owner.member_id:
        signs_of_life.sign_of_life(owner.member_id, clock.now())
    kept = cookie(SESSION_COOKIE, session_cookie, rules.SESSION_SECONDS)
    return redirect(HOME, kept, cookie(SIGN_IN_COOKIE, "", 0))
