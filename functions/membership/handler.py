"""Membership's routes, tick and mailbox: join, confirm, unsubscribe, choose preferences.

What the tick does is in `functions.membership.sweeping`.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from functions.approvals.rules import Mode, mode_of
from functions.core import clock
from functions.core.errors import (
    BadInputError,
    GoneError,
    RefusedError,
    TooManyError,
)
from functions.core.log import log
from functions.core.site import site
from functions.core.texts import ConsentPurpose
from functions.core.web import requests
from functions.core.web.forms import first, is_robot
from functions.core.web.responses import Response, newest_link_sent, redirect, stale, text
from functions.core.web.routes import Application
from functions.membership import form as forms
from functions.membership import responses, rules, signing_up, store
from functions.membership.rules import Click, Known, Signup
from functions.membership.unsubscribe_email import token_in
from functions.people.form import read_viewer
from functions.people.member import UNKNOWN_CIRCUMSTANCES, Circumstances
from functions.people.store import members as people
from functions.people.store import (
    signs_of_life,
    subscriptions,
)

CHECK_YOUR_MAIL = "/join/check-your-mail/"
WELCOME = "/join/welcome/"
NEWEST = "newest"  # the button of the page behind a link that a newer one has replaced
TRIES = 5  # if two forms or clicks of one person collide
LINKED_PAGE = "/api/unsubscribe"  # behind a link in an email
STAY_PAGE = "/api/still-here"
SWEEP_RESERVE_MS = 5_000

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


def tick(_event: dict[str, Any], context: Any) -> None:
    """Do what is due; the next tick continues.

    Raises:
        RuntimeError: an erasure failed, so that the alarm on errors goes off.
    """
    from functions.membership import sweeping  # it needs the events and SES, which forms don't

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() >= SWEEP_RESERVE_MS)

    if failed := sweeping.sweep(clock.now(), has_time):
        raise RuntimeError(f"erasures failed: {failed}")


def mailed(event: dict[str, Any], _context: Any) -> None:
    """Emails to the unsubscribe address, as SES passes them on.

    Only the signed token in the subject counts; the sender is neither used nor logged.
    """
    stopped = 0
    for record in event["Records"]:
        try:
            member_id, of = _ended_by(token_in(record))
        except GoneError:
            continue
        _stop(member_id, of, "mail to the unsubscribe address")
        stopped += 1
    ignored = len(event["Records"]) - stopped
    log.info("unsubscribe mails", extra={"stopped": stopped, "ignored": ignored})


@app.post("/api/join")
def join() -> Response:
    requests.require_own_origin(app.current_event)
    form = requests.form(app.current_event)
    requests.count_network(app.current_event)
    if is_robot(form):
        return redirect(CHECK_YOUR_MAIL)
    try:
        joining = forms.read_join(form, site(), clock.now())
    except BadInputError as bad:
        return responses.join_again(form, bad.errors)
    signing_up.sign_up(joining, clock.now())
    return redirect(CHECK_YOUR_MAIL)


@app.get("/api/join/confirm")
def show_confirmation() -> Response:
    token = requests.query(app.current_event, "token")
    _hash, known, click = _clicked(token)
    if click is Click.JOIN and known.signup:
        return responses.confirm(known.signup, token)
    return _page_of_click(click, known, token)


@app.post("/api/join/confirm")
def confirm() -> Response:
    form = requests.form(app.current_event)
    token = first(form, "token")
    if first(form, "action") == NEWEST:
        return _send_newest_link(token)
    for _ in range(TRIES):
        hashed, known, click = _clicked(token)
        if click is not Click.JOIN or known.signup is None:
            return _page_of_click(click, known, token)
        try:
            waits = _join(hashed, known.signup)
        except RefusedError:
            continue  # another click or form came first: read again
        return responses.waits(known.signup.profile.language) if waits else _welcome()
    raise TooManyError("confirm")


def _join(hashed: str, signup: Signup) -> bool:
    """Store the member, or who waits for the team's decision; returns whether they wait (raises as
    `save_member`)."""
    now = clock.now()
    came = replace(signup.circumstances, viewer=read_viewer(app.current_event, site(), now))
    signup = replace(signup, circumstances=came)
    if mode_of(site()) is not Mode.APPROVE or signup.invitation:
        store.save_member(hashed, signup, now)
        return False
    from functions.approvals.store import applications  # networks that are open don't need it

    applications.begin(hashed, signup, now, site()["time_zone"])
    return True


def _welcome() -> Response:
    """The site's own page, which is in its first language; a page of ours in any other."""
    language = requests.query(app.current_event, "language")
    if language in site()["languages"][1:]:
        return responses.welcome(language)
    return redirect(WELCOME)


def _page_of_click(click: Click, known: Known, token: str) -> Response:
    """The page of a link that has nothing to confirm any more."""
    if click is Click.ALREADY_MEMBER:
        return _welcome()
    if click is Click.STALE and known.signup:
        return stale("/api/join/confirm", token, known.signup.profile.language)
    return responses.lapsed(requests.query(app.current_event, "language"))


def _send_newest_link(token: str) -> Response:
    """Email the newest link of the sign-up that waits at this address; the answer doesn't depend on
    whether one does."""
    requests.count_network(app.current_event)
    hashed, known, _click = _clicked(token)
    try:
        if known.signup and rules.is_waiting(known, clock.now()):
            store.ask_again(hashed, known.signup, clock.now())
    except RefusedError as refused:
        signing_up.raise_for_breaker(refused)
    return newest_link_sent(requests.query(app.current_event, "language"))


@app.get("/api/invitation")
def show_invitation() -> Response:
    from functions.membership import by_invitation

    return by_invitation.show(app.current_event)


@app.post("/api/invitation")
def join_by_invitation() -> Response:
    from functions.membership import by_invitation

    return by_invitation.join(app.current_event)


@app.get("/api/invitation/never")
def ask_never() -> Response:
    from functions.membership import by_invitation

    return by_invitation.ask_never(app.current_event)


@app.post("/api/invitation/never")
def never() -> Response:
    from functions.membership import by_invitation

    return by_invitation.never(app.current_event)


@app.get("/api/unsubscribe")
def show_unsubscribe() -> Response:
    token = requests.query(app.current_event, "token")
    member_id, of = _ended_by(token)
    member = people.member(member_id)
    if member is None:
        return _erased(200)
    if of is ConsentPurpose.INVITATIONS:
        return responses.no_invitations(member, token)
    if requests.query(app.current_event, "again"):
        return responses.subscribe_again(member, token)
    saved = bool(requests.query(app.current_event, "saved"))
    return responses.unsubscribe(member, token, saved=saved)


@app.post("/api/unsubscribe")
def unsubscribe() -> Response:
    """RFC 8058: an email provider POSTs to the link itself, with any body; the form of our page has
    the token in a field."""
    one_click = requests.query(app.current_event, "token")
    if one_click:
        _stop(*_ended_by(one_click), rules.ONE_CLICK)
        return text(200, "")
    token = first(requests.form(app.current_event), "token")
    _stop(*_ended_by(token), "button on the page", _on_linked_page(clock.now()))
    return redirect(f"/api/unsubscribe?token={quote(token)}")  # in the member's language


def _stop(
    member_id: str, of: ConsentPurpose, how: str, where: Circumstances = UNKNOWN_CIRCUMSTANCES
) -> None:
    now = clock.now()
    subscriptions.withdraw(member_id, of, how, now, circumstances=where)
    signs_of_life.sign_of_life(member_id, now)


@app.post("/api/preferences")
def save_preferences() -> Response:
    """Save frequency and topics: a path of its own, so that a one-click request changes neither."""
    token = requests.query(app.current_event, "token")
    member_id = _member_of(token)
    form = requests.form(app.current_event)
    requests.count_network(app.current_event)
    now = clock.now()
    try:
        wanted, agreement = forms.read_preferences(form, site(), now)
    except BadInputError as bad:
        member = people.member(member_id)
        if member is None:
            return _erased(410)
        return responses.preferences_again(member, token, form, bad.errors)
    how = "form on the page"
    if not subscriptions.save_preferences(
        member_id, wanted, agreement, how, now, circumstances=_on_linked_page(now)
    ):
        return _erased(410)
    signs_of_life.sign_of_life(member_id, now)
    return redirect(f"/api/unsubscribe?token={quote(token)}&saved=yes")


@app.get("/api/still-here")
def offer_to_stay() -> Response:
    token = requests.query(app.current_event, "token")
    member_id, is_right = _still_here(token)
    member = people.member(member_id)
    if member is None:
        return _erased(200)
    return responses.still_here(member, token, is_right=is_right)


@app.post("/api/still-here")
def stay() -> Response:
    """The button of an email that asks whether a member wants to stay, or whether all is right."""
    token = first(requests.form(app.current_event), "token")
    member_id, is_right = _still_here(token)
    member = people.member(member_id)
    if member is None:
        return _erased(410)
    now = clock.now()
    came = _on_linked_page(now, STAY_PAGE)
    subscriptions.renew_newsletter(member_id, "button on the page", now, came)
    signs_of_life.answer(member_id, now)
    return responses.stays(member, is_right=is_right)


def _on_linked_page(now: int, page: str = LINKED_PAGE) -> Circumstances:
    return Circumstances(page=page, viewer=read_viewer(app.current_event, site(), now))


def _erased(status: int) -> Response:
    return responses.erased(status, requests.query(app.current_event, "language"))


def _clicked(token: str) -> tuple[str, Known, Click]:
    """The address's hash, what is known of it, and what this link leads to.

    Raises:
        GoneError: the link is forged, or too old to be read.
    """
    from functions.core import tokens

    hashed, revision = tokens.read(tokens.Purpose.CONFIRM_JOIN, token, 2)
    known = store.at_address(hashed)
    return hashed, known, rules.on_click(known, revision, clock.now())


def _member_of(token: str) -> str:
    """The id of the member in an unsubscribe link.

    Raises:
        GoneError: the link is forged.
    """
    from functions.core import tokens

    (member_id,) = tokens.read(tokens.Purpose.UNSUBSCRIBE, token, 1)
    return str(member_id)


def _ended_by(token: str) -> tuple[str, ConsentPurpose]:
    """The member's id, and the consent that the link ends: to the newsletter or to invitations.

    Raises:
        GoneError: the link is forged.
    """
    from functions.core import tokens

    try:
        return _member_of(token), ConsentPurpose.NEWSLETTER
    except GoneError:
        (member_id,) = tokens.read(tokens.Purpose.NO_INVITATIONS, token, 1)
        return str(member_id), ConsentPurpose.INVITATIONS


def _still_here(token: str) -> tuple[str, bool]:
    """The member's id, and whether the email asked if all is right.

    Raises:
        GoneError: the link is forged, or too old to be read.
    """
    from functions.core import tokens

    member_id, is_right = tokens.read(tokens.Purpose.STILL_HERE, token, 2)
    return str(member_id), bool(is_right)
