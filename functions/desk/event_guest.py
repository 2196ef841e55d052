"""One guest of an event: how their sign-up stands, and changing or cancelling it for them on the
phone, by the rules of their own link. They get the same email, and the log its line.
"""

from types import SimpleNamespace

from functions.core.aws import retries
from functions.core.errors import BadInputError, GoneError, RefusedError
from functions.core.site import site
from functions.core.translations import N_
from functions.core.web.forms import Errors
from functions.core.web.responses import Response, redirect
from functions.desk.event_acts import CHANGED, NO_ROOM
from functions.desk.event_pages import held_until, state_of, visible_event
from functions.desk.layout import page
from functions.desk.request import Request
from functions.events import form as forms
from functions.events import rules
from functions.events.questions import answered
from functions.events.rules import Decision, Event, Rsvp, Verdict
from functions.events.store import places, rsvps
from functions.team.rules import Deed
from functions.team.store import deeds

CANCEL = "cancel"
SAYS = {
    "changed": N_("The sign-up is changed. They hear of it by email."),
    "cancelled": N_("The sign-up is cancelled. They hear of it by email."),
}
NOT_NOW = N_("This sign-up can't be changed like this any more.")


def show(request: Request, slug: str, address_hash: str) -> Response:
    event, before = _known(request, slug, address_hash)
    return _page(request, event, before)


def change(request: Request, slug: str, address_hash: str) -> Response:
    """Save what they say, or cancel; nothing if they have changed it since the page was shown."""
    is_cancel = request.field("action") == CANCEL
    deed = Deed.SIGN_UP_CANCELLED if is_cancel else Deed.SIGN_UP_CHANGED
    line = deeds.line(request.actor, deed, address_hash, request.now, event=slug)
    for _ in retries.attempts(retries.DECIDING_SECONDS):
        event, before = _known(request, slug, address_hash)
        try:
            decision = _decide(request, event, before, is_cancel=is_cancel)
            if decision.after:
                rsvps.save(before, decision.after, decision.mail, request.now, line)
        except BadInputError as bad:
            return _page(request, event, before, bad.errors)
        except RefusedError:
            continue  # somebody else came first: read again
        if decision.verdict in {Verdict.GO, Verdict.ALREADY}:
            return redirect(f"{_path(before)}?step={'cancelled' if is_cancel else 'changed'}")
        if decision.verdict is Verdict.FULL:
            return _page(request, event, before, {forms.GUESTS: NO_ROOM})
        stale = decision.verdict is Verdict.STALE
        return _page(request, event, before, error=CHANGED if stale else NOT_NOW)
    event, before = _known(request, slug, address_hash)
    return _page(request, event, before, error=CHANGED)


def _decide(request: Request, event: Event, before: Rsvp, *, is_cancel: bool) -> Decision:
    """Raises BadInputError: a field is wrong."""
    revision = forms.number(request.form, "revision")
    if is_cancel:
        return rules.cancel(event, before, revision, request.now)
    language = forms.shown_in(request.form, site())
    wish = forms.read_change(request.form, event, before, site(), request.now, language=language)
    return rules.change(event, before, revision, wish, request.now, by_team=True)


def _known(request: Request, slug: str, address_hash: str) -> tuple[Event, Rsvp]:
    event, known = visible_event(request, slug), rsvps.get(slug, address_hash)
    if known is None:
        raise GoneError("guest")
    return event, known


def _path(guest: Rsvp) -> str:
    return f"/desk/events/{guest.slug}/guests/{guest.address_hash}/"


def _page(
    request: Request, event: Event, guest: Rsvp, errors: Errors | None = None, error: str = ""
) -> Response:
    """`errors` are of the form's fields; what was typed stays in them."""
    values = forms.typed_again(request.form, event) if errors else forms.values_of(guest, event)
    shown = forms.number(request.form, "revision") if errors else guest.revision
    return page(
        request,
        "desk/event_guest.html",
        N_("Guest"),
        status=400 if errors or error else 200,
        error=error,
        says=SAYS.get(request.query("step"), ""),
        event=event.facts | {"slug": event.slug},
        guest=guest,
        state=state_of(guest),
        path=_path(guest),
        place=places.position(event, guest),
        until=held_until(guest, event, request),
        answers=answered(guest.answers, event.facts, request.site["language"]),
        most_guests=forms.most_guests(event, guest),
        revision=shown,
        form=SimpleNamespace(values=values, errors=errors or {}),
        **_open(event, guest, request.now),
    )


def _open(event: Event, guest: Rsvp, now: int) -> dict[str, bool]:
    """What can be done about it now."""
    status = rules.link_status(event, guest, guest.revision, now)
    cancelled = rules.cancel(event, guest, guest.revision, now)
    return {"can_change": status is Verdict.GO, "can_cancel": cancelled.after is not None}
