"""Signing in by a link or a code, at /me/ and at the desk.

The steps are the same; cookies, tokens and email are not, so that what opens one never opens the
other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from functions.account import form as forms
from functions.account import rules, store
from functions.account.rules import Owner, Session, SignIn
from functions.account.sign_in_pages import SignInPages
from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.aws.secrets import secrets
from functions.core.errors import BadInputError, GoneError, RefusedError, TooManyError
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.core.log import log
from functions.core.site import site
from functions.core.tokens import Purpose
from functions.core.web import cookies, requests
from functions.core.web.cookies import cookie
from functions.core.web.forms import Form, first, is_robot
from functions.core.web.languages import page_language
from functions.core.web.requests import Event
from functions.core.web.responses import Response, redirect

SENT, SIGNED_OUT = "sent", "signed-out"  # steps that the home page shows


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """One of the two ways in."""

    home: str  # path of the page that is behind it
    session_cookie: str
    sign_in_cookie: str
    link: Purpose  # of the token in the email
    here: Purpose  # of the token in the cookie of the browser that asked
    email: str  # its kind
    pages: SignInPages
    owner_at: Callable[[str, int], Owner | None]  # by address hash, and when they asked
    welcome: Callable[[Owner], None]  # what happens when somebody has signed in

    def step(self, step: str, language: str) -> str:
        return f"{self.home}?step={step}&language={language}"

    def session(self, event: Event) -> Session | None:
        """The session that the browser's cookie opens."""
        return store.session(cookies.sent(event, self.session_cookie), clock.now())

    def no_session(self) -> str:
        """The cookie's removal."""
        return cookie(self.session_cookie, "", 0)


def ask(entrance: Entrance, event: Event) -> Response:
    """Send a link and a code; the answer is the same for known and unknown addresses."""
    form = own_form(event)
    requests.count_network(event)
    language = language_of(event, form)
    if is_robot(form):
        return redirect(entrance.step(SENT, language))
    try:
        address = forms.read_address(form)
    except BadInputError as bad:
        return entrance.pages.sign_in_again(form, bad.errors, language)
    sign_in = store.new_sign_in(address_hash(address), language, forms.draft(form), clock.now())
    try:
        store.ask(sign_in, address, entrance.email, clock.now())
    except RefusedError as refused:
        if store.BREAKER in refused.failed:
            log.error("mail breaker")
            raise TooManyError("mails") from None
    here = tokens.make(entrance.here, sign_in.id)
    kept = cookie(entrance.sign_in_cookie, here, SIGN_IN_SECONDS)
    return redirect(entrance.step(SENT, language), kept)


def enter_code(entrance: Entrance, event: Event) -> Response:
    form = own_form(event)
    requests.count_network(event)
    language = language_of(event, form)
    sign_in = _sign_in_here(entrance, event)
    now = clock.now()
    if sign_in is None or not rules.takes_codes(sign_in, now):
        return entrance.pages.code_ended(language)
    owner = _owner_by_code(entrance, sign_in, first(form, "code"))
    try:
        if owner is None:
            store.count_wrong_code(sign_in.id, now)
            return entrance.pages.wrong_code(form, language)
        opened = store.open_by_code(sign_in, owner, _device(event), sign_in.draft, now)
    except RefusedError as refused:
        if store.SUSPENDED in refused.failed:
            log.error("sign-in codes suspended")  # the alarm in template.yaml counts this message
            return entrance.pages.codes_suspended(language)
        return entrance.pages.code_ended(language)
    return _welcome(entrance, owner, opened)


def show_link(entrance: Entrance, event: Event) -> Response:
    token, language = requests.query(event, "token"), language_of(event)
    if _sign_in_by(entrance.link, token):
        return entrance.pages.link(token, language)
    return entrance.pages.ended(language)


def follow_link(entrance: Entrance, event: Event) -> Response:
    form = own_form(event)
    language = language_of(event, form)
    sign_in = _sign_in_by(entrance.link, first(form, "token"))
    owner = entrance.owner_at(sign_in.address_hash, sign_in.asked_at) if sign_in else None
    if sign_in is None or owner is None:
        return entrance.pages.ended(language)
    here = _sign_in_here(entrance, event)
    # A stranger's draft must not come with a link that they asked for.
    draft = sign_in.draft if here and here.id == sign_in.id else {}
    try:
        opened = store.open_by_link(sign_in, owner, _device(event), draft, clock.now())
    except RefusedError:
        return entrance.pages.ended(language)
    return _welcome(entrance, owner, opened)


def sign_out(entrance: Entrance, event: Event, session: Session | None) -> Response:
    form = own_form(event)
    if session:
        store.end_all(session.owner) if first(form, "everywhere") else store.end(session)
    away = entrance.step(SIGNED_OUT, language_of(event, form))
    return redirect(away, entrance.no_session())


def own_form(event: Event) -> Form:
    """The form of a page of ours: another site must neither sign its visitor in nor act for them.

    Raises:
        BadRequestError: another site's page sent it, or it can't be read.
    """
    requests.require_own_origin(event)
    return requests.form(event)


def language_of(event: Event, form: Form | None = None) -> str:
    return page_language(event, form or {}, site())


def count(session: Session) -> None:
    """Count a POST of somebody signed in: against the session, as their network may be shared.

    Raises:
        TooManyError: this hour's limit is reached.
    """
    try:
        store.count_post(session, clock.now())
    except RefusedError:
        raise TooManyError("session") from None


def _sign_in_by(purpose: Purpose, token: str) -> SignIn | None:
    try:
        (sign_in_id,) = tokens.read(purpose, token, 1)
    except GoneError:
        return None
    return store.sign_in(sign_in_id, clock.now())


def _sign_in_here(entrance: Entrance, event: Event) -> SignIn | None:
    """The sign-in that this browser asked for."""
    return _sign_in_by(entrance.here, cookies.sent(event, entrance.sign_in_cookie))


def _owner_by_code(entrance: Entrance, sign_in: SignIn, typed: str) -> Owner | None:
    """Whom the code lets in; None if it is wrong, or the address is nobody's."""
    keys = secrets().token_keys.accepted(clock.now(), to_unsubscribe=False)
    right = rules.is_code(typed, sign_in.id, keys)
    return entrance.owner_at(sign_in.address_hash, sign_in.asked_at) if right else None


def _device(event: Event) -> str:
    return rules.device(requests.header(event, "user-agent"))


def _welcome(entrance: Entrance, owner: Owner, session_cookie: str) -> Response:
    entrance.welcome(owner)
    kept = cookie(entrance.session_cookie, session_cookie, rules.session_seconds(owner))
    return redirect(entrance.home, kept, cookie(entrance.sign_in_cookie, "", 0))
