"""The two answers to an invitation, "I'm coming" and "Not this time": a page with one button each.

Its link came by email to the member's own address, so one button is enough. GET changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from functions.core import clock
from functions.core.aws import retries
from functions.core.errors import BadInputError, GoneError, RefusedError, TooManyError
from functions.core.site import site
from functions.core.web import requests
from functions.core.web.forms import Form, first
from functions.core.web.languages import PAGE_LANGUAGE
from functions.core.web.responses import Response, newest_link_sent
from functions.events import event_invitation, responses, rules
from functions.events import form as forms
from functions.events.rules import Event, Rsvp, Verdict, Wish
from functions.events.store import awaited_answers, declines, event_facts, events, places, rsvps
from functions.people.member import Member
from functions.people.store import members as people
from functions.people.store import signs_of_life

PATH = "/api/events/invitation"
NO = "no"  # the link's answer; any other comes
DECLINE, NEWEST = "decline", "newest"  # buttons


@dataclass(frozen=True)
class Invited:
    """Whose link it is, to which event, and their sign-up as it stands."""

    event: Event
    member: Member
    before: Rsvp | None
    token: str

    @property
    def is_coming(self) -> bool:
        return self.before is not None and self.before.status in rules.WANTED


def show(http: dict[str, Any]) -> Response:
    invited = _read(requests.query(http, "token"))
    return _page(invited, is_no=requests.query(http, "answer") == NO)


def answer(http: dict[str, Any]) -> Response:
    """The network is not counted: thousands are invited at once, and many share a carrier's."""
    form = requests.form(http)
    invited = _read(first(form, "token"))
    action = first(form, "action")
    if action == NEWEST:
        return _send_newest_link(invited)
    if action == DECLINE:
        return _decline(invited)
    try:
        return _come(invited, form)
    except BadInputError as bad:
        return _page(_read(invited.token), form=form, errors=bad.errors)


def _read(token: str) -> Invited:
    """
    Raises:
        GoneError: the link is forged or too old, or the member or the event is no longer there.
    """
    from functions.core import tokens

    slug, member_id = tokens.read(tokens.Purpose.EVENT_INVITATION, token, 2)
    event, member = events.get(slug), people.member(member_id)
    if event is None or member is None:
        raise GoneError("invitation")
    return Invited(event, member, rsvps.get(slug, member.address_hash), token)


def _page(
    invited: Invited,
    *,
    is_no: bool = False,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    if invited.is_coming:
        return _coming(invited)
    event, member = invited.event, invited.member
    if (verdict := _verdict(invited)) is not Verdict.GO:
        return responses.verdict_page(verdict, event, form_language=member.language)
    if is_no:
        return responses.decline(event, member, invited.token)
    values = forms.typed_again(form, event) if form else {}
    return responses.invitation(event, member, invited.token, values, errors or {})


def _verdict(invited: Invited) -> Verdict:
    """GO while either answer can be given."""
    member = invited.member
    alone = Wish(member.name, member.email, 1, "", member.language)
    hashed, now = member.address_hash, clock.now()
    return rules.sign_up(invited.event, invited.before, alone, hashed, now).verdict


def _coming(invited: Invited) -> Response:
    """They have a sign-up: the page can send them the link that changes it."""
    assert invited.before
    place = places.position(invited.event, invited.before)
    return responses.confirmed_before(invited.event, invited.before, PATH, invited.token, place)


def _come(invited: Invited, form: Form) -> Response:
    """Raises BadInputError if a field is wrong, or the page showed another event, or a seat where
    there is none now."""
    for _ in retries.attempts(retries.DECIDING_SECONDS):
        event, member, before, now = invited.event, invited.member, invited.before, clock.now()
        wish = forms.read_sign_up(form | _known(member), event, site(), now)
        decision = event_invitation.come(event, before, wish, member.address_hash, now)
        if decision.verdict is Verdict.ALREADY:
            return _coming(invited)
        if decision.after is None:
            return responses.verdict_page(decision.verdict, event, form_language=member.language)
        forms.require_current(event, event_facts.get(event.slug, forms.facts_number(form)))
        forms.require_queue(form, decision.after)
        undeclined = declines.take_back(event.slug, member.id)
        noted = awaited_answers.noting(decision.after, now)
        try:
            rsvps.enter(before, decision.after, decision.mail, now, undeclined, *noted)
        except RefusedError:
            invited = _read(invited.token)  # somebody took the seat, or this is a second click
            continue
        place = places.position(event, decision.after)
        return responses.verdict_page(Verdict.GO, event, decision.after, place=place)
    raise TooManyError("seats")


def _known(member: Member) -> Form:
    """What somebody else types into the form."""
    language = member.language
    known = {"name": member.name, "email": member.email, "language": language}
    return {name: [value] for name, value in (known | {PAGE_LANGUAGE: language}).items()}


def _decline(invited: Invited) -> Response:
    if invited.is_coming:
        return _coming(invited)
    event, member, now = invited.event, invited.member, clock.now()
    if (verdict := _verdict(invited)) is not Verdict.GO:
        return responses.verdict_page(verdict, event, form_language=member.language)
    try:
        declines.decline(event.slug, member.id, now)
    except RefusedError:  # erased since it was read
        return responses.verdict_page(Verdict.CLOSED, event, form_language=member.language)
    signs_of_life.sign_of_life(member.id, now)
    return responses.declined(event, member, invited.token)


def _send_newest_link(invited: Invited) -> Response:
    before, now = invited.before, clock.now()
    mail = rules.newest_link(invited.event, before, now)
    if before and mail:
        rsvps.send_newest_link(before, mail, now)
    return newest_link_sent(invited.member.language)
