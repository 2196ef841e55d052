"""The sign-up form of an event: what was typed becomes a wish, or messages. Pure."""

import re
import unicodedata
from typing import Any

from functions.core.errors import BadInputError
from functions.events.rules import Event, Rsvp, Wish
from functions.membership import rules as people

Form = dict[str, list[str]]  # as web.form gives it: name → values

DIETARY_MAX = 300
NUMBER = re.compile(r"[0-9]{1,3}")  # int() would take other scripts' digits, spaces and _ too
FIELDS = ("name", "email", "guests", "dietary", "language")


def _(text: str) -> str:
    """Marks a text for the catalogues; the page translates it."""
    return text


NO_GUESTS = _("Please choose the number of guests from the list.")
LONG_DIETARY = _("Please shorten this to at most 300 characters.")
ODD_DIETARY = _("Please use ordinary letters and characters only.")


def field(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()


def values(form: Form) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: field(form, name) for name in FIELDS}


def values_of(before: Rsvp) -> dict[str, str]:
    """A stored answer as its form shows it."""
    return {"guests": str(before.party - 1), "dietary": before.dietary}


def read(form: Form, event: Event, site: dict[str, Any], address: str | None) -> Wish:
    """`address` is the typed e-mail address as SES takes it, None where it can't deliver.

    Raises:
        BadInputError: every field that is wrong, in the form's order.
    """
    name = unicodedata.normalize("NFC", field(form, "name"))
    guests = read_guests(form, event.facts["max_guests"])
    dietary = read_dietary(form)
    errors = {
        "name": people.wrong_name(name),
        "email": "" if address else people.NO_EMAIL,
        "guests": NO_GUESTS if guests is None else "",
        "dietary": wrong_dietary(dietary),
    }
    _raise_if_any(errors)
    return Wish(
        name=name,
        email=address or "",
        party=1 + (guests or 0),
        dietary=dietary,
        language=read_language(form, site),
    )


def read_language(form: Form, site: dict[str, Any]) -> str:
    """The language that was chosen, or the site's."""
    language = field(form, "language")
    languages: list[str] = site["languages"]
    return language if language in languages else languages[0]


def read_change(form: Form, event: Event, before: Rsvp) -> Wish:
    """The wish of the form behind the link to change; guests once accepted may stay.

    Raises:
        BadInputError: every field that is wrong, in the form's order.
    """
    guests = read_guests(form, most_guests(event, before))
    dietary = read_dietary(form)
    _raise_if_any(
        {"guests": NO_GUESTS if guests is None else "", "dietary": wrong_dietary(dietary)}
    )
    return Wish(before.name, before.email, 1 + (guests or 0), dietary, before.language)


def most_guests(event: Event, before: Rsvp) -> int:
    return max(int(event.facts["max_guests"]), before.party - 1)


def read_guests(form: Form, most: int) -> int | None:
    text = field(form, "guests") or "0"
    guests = int(text) if NUMBER.fullmatch(text) else most + 1
    return guests if guests <= most else None


def read_dietary(form: Form) -> str:
    """One line per line that was typed, as browsers send them with CR and LF."""
    lines = unicodedata.normalize("NFC", field(form, "dietary")).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def wrong_dietary(dietary: str) -> str:
    if len(dietary) > DIETARY_MAX:
        return LONG_DIETARY
    return ODD_DIETARY if people.is_unprintable(dietary.replace("\n", "")) else ""


def _raise_if_any(errors: dict[str, str]) -> None:
    wrong = {name: message for name, message in errors.items() if message}
    if wrong:
        raise BadInputError(wrong)
