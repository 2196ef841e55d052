"""Reads and checks an event's two forms: to sign up, and to change a sign-up.

Both raise BadInputError with every field that is wrong, in the form's order.
"""

import re
from typing import Any

from functions.core.errors import BadInputError
from functions.core.texts import ConsentPurpose, ConsentText, consent_text, listed
from functions.core.translations import N_
from functions.core.web.forms import (
    Form,
    Reader,
    first,
    is_unprintable,
    language,
    typed,
    wrong_name,
)
from functions.core.web.languages import PAGE_LANGUAGE
from functions.events import answers
from functions.events.answers import read_answers
from functions.events.changed_facts import must_hear
from functions.events.rules import Event, Facts, Rsvp, Wish, is_queued
from functions.people.member import Agreement

DIETARY_MAX = 300
NUMBER = re.compile(r"[0-9]{1,3}")  # int() would take other scripts' digits, spaces and _ too
GUESTS, GUEST_NAMES = "guests", "guest_names"
DIETARY, FOOD_CONSENT = "dietary", "food_consent"
SHOWN = "shown"  # the number of the event's facts that the page showed
QUEUE = "queue"  # ticked by a page that said that all seats are taken
SEQUENCE = re.compile(r"[0-9]{1,10}")

NO_GUESTS = N_("Please choose the number of guests from the list.")
ODD_GUEST = N_("Please write one guest's name on each line, without links or special characters.")
MANY_GUESTS = N_("There are more names than guests. Please choose the number of guests to match.")
LONG_DIETARY = N_("Please shorten this to at most 300 characters.")
NO_FOOD_CONSENT = N_(
    "Please tick the box, or clear the field about food. "
    "Without your consent we may not keep what you wrote there."
)
ODD_DIETARY = N_("Please use ordinary letters and characters only.")


def read_sign_up(form: Form, event: Event, site: dict[str, Any], now: int) -> Wish:
    """The wish in a form to sign up.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    wish = Wish(
        name=reader.person_name("name"),
        email=reader.email("email"),
        party=(party := _party(reader, event.facts["max_guests"])),
        guests=_guest_names(reader, party),
        answers=read_answers(reader, event.facts),
        dietary=(dietary := _dietary(reader)),
        language=language(form, "language", site),
        food_consent=_food_consent(
            reader, dietary, consent_text(site, ConsentPurpose.FOOD, shown_in(form, site)), now
        ),
    )
    reader.raise_errors()
    return wish


def shown_in(form: Form, site: dict[str, Any]) -> str:
    """The page's language; pages published before people could choose one name it `language`."""
    return language(form, PAGE_LANGUAGE if PAGE_LANGUAGE in form else "language", site)


def read_change(  # noqa: PLR0913 - the form, and what it is read by
    form: Form, event: Event, before: Rsvp, site: dict[str, Any], now: int, *, language: str = ""
) -> Wish:
    """The wish in a form to change a sign-up; guests once accepted may stay. `language` is that of
    the words about food, if it isn't the person's own.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    party = _party(reader, most_guests(event, before))
    guests, answered = _guest_names(reader, party), read_answers(reader, event.facts)
    dietary = _dietary(reader)
    ours = consent_text(site, ConsentPurpose.FOOD, listed(language or before.language, site))
    agreement = _food_consent(reader, dietary, ours, now)
    reader.raise_errors()
    if dietary == before.dietary:
        agreement = before.food_consent or agreement
    own = (before.name, before.email, party, dietary, before.language)
    return Wish(*own, agreement, guests, answered)


def facts_number(form: Form) -> int:
    """The number of the event's facts that a confirming page showed; 0 if it names none."""
    return number(form, SHOWN)


def number(form: Form, field: str) -> int:
    """A number that a page of ours has put into its form; 0 if it is none."""
    text = first(form, field)
    return int(text) if SEQUENCE.fullmatch(text) else 0


def require_current(event: Event, shown: Facts | None) -> None:
    """`shown` are the facts on the page, if they are no longer the event's.

    Raises:
        BadInputError: they differ in what people must know before they confirm.
    """
    if shown and must_hear(shown, event.facts):
        raise BadInputError({SHOWN: "the event has changed"})


def require_queue(form: Form, after: Rsvp) -> None:
    """Nobody gets into the queue who was shown a seat.

    Raises:
        BadInputError: the last seat was taken since the page was shown.
    """
    if is_queued(after) and not first(form, QUEUE):
        raise BadInputError({QUEUE: "all seats are taken"})


def values_of(before: Rsvp, event: Event) -> dict[str, Any]:
    """The values of a stored sign-up in the form to change it."""
    consent = before.food_consent.version if before.food_consent else ""
    return {
        GUESTS: str(before.party - 1),
        GUEST_NAMES: "\n".join(before.guests),
        DIETARY: before.dietary,
        FOOD_CONSENT: consent,
    } | answers.values_of(before.answers, event.facts)


def typed_again(form: Form, event: Event) -> dict[str, Any]:
    """What was typed, to be shown with what is wrong."""
    return typed(form, answers.several_fields(event.facts))


def most_guests(event: Event, before: Rsvp) -> int:
    return max(int(event.facts["max_guests"]), before.party - 1)


def _party(reader: Reader, most: int) -> int:
    """The person and at most `most` guests."""
    text = reader.text(GUESTS) or "0"
    guests = int(text) if NUMBER.fullmatch(text) else most + 1
    if guests > most:
        reader.refuse(GUESTS, NO_GUESTS)
    return 1 + guests


def _guest_names(reader: Reader, party: int) -> tuple[str, ...]:
    """Of whom the person knows already; one on each line."""
    lines = (" ".join(line.split()) for line in reader.text(GUEST_NAMES).splitlines())
    names = tuple(name for name in lines if name)
    if any(map(wrong_name, names)):
        reader.refuse(GUEST_NAMES, ODD_GUEST)
    elif len(names) > party - 1:
        reader.refuse(GUEST_NAMES, MANY_GUESTS)
    return names


def _dietary(reader: Reader) -> str:
    """The text with LF between its lines; browsers send CR and LF."""
    text = "\n".join(line.rstrip() for line in reader.text(DIETARY).splitlines())
    if len(text) > DIETARY_MAX:
        reader.refuse(DIETARY, LONG_DIETARY)
    elif is_unprintable(text.replace("\n", "")):
        reader.refuse(DIETARY, ODD_DIETARY)
    return text


def _food_consent(reader: Reader, dietary: str, ours: ConsentText, now: int) -> Agreement | None:
    """The explicit consent to keep what was written about food (Art. 9 (2) (a) GDPR).

    Without such words there is nothing to consent to; a box of an older text doesn't count.
    """
    if not dietary:
        return None
    if reader.text(FOOD_CONSENT) != ours.version:
        reader.refuse(FOOD_CONSENT, NO_FOOD_CONSENT)
    return Agreement(ours.id, ours.version, now, ours.language, ours.fingerprint, ours.words)
