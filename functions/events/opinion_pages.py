"""Behind the links of a thank-you: three questions with one button, then optional words.

GET shows the page, with what was tapped in the email marked; only a button stores anything.
"""

from dataclasses import dataclass
from typing import Any

from functions.core import clock
from functions.core.aws.table import Write
from functions.core.errors import GoneError
from functions.core.translations import N_
from functions.core.web import requests
from functions.core.web.forms import Form, first
from functions.core.web.responses import Response
from functions.events import message_words, opinions, responses
from functions.events.opinions import Question
from functions.events.rules import Event, Rsvp
from functions.events.store import given_opinions, rsvps
from functions.people.store import signs_of_life

WORDS = "words"  # a field, and the action of its button
NO_ANSWER = N_("Please choose an answer.")
ODD_WORDS = N_("Please shorten this to at most 1,000 characters, without special characters.")


@dataclass(frozen=True)
class Guest:
    """Whose link it is, and to which event they came."""

    event: Event
    rsvp: Rsvp
    member_id: str
    token: str


def show(http: dict[str, Any]) -> Response:
    guest = _read(requests.query(http, "token"))
    before = given_opinions.get(guest.event.slug, guest.rsvp.ticket)
    tapped = opinions.chosen({name: requests.query(http, name) for name in Question})
    return responses.opinion(guest.event, guest.rsvp, guest.token, before.answers | tapped)


def answer(http: dict[str, Any]) -> Response:
    form = requests.form(http)
    guest = _read(first(form, "token"))
    return _add_words(guest, form) if first(form, "action") == WORDS else _answer(guest, form)


def _read(token: str) -> Guest:
    """
    Raises:
        GoneError: the link is forged or too old, or the sign-up is deleted.
    """
    from functions.core import tokens

    slug, hashed, member_id = tokens.read(tokens.Purpose.EVENT_THANKS, token, 3)
    event, rsvp = rsvps.with_event(slug, hashed)
    rsvp = rsvp or rsvps.moved_from(slug, hashed)
    if event is None or rsvp is None:
        raise GoneError("opinion")
    return Guest(event, rsvp, member_id, token)


def _answer(guest: Guest, form: Form) -> Response:
    event, rsvp, now = guest.event, guest.rsvp, clock.now()
    answers = opinions.chosen({name: first(form, name) for name in Question})
    if not answers:
        errors = {str(Question.LIKED): NO_ANSWER}
        return responses.opinion(event, rsvp, guest.token, {}, errors)
    _save(guest, given_opinions.answering(event.slug, rsvp.ticket, answers, now))
    signs_of_life.sign_of_life(guest.member_id, now)
    words = given_opinions.get(event.slug, rsvp.ticket).words
    return responses.opinion_words(event, rsvp, guest.token, words)


def _add_words(guest: Guest, form: Form) -> Response:
    event, rsvp, words = guest.event, guest.rsvp, message_words.tidy(first(form, WORDS))
    if words and not message_words.is_text(words, opinions.WORDS_MAX):
        return responses.opinion_words(event, rsvp, guest.token, words, {WORDS: ODD_WORDS})
    _save(guest, given_opinions.adding_words(event.slug, rsvp.ticket, words))
    return responses.opinion_given(event, rsvp)


def _save(guest: Guest, write: Write) -> None:
    """Only while their sign-up is there: an erased person leaves nothing behind.

    Raises:
        GoneError: it is deleted, or the answers to which the words belong are.
    """
    if not rsvps.try_beside(guest.rsvp, write):
        raise GoneError("opinion")
