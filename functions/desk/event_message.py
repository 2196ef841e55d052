"""Writing to the guests of an event: a form, its preview, and sending it once."""

from types import SimpleNamespace

from functions.core.errors import BadInputError
from functions.core.translations import N_
from functions.core.web.forms import Errors, Reader
from functions.core.web.responses import Response, redirect
from functions.desk.deed_words import RECIPIENTS
from functions.desk.event_pages import visible_event
from functions.desk.layout import page
from functions.desk.request import Request
from functions.events import form as forms
from functions.events import message_words
from functions.events.rules import Event
from functions.events.store import team_messages
from functions.events.store.reached_guests import number_of_recipients
from functions.events.store.team_messages import Message, To
from functions.newsletter.store import issues
from functions.team.rules import Deed
from functions.team.store import deeds

TITLE = N_("Write to guests")
NOBODY = N_("Nobody is among them now. Please choose others, or write later.")
GOING_OUT = N_("The invitation is still going out. Please write to them once it has.")
NO_SUBJECT = N_("Please enter a subject of at most 100 characters.")
NO_TEXT = N_("Please write a text of at most 4,000 characters, without special characters.")


def show(request: Request, slug: str) -> Response:
    return _form(request, visible_event(request, slug), {})


def write(request: Request, slug: str) -> Response:
    """The preview; its button sends the message, once even if it is clicked repeatedly."""
    event = visible_event(request, slug)
    try:
        message = _read(request, event)
    except BadInputError as bad:
        return _form(request, event, _values(request), bad.errors)
    action, number = request.field("action"), number_of_recipients(message)
    if action == "change":
        return _form(request, event, _values(request))
    if problem := _problem(message, number):
        return _form(request, event, _values(request), {"to": problem})
    if action != "send":
        return _preview(request, event, message, number)
    about = (request.actor, Deed.GUESTS_WRITTEN_TO, slug, request.now)
    line = deeds.line(*about, to=str(message.to), recipients=number)
    is_new = team_messages.send(message, request.now, line)
    return redirect(f"/desk/events/{slug}/?step={'written' if is_new else 'written_before'}")


def _problem(message: Message, number: int) -> str:
    """Why it can't be sent now; "" if it can.

    A batch of the invitation that SES refuses is halved, and its recipients get other places in the
    ledger, by which the message goes."""
    issue = issues.get(message.slug) if message.to is To.UNANSWERED else None
    if issue and issue.may_send_more:
        return GOING_OUT
    return "" if number else NOBODY


def _read(request: Request, event: Event) -> Message:
    """Raises BadInputError: a field is wrong."""
    reader = Reader(request.form)
    to = reader.one_of("to", list(To), NOBODY)
    subject, text = reader.text("subject"), message_words.tidy(reader.text("text"))
    if not message_words.is_subject(subject):
        reader.refuse("subject", NO_SUBJECT)
    if not message_words.is_text(text):
        reader.refuse("text", NO_TEXT)
    reader.raise_errors()
    previewed = forms.number(request.form, "number") or request.now
    return Message(event.slug, min(previewed, request.now), To(to), subject, text)


def _values(request: Request) -> dict[str, str]:
    return {name: request.field(name) for name in ("to", "subject", "text")}


def _preview(request: Request, event: Event, message: Message, number: int) -> Response:
    paragraphs = [part.split("\n") for part in message.text.split("\n\n")]
    return page(
        request,
        "desk/event_preview.html",
        TITLE,
        event=_facts(event),
        to=RECIPIENTS[message.to],
        message=message,
        paragraphs=paragraphs,
        number=number,
    )


def _form(
    request: Request, event: Event, values: dict[str, str], errors: Errors | None = None
) -> Response:
    return page(
        request,
        "desk/event_write.html",
        TITLE,
        status=400 if errors else 200,
        event=_facts(event),
        recipients=RECIPIENTS,
        form=SimpleNamespace(values=values, errors=errors or {}),
    )


def _facts(event: Event) -> dict[str, object]:
    return event.facts | {"slug": event.slug}
