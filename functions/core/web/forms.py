"""Shared by all forms: reading field by field, the common checks, and the robot trap.

A package's `form.py` reads its form with a `Reader`, one line a field, so that each field's name
stands once. Input is hostile; nothing here trusts it.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from functions.core.addresses import normalise
from functions.core.clock import DAY
from functions.core.errors import BadInputError
from functions.core.mail.printable import ENCODED
from functions.core.texts import listed
from functions.core.translations import N_

Form = dict[str, list[str]]  # field → its values, in the order they were sent
Errors = dict[str, str]  # field → msgid that says what to write

ROW = "-"  # between a field's name and the number of its row, in errors and ids
NAME_MAX = 100
FASTEST_SECONDS = 3
JOINERS = "\u200c\u200d"  # Persian and Indian names are spelt with them
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Text that email apps turn into a link: a name must not carry an advertisement.
LINK = re.compile(r"[/\\@<>]|\bwww\.|\w{2,}\.\w{2,}", re.IGNORECASE)
# "Son of" and the like in Malaysian and Indian names: A/L, s/o.
RELATION = re.compile(r"(?<!\S)(a/[lp]|[dsw]/o)(?!\S)", re.IGNORECASE)
DOTTED = re.compile(r"\w+(?:\.\w+)+")
# Titles that people write without a space after the dot: Dr.Anna, tekn.dr, Dipl.Ing.
TITLES = re.compile(
    r"dipl|dott|dr|ekon|fil|hab|habil|ing|ir|jr|jur|kand|lic|mag|"
    r"med|mr|mrs|ms|nat|phil|prof|rer|rev|sr|st|tekn|teol|univ",
    re.IGNORECASE,
)
DOMAINS = re.compile(
    r"app|biz|com|edu|eu|gov|info|"
    r"io|net|online|org|shop|site|top|xyz",
    re.IGNORECASE,
)
# Soft hyphens, spaces of no width, marks of direction, fillers; not the joiners.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]*)?")

NO_NAME = N_("Please enter your name.")
LONG_NAME = N_("Please shorten your name to at most 100 characters.")
ODD_NAME = N_("Please enter your name on one line, without links or special characters.")
NO_LINE = N_("Please keep this to one line of at most 100 characters.")
NO_EMAIL = N_("Please enter an email address, such as name@example.com.")


def first(form: Form, field: str) -> str:
    """The field's first value without surrounding space, empty if there is none."""
    return form.get(field, [""])[0].strip()


def typed(form: Form, several: Collection[str] = ()) -> dict[str, Any]:
    """The values to show again: all those of fields in `several`, the first of any other field."""
    return {field: values if field in several else values[0] for field, values in form.items()}


def language(form: Form, field: str, site: Mapping[str, Any]) -> str:
    """The field's language, or the site's first if the site does not list it."""
    return listed(first(form, field), site)


def is_robot(form: Form) -> bool:
    """True if the hidden field is filled, or the form was filled in within 3 seconds.

    `elapsed` (seconds) is set by a script: empty without one, and then it counts as a person.
    """
    elapsed = first(form, "elapsed")
    hasty = SECONDS.fullmatch(elapsed) is not None and float(elapsed) < FASTEST_SECONDS
    return bool(first(form, "motto")) or hasty


def shown_at(form: Form, now: int) -> int | None:
    """When the form was opened, as the browser says by the same seconds: nobody else can know it
    of a static page. None without a script, or for more than a day."""
    elapsed = first(form, "elapsed")
    known = SECONDS.fullmatch(elapsed) is not None and float(elapsed) <= DAY
    return now - int(float(elapsed)) if known else None


class Reader:
    """Reads a form and collects what is wrong with it, in the order in which fields are read."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._errors: Errors = {}
        self._row = ""

    def rows(self, fields: Sequence[str]) -> list["Reader"]:
        """A reader for each row of fields that are repeated, one at least. What it refuses is noted
        here, under the field's name and the row's number: `office-1`."""
        columns = (self._form.get(field) or [""] for field in fields)
        rows = []
        for number, values in enumerate(zip_longest(*columns, fillvalue=""), 1):
            row = Reader({field: [value] for field, value in zip(fields, values, strict=True)})
            row._errors, row._row = self._errors, f"{ROW}{number}"
            rows.append(row)
        return rows

    def refuse(self, field: str, message: str) -> None:
        """Note what is wrong with a field; the first message about it stays."""
        self._errors.setdefault(field + self._row, message)

    def raise_errors(self, fields: Collection[str] | None = None) -> None:
        """
        Raises:
            BadInputError: anything was refused, of these fields only if they are given; it holds
                all of it.
        """
        errors = {
            field: message
            for field, message in self._errors.items()
            if fields is None or field.partition(ROW)[0] in fields
        }
        if errors:
            raise BadInputError(errors)

    def text(self, field: str) -> str:
        """The field without invisible marks, which come along when text is copied."""
        return unicodedata.normalize("NFC", INVISIBLE.sub("", first(self._form, field)).strip())

    def person_name(self, field: str) -> str:
        name = self.text(field)
        if message := wrong_name(name):
            self.refuse(field, message)
        return name

    def line(self, field: str) -> str:
        """Free text on one line; it may be empty."""
        text = self.text(field)
        if len(text) > NAME_MAX or is_unprintable(text):
            self.refuse(field, NO_LINE)
        return text

    def email(self, field: str) -> str:
        """The address as SES takes it; one that it can't deliver to is refused."""
        address = normalise(first(self._form, field))
        if address is None:
            self.refuse(field, NO_EMAIL)
        return address or ""

    def one_of(self, field: str, choices: Collection[str], message: str) -> str:
        choice = self.text(field)
        if choice not in choices:
            self.refuse(field, message)
        return choice

    def some_of(self, field: str, choices: Sequence[str], message: str) -> tuple[str, ...]:
        """The chosen values, in the order of `choices`."""
        chosen = set(self._form.get(field, ()))
        if not chosen <= set(choices):
            self.refuse(field, message)
        return tuple(choice for choice in choices if choice in chosen)


def slugs(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    """The slugs of choices in the site's settings, such as offices or topics."""
    return [choice["slug"] for choice in choices]


def wrong_name(name: str) -> str:
    """The msgid of the problem with a person's name; empty if there is none."""
    if not any(character.isalpha() for character in name):
        return NO_NAME
    if len(name) > NAME_MAX:
        return LONG_NAME
    return ODD_NAME if is_unprintable(name) or ENCODED.search(name) or _has_link(name) else ""


def _has_link(name: str) -> bool:
    """True if an email app may show a part of the name as a link."""
    titles = DOTTED.sub(lambda run: " " if _is_titled(run[0]) else run[0], name)
    return bool(LINK.search(RELATION.sub(" ", titles)))


def _is_titled(run: str) -> bool:
    """True for titles, and for one name with titles before it: `Dr.Anna`, but not `dr.com`."""
    *before, last = run.split(".")
    if not all(TITLES.fullmatch(part) for part in before):
        return False
    return bool(TITLES.fullmatch(last) or (last[0].isupper() and not DOMAINS.fullmatch(last)))


def is_unprintable(text: str) -> bool:
    """True for a text with control characters, line separators or invisible characters."""
    return any(unicodedata.category(c) in UNPRINTABLE and c not in JOINERS for c in text)
