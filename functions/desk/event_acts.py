"""What the team does about an event, beside publishing it: take a phone call, give somebody who
waits a place, close sign-up, change how many seats there are. Each has its line in the log.
"""

from types import SimpleNamespace
from typing import Any

from functions.core.addresses import address_hash
from functions.core.aws import retries
from functions.core.errors import BadInputError, RefusedError
from functions.core.site import site
from functions.core.translations import N_
from functions.core.web.forms import Errors
from functions.core.web.responses import Response, redirect
from functions.desk.event_pages import event_page, visible_event
from functions.desk.layout import page
from functions.desk.request import Request
from functions.events import asking, letting_in, online, rules, waiting_list
from functions.events import form as forms
from functions.events.rules import Event, Rsvp, Status, Verdict, Wish
from functions.events.store import events, online_links, rsvps
from functions.team.rules import Deed
from functions.team.store import deeds

ANSWERS = {
    "approve": (asking.approve, Deed.SIGN_UP_APPROVED),
    "decline": (asking.decline, Deed.SIGN_UP_DECLINED),
}
MOST_SEATS = 100_000
WHY_MAX = 200
SIGN_UP = N_("Sign somebody up")
NO_SEATS = N_("Please enter a number, such as 40.")
NO_WHY = N_("Please write why they get a place before others.")
NO_ROOM = N_("There aren't enough free places for this party. Raise the number of places first.")
NOT_WAITING = N_("They don't wait for a place any more. Please check how it is now.")
CHANGED = N_("Somebody has changed this at the same moment. Please check how it is now.")
THERE = N_("They are signed up already, or on the waiting list.")
OVER = N_("This event is over, cancelled or off the site.")
NOT_ENTERED = {Verdict.ALREADY: THERE, Verdict.FULL: asking.SAYS[Verdict.FULL]}


def give_place(request: Request, slug: str) -> Response:
    """To somebody who waits, before others or in time; they get the email of a place."""
    event, why = visible_event(request, slug), request.field("why").strip()[:WHY_MAX]
    before = rsvps.get(slug, request.field("who"))
    if before is None or before.status not in {Status.WAITING, Status.OFFERED}:
        return event_page(request, event, NOT_WAITING)
    if not why:
        return event_page(request, event, NO_WHY)
    if before.status is Status.WAITING and before.party > event.free:
        return event_page(request, event, NO_ROOM)
    decision = waiting_list.promote(before, why)
    line = deeds.line(request.actor, Deed.PLACE_GIVEN, before.address_hash, request.now, event=slug)
    assert decision.after
    try:
        rsvps.save(before, decision.after, decision.mail, request.now, line)
    except RefusedError:
        return event_page(request, event, CHANGED)
    return _done(slug, "given")


def answer(request: Request, slug: str) -> Response:
    """The yes or no to somebody who asks to come, where the event's contact decides."""
    event, before = visible_event(request, slug), rsvps.get(slug, request.field("who"))
    revision = forms.number(request.form, "revision")
    if request.field("action") not in ANSWERS:
        return event_page(request, event)
    decide, deed = ANSWERS[request.field("action")]
    decision = decide(event, before, revision, request.now)
    if decision.after is None or before is None:
        return event_page(request, event, asking.SAYS[decision.verdict])
    line = deeds.line(request.actor, deed, before.address_hash, request.now, event=slug)
    try:
        rsvps.save(before, decision.after, decision.mail, request.now, line)
    except RefusedError:
        return event_page(request, event, CHANGED)
    return _done(slug, "answered")


def set_seats(request: Request, slug: str) -> Response:
    event, text = visible_event(request, slug), request.field("seats")
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SEATS):
        return event_page(request, event, NO_SEATS)
    facts = {"before": event.capacity, "after": int(text)}
    line = deeds.line(request.actor, Deed.SEATS_CHANGED, slug, request.now, **facts)
    try:
        events.set_capacity(event, int(text), line)
    except RefusedError:
        return event_page(request, event, CHANGED)
    return _done(slug, "seats")


def set_link(request: Request, slug: str) -> Response:
    """Where people attend online: in emails and on their own pages from now on."""
    event, url = visible_event(request, slug), request.field("url").strip()
    if url and not online.is_link(url):
        return event_page(request, event, online.NO_LINK)
    line = deeds.line(request.actor, Deed.LINK_CHANGED, slug, request.now)
    online_links.change(slug, url, line)
    return _done(slug, "link")


def close(request: Request, slug: str) -> Response:
    """Close sign-up, or open it again."""
    visible_event(request, slug)
    closed = request.field("action") == "close"
    deed = Deed.SIGN_UP_CLOSED if closed else Deed.SIGN_UP_OPENED
    line = deeds.line(request.actor, deed, slug, request.now)
    events.close(slug, line, closed=closed)
    return _done(slug, "closed" if closed else "opened")


def show_form(request: Request, slug: str) -> Response:
    values = {"guests": "0", "language": request.site["languages"][0]}
    return _form(request, visible_event(request, slug), values)


def sign_up(request: Request, slug: str) -> Response:
    """As somebody asked for by phone; they get the same email as by the form."""
    event = visible_event(request, slug)
    try:
        wish = forms.read_sign_up(request.form, event, site(), request.now)
    except BadInputError as bad:
        return _form(request, event, forms.typed_again(request.form, event), bad.errors)
    hashed = address_hash(wish.email)
    for _ in retries.attempts(retries.DECIDING_SECONDS):
        event, before = visible_event(request, slug), rsvps.get(slug, hashed)
        try:
            problem = _enter(request, event, before, wish, hashed)
        except RefusedError:
            continue  # somebody else came first: read again
        if problem:
            again = forms.typed_again(request.form, event)
            return _form(request, event, again, {"email": problem})
        return _done(slug, "entered")
    return _form(request, event, forms.typed_again(request.form, event), {"email": CHANGED})


def _enter(request: Request, event: Event, before: Rsvp | None, wish: Wish, hashed: str) -> str:
    """Returns why it can't be done, if so; raises RefusedError if something came first."""
    decision = letting_in.enter(event, before, wish, hashed, request.now)
    if decision.after is None:
        return NOT_ENTERED.get(decision.verdict, OVER)
    line = deeds.line(request.actor, Deed.SIGNED_UP, hashed, request.now, event=event.slug)
    rsvps.enter(before, decision.after, decision.mail, request.now, line)
    return ""


def _form(
    request: Request, event: Event, values: dict[str, Any], errors: Errors | None = None
) -> Response:
    return page(
        request,
        "desk/event_sign_up.html",
        SIGN_UP,
        status=400 if errors else 200,
        event=event.facts | {"slug": event.slug},
        has_seats=rules.has_seats(event, 1),
        is_served=request.now < event.served_until,
        form=SimpleNamespace(values=values, errors=errors or {}),
    )


def _done(slug: str, step: str) -> Response:
    return redirect(f"/desk/events/{slug}/?step={step}")
