"""Membership's routes, tick and mailbox: join, confirm, unsubscribe, choose preferences.

The tick deletes sign-ups and new addresses that nobody confirmed and links to sign in that nobody
used in time, finishes erasing people and changing addresses, and sends the team its digest.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws.table import Key
from functions.core.errors import (
    BadInputError,
    GoneError,
    RefusedError,
    TooManyError,
)
from functions.core.keep import MONTH, keep_of
from functions.core.log import error_fields, log
from functions.core.settings import settings
from functions.core.site import site
from functions.core.web import requests
from functions.core.web.forms import first, is_robot
from functions.core.web.responses import Response, newest_link_sent, redirect, stale, text
from functions.core.web.routes import Application
from functions.membership import form as forms
from functions.membership import responses, rules, store
from functions.membership.rules import Click, Erasure, Joining, Known, Next, Signup
from functions.membership.unsubscribe_email import token_in
from functions.people.form import read_viewer
from functions.people.member import UNKNOWN_CIRCUMSTANCES, Circumstances
from functions.people.store import (
    address_moves,
    consents,
    corrections,
    erased,
    signs_of_life,
    subscriptions,
)
from functions.people.store import members as people

CHECK_YOUR_MAIL = "/join/check-your-mail/"
WELCOME = "/join/welcome/"
NEWEST = "newest"  # the button of the page behind a link that a newer one has replaced
TRIES = 5  # if two forms or clicks of one person collide
LINKED_PAGE = "/api/unsubscribe"  # behind a link in an email
STAY_PAGE = "/api/still-here"
SWEPT_AT_ONCE = 1000
SWEEP_RESERVE_MS = 5_000

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


def tick(_event: dict[str, Any], context: Any) -> None:
    """Delete what has expired: sign-ups, new addresses, links to sign in, sessions, network
    addresses, old changes of details, and the rest of people who were erased; have sign-ups follow
    a new address; the next tick continues. Once a day, send the team the digest, and ask silent
    members whether they want to stay.

    Raises:
        RuntimeError: an erasure failed, so that the alarm on errors goes off.
    """
    now = clock.now()

    def has_time(_: object) -> bool:
        return bool(context.get_remaining_time_in_millis() >= SWEEP_RESERVE_MS)

    failed = [e.id for e in takewhile(has_time, store.due_erasures(now)) if not _finish(e)]
    _sweep_moves(has_time, now)
    _sweep_signups(takewhile(has_time, store.due_signups(now, SWEPT_AT_ONCE)), now)
    _sweep_sign_ins(has_time, now)
    _sweep_proof(has_time, now)
    _sweep_viewers(takewhile(has_time, consents.due_viewers(now, SWEPT_AT_ONCE)), now)
    _sweep_history(now)
    _send_digest(now)
    failed += _sweep_silent(now, lambda: has_time(None))
    if failed:
        raise RuntimeError(f"erasures failed: {failed}")


def _sweep_proof(has_time: Callable[[object], bool], now: int) -> None:
    """Delete the last hashes of people who were erased years ago."""
    from functions.membership import erasure_list

    for tombstone in takewhile(has_time, erased.due(now, SWEPT_AT_ONCE)):
        erasure_list.remove(tombstone["address_hash"], erased.member_id_of(tombstone))
        erased.delete_proof(tombstone, now)
        log.info("proof deleted", extra={"id": erased.member_id_of(tombstone)})


def _send_digest(now: int) -> None:
    from functions.membership import digest  # it needs time zones, which forms don't

    digest.send(now)


def _sweep_silent(now: int, has_time: Callable[[], bool]) -> list[str]:
    from functions.membership import (
        silent_members,  # it needs the events and SES, which forms don't
    )

    return silent_members.sweep(now, has_time)


def _sweep_moves(has_time: Callable[[object], bool], now: int) -> None:
    """Changes of address that ended half-way go on, or can't be undone any more."""
    from functions.membership import moving  # it needs the events, which forms don't

    for move in takewhile(has_time, address_moves.due(now)):
        moving.sweep(move, now)
    address_moves.sweep_pending(now)


def _finish(erasure: Erasure) -> bool:
    """Returns whether the person is erased now: one that fails doesn't hold up the others."""
    from functions.membership import erasing  # it needs the events, which forms don't

    try:
        erasing.finish(erasure)
    except Exception as error:  # noqa: BLE001 - one person's edge
        log.error("erasure failed", extra={"id": erasure.id, **error_fields(error)})
        return False
    log.info("erased", extra={"id": erasure.id})
    return True


def _sweep_signups(due: Iterable[str], now: int) -> None:
    deleted = sum(store.delete_expired(hashed, now) for hashed in due)
    log.info("sign-ups swept", extra={"deleted": deleted})


def _sweep_viewers(due: Iterable[Key], now: int) -> None:
    if deleted := sum(consents.delete_viewer(key, now) for key in due):
        log.info("network addresses swept", extra={"deleted": deleted})


def _sweep_sign_ins(has_time: Callable[[object], bool], now: int) -> None:
    from functions.account import store as accounts  # forms don't need it

    due = takewhile(has_time, accounts.due_expired(now, SWEPT_AT_ONCE))
    if deleted := sum(accounts.delete_expired(key, now) for key in due):
        log.info("sign-ins swept", extra={"deleted": deleted})


def _sweep_history(now: int) -> None:
    end = now - keep_of(site()).history_months * MONTH
    if deleted := corrections.delete_before(end, SWEPT_AT_ONCE):
        log.info("history swept", extra={"deleted": deleted})


def mailed(event: dict[str, Any], _context: Any) -> None:
    """Emails to the unsubscribe address, as SES passes them on.

    Only the signed token in the subject counts; the sender is neither used nor logged.
    """
    stopped = 0
    for record in event["Records"]:
        try:
            member_id = _member_of(token_in(record))
        except GoneError:
            continue
        _stop(member_id, "mail to the unsubscribe address")
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
    _sign_up(joining, clock.now())
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
            _join(hashed, known.signup)
        except RefusedError:
            continue  # another click or form came first: read again
        return _welcome()
    raise TooManyError("confirm")


def _join(hashed: str, signup: Signup) -> None:
    """Store the member (raises as `save_member`)."""
    now = clock.now()
    came = replace(signup.circumstances, viewer=read_viewer(app.current_event, site(), now))
    store.save_member(hashed, replace(signup, circumstances=came), now)


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
        _raise_for_breaker(refused)
    return newest_link_sent(requests.query(app.current_event, "language"))


@app.get("/api/unsubscribe")
def show_unsubscribe() -> Response:
    token = requests.query(app.current_event, "token")
    member = people.member(_member_of(token))
    if member is None:
        return _erased(200)
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
        _stop(_member_of(one_click), "one click in the mail")
        return text(200, "")
    token = first(requests.form(app.current_event), "token")
    _stop(_member_of(token), "button on the page", _on_linked_page(clock.now()))
    return redirect(f"/api/unsubscribe?token={quote(token)}")  # in the member's language


def _stop(member_id: str, how: str, where: Circumstances = UNKNOWN_CIRCUMSTANCES) -> None:
    now = clock.now()
    subscriptions.stop_newsletter(member_id, how, now, circumstances=where)
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


def _sign_up(joining: Joining, now: int) -> None:
    hashed = address_hash(joining.profile.email)
    expires_at = now + settings().signup_days * clock.DAY
    for _ in range(TRIES):
        known = store.at_address(hashed)
        try:
            match rules.on_signup(known):
                case Next.CONFIRM:
                    signup = rules.new_signup(known, joining, expires_at, now)
                    store.save_signup(hashed, known.signup, signup, now)
                case Next.ALREADY_MEMBER:
                    store.save_already_member(hashed, joining.profile.email, known, now)
                case Next.RESERVED:
                    store.save_reserved(hashed, joining.profile.email, known, now)
        except RefusedError as refused:
            _raise_for_breaker(refused)
            if store.BUDGET not in refused.failed:
                continue  # another form of this person came first: read again
        return


def _raise_for_breaker(refused: RefusedError) -> None:
    if store.BREAKER in refused.failed:
        log.error("mail breaker")
        raise TooManyError("mails") from None


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


def _still_here(token: str) -> tuple[str, bool]:
    """The member's id, and whether the email asked if all is right.

    Raises:
        GoneError: the link is forged, or too old to be read.
    """
    from functions.core import tokens

    member_id, is_right = tokens.read(tokens.Purpose.STILL_HERE, token, 2)
    return str(member_id), bool(is_right)
