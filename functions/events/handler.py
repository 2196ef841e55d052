"""The routes and the tick of events: sign up, confirm, change, free seats, the guest list.

The tick also mails changes and deletes old RSVPs.
"""

import json
from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.errors import BadInputError, GoneError, RefusedError, TooManyError
from functions.core.log import log
from functions.core.site import site
from functions.core.tokens import Purpose
from functions.core.web import requests
from functions.core.web.forms import Form, first, is_robot, typed
from functions.core.web.responses import Response, newest_link_sent, redirect, stale, text
from functions.core.web.routes import Application
from functions.events import changes, responses, rules
from functions.events import form as forms
from functions.events.guest_list import Access, Host, access_of, guest_list, host_of
from functions.events.rules import Decision, Event, Rsvp, Verdict, Wish
from functions.events.store import event_facts, events, guest_list_links, retention, rsvps

CHECK_YOUR_MAIL = "/events/check-your-mail/"
FRESH_SECONDS = 30
MOVED_ON = -1  # no sign-up has this revision
CANCEL, NEWEST = "cancel", "newest"  # the buttons of pages behind a link

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


def tick(_event: dict[str, Any], _context: Any) -> None:
    """Queue emails that are due; delete RSVPs that nobody confirmed in time, or of past events."""
    now = clock.now()
    queued = {"guest_lists": guest_list_links.queue_due(now), "changes": changes.mail_changes(now)}
    if any(queued.values()):
        log.info("emails queued", extra=queued)
    swept = {"pending": retention.sweep(now), "past": retention.erase_past_rsvps(now)}
    log.info("RSVPs swept", extra=swept)


@app.post("/api/events/<slug>/rsvp")
def sign_up(slug: str) -> Response:
    requests.require_own_origin(app.current_event)
    form = requests.form(app.current_event)
    requests.count_network(app.current_event)
    event = events.get(slug)
    if event is None:
        raise GoneError("event")
    if is_robot(form):
        return redirect(CHECK_YOUR_MAIL)
    try:
        wish = forms.read_sign_up(form, event, site(), clock.now())
    except BadInputError as bad:
        return responses.form_again(event, forms.shown_in(form, site()), typed(form), bad.errors)
    decision = _sign_up(event, wish)
    if decision.verdict is Verdict.GO:
        return redirect(CHECK_YOUR_MAIL)
    return responses.verdict_page(decision.verdict, event, form_language=wish.language)


@app.get("/api/events/<slug>/seats")
def seats(slug: str) -> Response:
    event = events.get(slug)
    if event is None or event.withdrawn:
        return text(410, json.dumps({"error": "unknown event"}), "application/json")
    left = {
        "free": max(event.free, 0),
        "capacity": event.capacity,
        "open": rules.is_open(event, clock.now()),
    }
    fresh = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}
    return Response(200, "application/json", json.dumps(left), fresh)


@app.get("/api/guest-list")
def offer_guest_list() -> Response:
    token = requests.query(app.current_event, "token")
    event, host, access = _host_link(token)
    return responses.guest_list_link(access, event, host, token)


@app.post("/api/guest-list")
def show_guest_list() -> Response:
    form = _token_form()
    token = first(form, "token")
    event, host, access = _host_link(token)
    if first(form, "action") == NEWEST:
        guest_list_links.send(event.slug, host.email, clock.now())
        return newest_link_sent(host.language)
    if access is not Access.OPEN:
        return responses.guest_list_link(access, event, host, token)
    now = clock.now()
    guests = guest_list(event, rsvps.of_event(event.slug), now, host.language)
    return responses.guest_list(guests, host, now)


@app.get("/api/rsvp/confirm")
def show_confirmation() -> Response:
    return _confirmation(requests.query(app.current_event, "token"))


@app.post("/api/rsvp/confirm")
def confirm() -> Response:
    """Accept the sign-up, but only for the event that the page showed."""
    form = _token_form()
    token, shown = first(form, "token"), forms.facts_number(form)
    if first(form, "action") == NEWEST:
        return _send_newest_link(Purpose.CONFIRM_RSVP, token)

    def decide(event: Event | None, before: Rsvp | None, revision: int) -> Decision:
        decision = rules.confirm(event, before, revision, clock.now())
        if decision.after and event:
            forms.require_current(event, event_facts.get(event.slug, shown))
        return decision

    try:
        return _act(Purpose.CONFIRM_RSVP, token, decide)
    except BadInputError:
        return _confirmation(token, status=409)


def _confirmation(token: str, status: int = 200) -> Response:
    event, before, revision = _clicked(Purpose.CONFIRM_RSVP, token)
    verdict = rules.confirm(event, before, revision, clock.now()).verdict
    if verdict is Verdict.GO and event and before:
        known = event_facts.get(event.slug, before.sequence)
        return responses.confirm(event, before, token, known, status)
    if verdict is Verdict.ALREADY and event and before:
        return responses.confirmed_before(event, before, app.current_event["rawPath"], token)
    return _page_of_link(verdict, event, before, token)


@app.get("/api/rsvp/change")
def show_change_form() -> Response:
    token = requests.query(app.current_event, "token")
    event, before, revision = _clicked(Purpose.CHANGE_RSVP, token)
    verdict = rules.link_status(event, before, revision, clock.now())
    if verdict is Verdict.GO and event and before:
        return responses.change(event, before, token, forms.values_of(before))
    return _page_of_link(verdict, event, before, token)


@app.post("/api/rsvp/change")
def change() -> Response:
    form = _token_form()
    token = first(form, "token")
    action = first(form, "action")
    if action == NEWEST:
        return _send_newest_link(Purpose.CHANGE_RSVP, token)

    def decide(event: Event | None, before: Rsvp | None, revision: int) -> Decision:
        now = clock.now()
        if action == CANCEL or event is None or before is None:
            return rules.cancel(event, before, revision, now)
        wish = forms.read_change(form, event, before, site(), now)
        return rules.change(event, before, revision, wish, now)

    try:
        return _act(Purpose.CHANGE_RSVP, token, decide)
    except BadInputError as bad:
        return _change_again(form, token, bad.errors)


def _change_again(form: Form, token: str, errors: dict[str, str]) -> Response:
    event, before, revision = _clicked(Purpose.CHANGE_RSVP, token)
    verdict = rules.link_status(event, before, revision, clock.now())
    if verdict is Verdict.GO and event and before:
        return responses.change(event, before, token, typed(form), errors)
    return _page_of_link(verdict, event, before, token)


def _sign_up(event: Event, wish: Wish) -> Decision:
    """Save the sign-up until it is confirmed; email the link to somebody who has a seat already."""
    hashed, now = address_hash(wish.email), clock.now()
    for _ in range(events.TRIES):
        before = rsvps.get(event.slug, hashed)
        decision = rules.sign_up(event, before, wish, hashed, now)
        try:
            if decision.after:
                rsvps.save_pending(before, decision.after, now)
            elif decision.mail:
                rsvps.resend_change_link(event.slug, hashed, before, wish.email, now)
        except RefusedError:
            continue  # another form or click of this person came first: read again
        return decision
    raise TooManyError("sign-up")


def _token_form() -> Form:
    form = requests.form(app.current_event)
    requests.count_network(app.current_event)
    return form


def _clicked(purpose: Purpose, token: str) -> tuple[Event | None, Rsvp | None, int]:
    """The event and the RSVP of a link, and the link's revision: none, and so a stale one, if the
    sign-up has moved to another address since.

    Raises:
        GoneError: the link is forged or expired.
    """
    from functions.core import tokens

    slug, hashed, revision = tokens.read(purpose, token, 3)
    if before := rsvps.get(slug, hashed):
        return events.get(slug), before, revision
    return events.get(slug), rsvps.moved_from(slug, hashed), MOVED_ON


def _page_of_link(
    verdict: Verdict, event: Event | None, before: Rsvp | None, token: str
) -> Response:
    if verdict is Verdict.STALE and before:
        return stale(app.current_event["rawPath"], token, before.language)
    return responses.verdict_page(verdict, event, before, _link_language())


def _link_language() -> str:
    return requests.query(app.current_event, "language")


def _send_newest_link(purpose: Purpose, token: str) -> Response:
    """Email the sign-up's newest link to its own address; the answer doesn't depend on whether
    there is one."""
    event, before, _revision = _clicked(purpose, token)
    mail = rules.newest_link(event, before, clock.now())
    if before and mail:
        rsvps.send_newest_link(before, mail, clock.now())
    return newest_link_sent(before.language if before else _link_language())


def _host_link(token: str) -> tuple[Event, Host, Access]:
    """The event of a link to its guest list, who gets it now, and what this link leads to.

    Raises:
        GoneError: the link is forged, or nobody gets the list any more.
    """
    from functions.core import tokens

    slug, sent_to = tokens.read(Purpose.GUEST_LIST, token, 2)
    event = events.get(slug)
    to = host_of(event, site()) if event else None
    if event is None or to is None:
        raise GoneError("guest list")
    is_host = address_hash(to.email) == sent_to
    return event, to, access_of(event, clock.now(), is_host=is_host)


def _act(
    purpose: Purpose,
    token: str,
    decide: Callable[[Event | None, Rsvp | None, int], Decision],
) -> Response:
    """Apply the link's action, once even if its button is clicked repeatedly."""
    for _ in range(events.TRIES):
        event, before, revision = _clicked(purpose, token)
        decision = decide(event, before, revision)
        if decision.after is None or before is None:
            return _page_of_link(decision.verdict, event, before, token)
        try:
            rsvps.save(before, decision.after, decision.mail, clock.now())
        except RefusedError:
            continue  # somebody took the seat, or this is a second click: read again
        return responses.verdict_page(Verdict.GO, event, decision.after)
    raise TooManyError("seats")
