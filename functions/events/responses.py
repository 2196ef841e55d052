"""The pages of events: one function for each, and the table from verdicts to them."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from functions.core import clock
from functions.core.errors import GoneError
from functions.core.site import site
from functions.core.texts import listed, translated, words_of
from functions.core.translations import N_, translations
from functions.core.web.forms import Errors
from functions.core.web.responses import Response, page
from functions.events import changed_facts, opinions, rules
from functions.events.form import NUMBER, QUEUE, SHOWN, most_guests
from functions.events.guest_list import Access, GuestList, Host
from functions.events.questions import answered
from functions.events.rules import Event, Facts, Rsvp, Status, Verdict
from functions.people.member import Agreement, Member

if TYPE_CHECKING:
    from functions.events.comparison import Difference

GUEST_LIST = "/api/guest-list"
SIGN_UP, CONFIRM, CHANGE = N_("Sign up"), N_("Confirm your sign-up"), N_("Your sign-up")
FULL, TOO_FEW = N_("This event is fully booked"), N_("Not enough places left")
CLOSED, EVENT_CANCELLED = N_("Sign-up is closed"), N_("This event is cancelled")
GUESTS, GUESTS_ENDED = N_("Guest list"), N_("This guest list is closed")
GUESTS_REPLACED = N_("This event has another contact now")
ACCEPTED, CANCELLED = N_("You are signed up"), N_("You are no longer signed up")
WAITING, OFFERED = N_("You are on the waiting list"), N_("There is a place for you")
CANCEL, COME_BACK = N_("Can't make it?"), N_("Come after all?")
OFFER_ENDED = N_("This offer has ended")
PASSED_ON, NOT_YET = N_("We have passed on your request"), N_("Sign-up isn't open yet")
DONE = {
    Status.REQUESTED: PASSED_ON,
    Status.CANCELLED: CANCELLED,
    Status.WAITING: WAITING,
    Status.OFFERED: OFFERED,
}
INVITED, DECLINE = N_("You're invited"), N_("Not this time?")
DECLINED = N_("Thanks for letting us know")
OPINION, THANKS = N_("How was it?"), N_("Thank you!")
NO_SIGN_UP = {
    Verdict.SIGNED_OFF: ("signed_off", N_("This sign-up was cancelled")),
    Verdict.LAPSED: ("lapsed", N_("This sign-up no longer exists")),
}


def verdict_page(
    verdict: Verdict,
    event: Event | None,
    rsvp: Rsvp | None = None,
    form_language: str = "",
    place: int = 0,
) -> Response:
    """The last page of a request, in the language of the RSVP or, if there is none, of the form;
    `place` is theirs in the queue.

    Raises:
        GoneError: `core.web.responses` has a page for it.
    """
    if event is None or verdict is Verdict.GONE:
        raise GoneError("rsvp")
    language = rsvp.language if rsvp else form_language
    if verdict is Verdict.FULL:
        left = free(event)
        title = TOO_FEW if left else FULL
        return _page(409, "full", title, event, language, rsvp=rsvp, free=left)
    if verdict is Verdict.OFFER_ENDED:
        return _page(410, "offer_ended", OFFER_ENDED, event, language)
    if verdict in {Verdict.SIGNED_OFF, Verdict.LAPSED}:
        template, title = NO_SIGN_UP[verdict]
        return _page(410, template, title, event, language, rsvp=rsvp)
    if verdict is Verdict.NOT_YET:
        return _page(409, "not_yet", NOT_YET, event, language, opens=_opens(event, language))
    if verdict is Verdict.CLOSED:
        return _page(409, "closed", CLOSED, event, language, rsvp=rsvp)
    if verdict is Verdict.EVENT_CANCELLED:
        return _page(409, "cancelled", EVENT_CANCELLED, event, language, rsvp=rsvp)
    title = DONE.get(rsvp.status, ACCEPTED) if rsvp else ACCEPTED
    more = _into_calendars(event, rsvp) | {"queue": _queue(event, place)}
    return _page(200, "done", title, event, language, rsvp=rsvp, **more)


def _into_calendars(event: Event, rsvp: Rsvp | None) -> dict[str, Any]:
    """Of somebody who comes: how they put the event into their calendar."""
    if rsvp is None or rsvp.status is not Status.ACCEPTED:
        return {}
    from functions.core import calendar_entry
    from functions.events.calendar_file import NAME, entry

    language = listed(rsvp.language, site())
    entry_ = entry(event, translated(site(), language), language)
    return {"calendar": calendar_entry.ways(entry_, event.facts["url"] + NAME)}


def _opens(event: Event, language: str) -> str:
    """When sign-up opens, on the clock of the event's zone."""
    from functions.core import dates

    opens = dates.local(event.opens_at, event.facts["time_zone"])
    return dates.moment(opens, translations(listed(language, site())))


def _queue(event: Event, place: int) -> SimpleNamespace:
    """Which place somebody has, or would have, of how many; 0 if they don't wait."""
    return SimpleNamespace(place=place, length=max(event.waiting, place))


def _queue_for(event: Event, before: Rsvp) -> SimpleNamespace:
    """The place of somebody who would come now; they join no queue where the contact decides."""
    comes = event.approval or rules.has_seats(event, before.party)
    return _queue(event, 0 if comes else event.waiting + 1)


def free(event: Event) -> int:
    """Seats that can still be taken; none while people wait for one."""
    return 0 if event.waiting else max(event.free, 0)


def form_again(event: Event, language: str, values: dict[str, Any], errors: Errors) -> Response:
    return _page(400, "rsvp", SIGN_UP, event, language, form=_form(values, errors))


def confirm(
    event: Event, before: Rsvp, token: str, known: Facts | None, status: int = 200
) -> Response:
    """`known` are the event's facts when the form was sent, if they have changed since."""
    language = listed(before.language, site())
    return _page(
        status,
        "confirm",
        CONFIRM,
        event,
        language,
        token=token,
        rsvp=before,
        number=event.sequence,
        changes=_changes(event, known, language),
        queue=_queue_for(event, before),
        free=free(event),
        answers=answered(before.answers, event.facts, language),
        food_consent=_words(before.food_consent) if before.food_consent else "",
    )


def _changes(event: Event, known: Facts | None, language: str) -> "list[Difference]":
    """What has changed since the person knew the event, if that matters to them."""
    if not known or not changed_facts.must_hear(known, event.facts):
        return []
    from functions.events.comparison import differences

    earlier = rules.with_facts(event, known)
    return differences(earlier, event, translated(site(), language), language)


def _words(agreement: Agreement) -> str:
    """The text that was ticked; its version if the site no longer has it."""
    known = words_of(site(), agreement.text_id, agreement.text_sha256 or "")
    return known or agreement.version


def confirmed_before(event: Event, rsvp: Rsvp, path: str, token: str, place: int) -> Response:
    """Behind a link to confirm that is opened again: it can send the one to change."""
    title = DONE.get(rsvp.status, ACCEPTED)
    again = _into_calendars(event, rsvp)
    again |= {"path": path, "token": token, "queue": _queue(event, place)}
    return _page(200, "done", title, event, rsvp.language, rsvp=rsvp, **again)


def offer(  # noqa: PLR0913 - what the page shows
    event: Event, before: Rsvp, token: str, known: Facts | None, *, is_no: bool, status: int
) -> Response:
    """A seat is held: yes or no. `known` are the facts by which they know the event, if they have
    changed since; with `is_no` they want to pass it on."""
    from functions.core import dates

    language = listed(before.language, site())
    until = dates.local(before.held_until, event.facts["time_zone"])
    return _page(
        status,
        "offer",
        OFFERED,
        event,
        language,
        token=token,
        rsvp=before,
        number=event.sequence,
        changes=_changes(event, known, language),
        until=dates.moment(until, translations(language)),
        is_no=is_no,
    )


def cancel(event: Event, before: Rsvp, token: str) -> Response:
    """The one button behind "Then I can't come"."""
    return _page(200, "cancel", CANCEL, event, before.language, rsvp=before, token=token)


def come_back(event: Event, before: Rsvp, token: str, status: int) -> Response:
    """Behind the link of a sign-up that has ended: the way back, as things are now."""
    return _page(
        status,
        "come_back",
        COME_BACK,
        event,
        before.language,
        rsvp=before,
        token=token,
        number=event.sequence,
        queue=_queue_for(event, before),
    )


def invitation(
    event: Event, member: Member, token: str, values: dict[str, Any], errors: Errors
) -> Response:
    """Behind an invitation's "I'm coming": the fields of the form that we don't know yet."""
    guests = values.get("guests", "")
    party = 1 + int(guests) if NUMBER.fullmatch(guests) else 1
    is_full = not event.approval and not rules.has_seats(event, party)
    wrong = {name: text for name, text in errors.items() if name not in {SHOWN, QUEUE}}
    return _page(
        (400 if wrong else 409) if errors else 200,
        "invitation",
        INVITED,
        event,
        member.language,
        member=member,
        token=token,
        form=_form(values, wrong),
        is_changed=SHOWN in errors,
        most_guests=event.facts["max_guests"],
        number=event.sequence,
        queue=_queue(event, event.waiting + 1 if is_full else 0),
        free=free(event),
    )


def decline(event: Event, member: Member, token: str) -> Response:
    """The one button behind an invitation's "Not this time"."""
    return _page(200, "decline", DECLINE, event, member.language, member=member, token=token)


def declined(event: Event, member: Member, token: str) -> Response:
    return _page(200, "declined", DECLINED, event, member.language, member=member, token=token)


def opinion(
    event: Event, rsvp: Rsvp, token: str, answers: dict[str, str], errors: Errors | None = None
) -> Response:
    """The three questions behind a thank-you, with `answers` marked."""
    return _page(
        400 if errors else 200,
        "opinion",
        OPINION,
        event,
        rsvp.language,
        token=token,
        rsvp=rsvp,
        form=_form(dict(answers), errors or {}),
        questions=opinions.CHOICES,
        texts=opinions.TEXTS,
        fewest=opinions.FEWEST,
    )


def opinion_words(
    event: Event, rsvp: Rsvp, token: str, words: str, errors: Errors | None = None
) -> Response:
    """The answers are stored; more can be said in words."""
    form = _form({"words": words}, errors or {})
    status = 400 if errors else 200
    return _page(status, "opinion_words", THANKS, event, rsvp.language, token=token, form=form)


def opinion_given(event: Event, rsvp: Rsvp) -> Response:
    return _page(200, "opinion_given", THANKS, event, rsvp.language)


def change(  # noqa: PLR0913 - what the page shows
    event: Event,
    before: Rsvp,
    token: str,
    values: dict[str, Any],
    errors: Errors | None = None,
    *,
    place: int = 0,
) -> Response:
    """The form with the stored sign-up; after the closing date only fewer guests can be chosen.
    `place` is theirs in the queue."""
    most = most_guests(event, before)
    if not rules.is_open(event, clock.now()):
        most = before.party - 1
    form = _form(values, errors or {})
    status = 400 if errors else 200
    return _page(
        status,
        "change",
        CHANGE,
        event,
        before.language,
        form=form,
        token=token,
        rsvp=before,
        most_guests=most,
        queue=_queue(event, place),
    )


def guest_list_link(access: Access, event: Event, host: Host, token: str) -> Response:
    """The page behind the link: one button that shows the list, or why there is none."""
    if access is Access.ENDED:
        return _page(410, "guest_list_ended", GUESTS_ENDED, event, host.language)
    if access is Access.REPLACED:
        return _page(
            409,
            "guest_list_replaced",
            GUESTS_REPLACED,
            event,
            host.language,
            path=GUEST_LIST,
            token=token,
        )
    return _page(200, "guest_list_link", GUESTS, event, host.language, token=token)


def guest_list(guests: GuestList, host: Host, now: int, token: str, says: str) -> Response:
    """`says` is what has become of the answer that the host has just given."""
    from functions.core import dates

    event = guests.event
    zone, words = event.facts["time_zone"], translations(host.language)
    shown_at = dates.moment(dates.local(now, zone), words)
    context = {"guests": guests, "shown_at": shown_at, "token": token, "says": says}
    return _page(200, "guest_list", GUESTS, event, host.language, **context)


def _form(values: dict[str, Any], errors: Errors) -> SimpleNamespace:
    return SimpleNamespace(values=values, errors=errors)


def _page(
    status: int, template: str, title: str, event: Event, language: str, **context: Any
) -> Response:
    from functions.events import event_time

    known = site()
    language = listed(language, known)  # of the date as well as of the page around it
    return page(
        status,
        f"events/{template}.html",
        title,
        language=language,
        heading=title,
        event=event.facts | {"slug": event.slug, "is_open": rules.is_open(event, clock.now())},
        when=event_time.when(event, translated(known, language), language),
        **context,
    )
