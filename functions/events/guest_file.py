"""The guest list as a file for Excel. The numbers of places are numbers, so that they add up."""

from functions.core import excel_sheets
from functions.core.texts import in_language
from functions.core.translations import N_, translations
from functions.events.guest_list import GuestList
from functions.events.questions import Question, answer_in_words, questions
from functions.events.rules import Rsvp

HEADS = (
    *(N_("Name"), N_("Places"), N_("Names of guests"), N_("Food"), N_("Email"), N_("Language")),
)


def guest_file(guests: GuestList, language: str = "en") -> bytes:
    """With a column for each of the event's own questions."""
    own = questions(guests.event.facts)
    heads = [*map(translations(language).gettext, HEADS)]
    heads += [in_language(question["ask"], language) for question in own]
    return excel_sheets.sheet(heads, [_row(rsvp, own, language) for rsvp in guests.coming])


def _row(rsvp: Rsvp, own: list[Question], language: str) -> tuple[str | int, ...]:
    person = (rsvp.name, rsvp.party, ", ".join(rsvp.guests))
    answers = [answer_in_words(one, rsvp.answers.get(one["name"], ()), language) for one in own]
    return (*person, rsvp.dietary, rsvp.email, rsvp.language, *answers)
