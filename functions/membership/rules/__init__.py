"""What joining decides: whether a form can be used, and what a click on a mail's link means."""

import re
import time
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from functions.people.member import Profile

Form = dict[str, list[str]]  # as web.form gives it: name → values
Errors = dict[str, str]  # field → msgid that says what to write

NAME_MAX = 100
LONGEST_AGO_YEARS = 100
FASTEST_SECONDS = 3
AHEAD_SECONDS = 14 * 3600  # the new year begins in Kiribati 14 hours before UTC
JOINERS = "\u200c\u200d"  # Persian and Indian names are spelt with them
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What a mail programme would make a link of: a name must not carry somebody's advertisement.
LINK = re.compile(r"[/\\@<>]|\bwww\.|\w{2,}\.\w{2,}", re.IGNORECASE)
YEAR = re.compile(r"[0-9]{4}")
SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]*)?")


def _(text: str) -> str:
    """Marks a text for the catalogues; the page translates it."""
    return text


NO_NAME = _("Please enter your name.")
LONG_NAME = _("Please shorten your name to at most 100 characters.")
ODD_NAME = _("Please enter your name on one line, without links or special characters.")
NO_EMAIL = _("Please enter an email address, such as name@example.com.")
NO_OFFICE = _("Please choose the office where you last worked.")
NO_FROM_YEAR = _("Please enter the year you started, such as 1998.")
NO_TO_YEAR = _("Please enter the year you left, such as 2019, or leave this empty.")
TO_BEFORE_FROM = _("The year you left can't be before the year you started.")
NO_KIND = _("Please choose the description that fits you best.")
NO_INTEREST = _("The list has changed. Please choose again.")
NO_LANGUAGE = _("Please choose one of these languages.")
NO_CONSENT = _("Please tick the box. Without your consent we may not keep your data.")
NEW_CONSENT = _(
    "This text has changed since you opened the page. Please read it and tick the box again."
)


@dataclass(frozen=True)
class Known:
    """What the table holds about an address: who is a member, and which sign-up waits."""

    member_id: str | None = None
    revision: int | None = None  # of the sign-up that waits for its click
    expires_at: int = 0


class Next(Enum):
    """What a sign-up leads to; who sends it can't tell which."""

    CONFIRM = auto()
    ALREADY_MEMBER = auto()


class Click(Enum):
    """What a click on a confirmation link meets."""

    JOIN = auto()
    ALREADY_MEMBER = auto()
    STALE = auto()
    GONE = auto()


def on_signup(known: Known) -> Next:
    return Next.ALREADY_MEMBER if known.member_id else Next.CONFIRM


def on_click(known: Known, revision: int, now: int) -> Click:
    if known.member_id:
        return Click.ALREADY_MEMBER
    if known.revision is None or known.expires_at <= now:
        return Click.GONE
    return Click.JOIN if known.revision == revision else Click.STALE


def next_revision(known: Known, now: int) -> int:
    """One more than the sign-up that waits; a first one counts from the clock.

    So the link of a sign-up that was deleted never fits a later one.
    """
    return (known.revision if known.revision is not None else now) + 1


def is_robot(form: Form) -> bool:
    """The field that people don't see is filled, or all was filled in less than 3 seconds.

    `elapsed` (seconds) is set by a script: empty without one, and whoever has none is a person.
    """
    elapsed = _field(form, "elapsed")
    hasty = SECONDS.fullmatch(elapsed) is not None and float(elapsed) < FASTEST_SECONDS
    return bool(_field(form, "motto")) or hasty


def read(form: Form, site: dict[str, Any], address: str | None, now: int) -> Profile | Errors:
    """What the form holds, or every field that is wrong, in the form's order.

    `address` is the form's e-mail address as SES takes it, None where it can't deliver.
    """
    from_year, to_year = _years(form, now)
    errors = {
        "name": wrong_name(_name(form)),
        "email": "" if address else NO_EMAIL,
        "office": _unless(_field(form, "office") in _slugs(site["offices"]), NO_OFFICE),
        "from_year": _wrong_year(from_year, now, NO_FROM_YEAR),
        "to_year": _wrong_year(to_year, now, NO_TO_YEAR) or _reversed(from_year, to_year),
        "kind": _unless(_field(form, "kind") in _slugs(site["kinds"]), NO_KIND),
        "interests": _unless(set(_interests(form)) <= set(_slugs(site["topics"])), NO_INTEREST),
        "language": _unless(_field(form, "language") in site["languages"], NO_LANGUAGE),
        "consent": _wrong_consent(form, site["consent"]["version"]),
    }
    wrong = {field: message for field, message in errors.items() if message}
    return wrong or Profile(
        name=_name(form),
        email=address or "",
        office=_field(form, "office"),
        from_year=from_year,
        to_year=to_year,
        kind=_field(form, "kind"),
        interests=tuple(slug for slug in _slugs(site["topics"]) if slug in _interests(form)),
        language=_field(form, "language"),
    )


def this_year(now: int) -> int:
    """The latest year that it is anywhere on earth."""
    return time.gmtime(now + AHEAD_SECONDS).tm_year


def _field(form: Form, name: str) -> str:
    return form.get(name, [""])[0].strip()


def _interests(form: Form) -> list[str]:
    return [value.strip() for value in form.get("interests", []) if value.strip()]


def _name(form: Form) -> str:
    return unicodedata.normalize("NFC", _field(form, "name"))


def _slugs(choices: list[dict[str, Any]]) -> list[str]:
    return [choice["slug"] for choice in choices]


def _unless(right: bool, message: str) -> str:  # noqa: FBT001 - reads as a sentence
    return "" if right else message


def wrong_name(name: str) -> str:
    """What is wrong with a person's name, empty if nothing: other rooms' forms ask for one too."""
    if not any(character.isalpha() for character in name):
        return NO_NAME
    if len(name) > NAME_MAX:
        return LONG_NAME
    return ODD_NAME if is_unprintable(name) or LINK.search(name) else ""


def is_unprintable(text: str) -> bool:
    """Whether it holds what nobody types: controls, line separators, invisible signs."""
    return any(unicodedata.category(c) in UNPRINTABLE and c not in JOINERS for c in text)


def _years(form: Form, now: int) -> tuple[int, int]:
    """Year of start and of leaving; an empty one of leaving is this year, a wrong one is 0."""
    to_year = _field(form, "to_year")
    return _year(_field(form, "from_year")), _year(to_year) if to_year else this_year(now)


def _year(text: str) -> int:
    return int(text) if YEAR.fullmatch(text) else 0


def _wrong_year(year: int, now: int, message: str) -> str:
    latest = this_year(now)
    return _unless(latest - LONGEST_AGO_YEARS <= year <= latest, message)


def _reversed(from_year: int, to_year: int) -> str:
    return _unless(from_year <= to_year, TO_BEFORE_FROM)


def _wrong_consent(form: Form, version: str) -> str:
    if not _field(form, "consent"):
        return NO_CONSENT
    return _unless(_field(form, "consent_version") == version, NEW_CONSENT)
