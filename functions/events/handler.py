"""The routes and the tick of events: sign up, confirm, change, free seats, the guest list.

The tick serves waiting lists, mails changes and deletes old RSVPs.
"""

import json
from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import retries
from functions.core.errors import BadInputError, GoneError, RefusedError, TooManyError
from functions.core.site import site
from functions.core.tokens import Purpose
from functions.core.web import requests
from functions.core.web.forms import Form, first, is_robot
from functions.core.web.responses import Response, newest_link_sent, redirect, stale, text
from functions.core.web.routes import Application
from functions.events import (
    asking,
    invitation_answers,
    opinion_pages,
    responses,
    rules,
    waiting_list,
)
from functions.events import form as forms
from functions.events.guest_list import Access, Host, access_of, guest_list, host_of
from functions.events.rules import Decision, Event, Rsvp, Status, Verdict, Wish
from functions.events.store import (
    awaited_answers,
    event_facts,
    events,
    guest_list_links,
    places,
    rsvps,
)

CHECK_YOUR_MAIL = "/events/check-your-mail/"
FRESH_SECONDS = 30
MOVED_ON = -1  # no sign-up has this revision
ANSWERS = {"approve": asking.approve, "decline": asking.decline}  # the host's buttons
# The buttons of pages behind a link.
CANCEL, ACCEPT, COME_BACK, NEWEST = "cancel", "accept", "come_back", "newest"
YES, NO = "yes", "no"  # answers of links that want to come, or to cancel

app = Application()


def web(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return app.serve(event)


def tick(_event: dict[str, Any], _context: Any) -> None:
    """Serve waiting lists, queue emails that are due; delete RSVPs nobody confirmed in time, or
    those of past events. A step that fails doesn't hold up the others.

    Raises:
        RuntimeError: a step failed, so that the alarm on errors goes off.
    """
    from functions.events import ticking  # the cold start of a page needs none of it

    if failed := ticking.run(clock.now()):
        raise RuntimeError(f"steps failed: {failed}")


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
        again = forms.typed_again(form, event)
        return responses.form_again(event, forms.shown_in(form, site()), again, bad.errors)
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
        "free": responses.free(event),
        "capacity": event.capacity,
        "waiting": event.waiting,
        "open": rules.is_open(event, clock.now()),
        "soon": clock.now() < event.opens_at,
    }
    fresh = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}
    return Response(200, "application/json", json.dumps(left), fresh)


@app.get("/api/events/invitation")
def show_invitation() -> Response:
    return invitation_answers.show(app.current_event)


@app.post("/api/events/invitation")
def answer_invitation() -> Response:
    return invitation_answers.answer(app.current_event)


@app.get("/api/events/thanks")
def show_opinion() -> Response:
    return opinion_pages.show(app.current_event)


@app.post("/api/events/thanks")
def give_opinion() -> Response:
    return opinion_pages.answer(app.current_event)


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
    says = _answer_asked(form, event, now)
    guests = guest_list(event, rsvps.of_event(event.slug), now, host.language)
    return responses.guest_list(guests, host, now, token, says)


def _answer_asked(form: Form, event: Event, now: int) -> str:
    """The host's yes or no to somebody who asks to come; returns what has become of it."""
    action = first(form, "action")
    if action not in ANSWERS:
        return ""
    for _ in range(events.TRIES):
        before = rsvps.get(event.slug, first(form, "who"))
        revision = forms.number(form, "revision")
        decision = ANSWERS[action](event, before, revision, now)
        if decision.after is None or before is None:
            return asking.SAYS[decision.verdict]
        try:
            rsvps.save(before, decision.after, decision.mail, now)
        except RefusedError:
            event = events.get(event.slug) or event
            continue  # somebody took the last seat, or answered at the same moment: read again
        return asking.SAYS[Verdict.GO]
    raise TooManyError("seats")


@app.get("/api/rsvp/confirm")
def show_confirmation() -> Response:
    return _confirmation(requests.query(app.current_event, "token"))


@app.post("/api/rsvp/confirm")
def confirm() -> Response:
    """Accept the sign-up, but only as the page showed it: the event, and if there is a seat. The
    network is not counted: many who meet in one rush are behind one address of their carrier."""
    form = requests.form(app.current_event)
    token = first(form, "token")
    if first(form, "action") == NEWEST:
        return _send_newest_link(Purpose.CONFIRM_RSVP, token)

    def decide(event: Event | None, before: Rsvp | None, revision: int) -> Decision:
        decision = rules.confirm(event, before, revision, clock.now())
        _require_shown(form, event, decision)
        return decision

    try:
        return _act(Purpose.CONFIRM_RSVP, token, decide)
    except BadInputError:
        return _confirmation(token, status=409)


def _require_shown(form: Form, event: Event | None, decision: Decision) -> None:
    """Raises BadInputError if the page showed another event, or a seat where there is none now."""
    if event and decision.after:
        forms.require_current(event, event_facts.get(event.slug, forms.facts_number(form)))
        forms.require_queue(form, decision.after)


def _confirmation(token: str, status: int = 200) -> Response:
    event, before, revision = _clicked(Purpose.CONFIRM_RSVP, token)
    verdict = rules.confirm(event, before, revision, clock.now()).verdict
    if verdict is Verdict.GO and event and before:
        known = event_facts.get(event.slug, before.sequence)
        return responses.confirm(event, before, token, known, status)
    if verdict is Verdict.ALREADY and event and before:
        place = places.position(event, before)
        path = app.current_event["rawPath"]
        return responses.confirmed_before(event, before, path, token, place)
    return _page_of_link(verdict, event, before, token)


@app.get("/api/rsvp/change")
def show_sign_up() -> Response:
    return _own_sign_up(requests.query(app.current_event, "token"))


@app.post("/api/rsvp/change")
def change() -> Response:
    """Change or cancel a sign-up, take the seat that is offered, or come back."""
    form = _token_form()
    token = first(form, "token")
    if first(form, "action") == NEWEST:
        return _send_newest_link(Purpose.CHANGE_RSVP, token)

    def decide(event: Event | None, before: Rsvp | None, revision: int) -> Decision:
        decision = _decide(form, event, before, revision)
        if before and before.status not in rules.STANDING:
            _require_shown(form, event, decision)
        return decision

    try:
        return _act(Purpose.CHANGE_RSVP, token, decide)
    except BadInputError as bad:
        return _own_sign_up(token, form, bad.errors)


def _decide(form: Form, event: Event | None, before: Rsvp | None, revision: int) -> Decision:
    now, action = clock.now(), first(form, "action")
    if action == ACCEPT:
        return waiting_list.accept(event, before, revision, now)
    if action == COME_BACK:
        return waiting_list.come_back(event, before, revision, now)
    if action == CANCEL or event is None or before is None:
        return rules.cancel(event, before, revision, now)
    wish = forms.read_change(form, event, before, site(), now)
    return rules.change(event, before, revision, wish, now)


def _own_sign_up(
    token: str, form: Form | None = None, errors: dict[str, str] | None = None
) -> Response:
    """The page behind the link to a sign-up: what can be done with it as it stands."""
    event, before, revision = _clicked(Purpose.CHANGE_RSVP, token)
    now, status = clock.now(), 409 if errors else 200
    if event is None or before is None:
        return _page_of_link(rules.link_status(event, before, revision, now), event, before, token)
    if before.status is Status.OFFERED and before.revision == revision:
        verdict = waiting_list.accept(event, before, revision, now).verdict
        if verdict is Verdict.GO:
            known = event_facts.get(event.slug, before.sequence)
            return responses.offer(
                event, before, token, known, is_no=_answer() == NO, status=status
            )
        return _page_of_link(verdict, event, before, token)
    if waiting_list.may_come_back(event, before, revision, now):
        return responses.come_back(event, before, token, status)
    verdict = rules.link_status(event, before, revision, now)
    if verdict is not Verdict.GO:
        return _page_of_link(verdict, event, before, token)
    if not errors and _answer() == NO:
        return responses.cancel(event, before, token)
    if not errors and _answer() == YES:
        place, path = places.position(event, before), app.current_event["rawPath"]
        return responses.confirmed_before(event, before, path, token, place)
    values = forms.typed_again(form, event) if form else forms.values_of(before, event)
    return responses.change(
        event, before, token, values, errors, place=places.position(event, before)
    )


def _answer() -> str:
    """What a link with an answer in it wants."""
    return requests.query(app.current_event, "answer")


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
    event, before = rsvps.with_event(slug, hashed)
    if before:
        return event, before, revision
    return event, rsvps.moved_from(slug, hashed), MOVED_ON


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
    # In a rush many collide on the last place.
    for _ in retries.attempts(retries.DECIDING_SECONDS):
        event, before, revision = _clicked(purpose, token)
        now, decision = clock.now(), decide(event, before, revision)
        if decision.after is None or before is None:
            return _page_of_link(decision.verdict, event, before, token)
        try:
            noted = awaited_answers.noting(decision.after, now)
            rsvps.save(before, decision.after, decision.mail, now, *noted)
        except RefusedError:
            continue  # somebody took the seat, or this is a second click: read again
        place = places.position(event, decision.after) if event else 0
        return responses.verdict_page(Verdict.GO, event, decision.after, place=place)
    raise TooManyError("seats")
