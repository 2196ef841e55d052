"""Reads one person from a row: address, name, office, days, language; or why that can't be done.

No I/O here.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cached_property
from typing import Any

from functions.core.addresses import normalise
from functions.core.translations import N_
from functions.core.web.forms import LONG_NAME, NAME_MAX, NO_NAME, ODD_NAME, wrong_name
from functions.imports.list_files import Row
from functions.imports.rules import Columns, Field, Import, Terms
from functions.invitations.rules import Agreed, Leaver

NO_ADDRESS = N_("has no email address")
BAD_ADDRESS = N_("has an email address that can't be right")
NAMELESS = N_("has no name")
BAD_NAME = N_("has a name that is too long, or contains a link or special characters")
NO_LONGER = N_("is unsubscribed in this list")
NOT_YOURS = N_("is of an office that isn't yours")
REASONS = {NO_NAME: NAMELESS, LONG_NAME: BAD_NAME, ODD_NAME: BAD_NAME}
# What Mailchimp, listmonk, Ghost and people write of somebody who must get nothing.
ENDED = {
    "unsubscribed", "cleaned", "blocklisted", "blacklisted", "disabled", "bounced", "archived",
    "complained", "deleted", "false", "no", "nej", "nein", "0", "avslutad", "avregistrerad",
    "abgemeldet",
}  # fmt: skip
LANGUAGE_NAMES = {
    "english": "en", "engelska": "en", "englisch": "en",
    "swedish": "sv", "svenska": "sv", "schwedisch": "sv", "se": "sv",
    "german": "de", "tyska": "de", "deutsch": "de",
}  # fmt: skip
YEAR = re.compile(r"(19|20)\d\d")
MONTH = re.compile(r"((?:19|20)\d\d)[-./](0[1-9]|1[0-2])")
YEAR_FIRST = re.compile(r"((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})(?:[T ].*)?")
DAY_FIRST = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ]((?:19|20)\d\d)")
SERIAL = re.compile(r"[1-7]\d{4}")  # Excel's number of a day: 1927 to 2118
SERIAL_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Wrong:
    """A row that nobody can be brought in from, and why: a msgid."""

    number: int
    reason: str


@dataclass(frozen=True)
class Listed:
    """Somebody of the list."""

    number: int  # of the row
    leaver: Leaver
    is_repeated: bool = False  # the address stands further up


class ListReader:
    """Reads the rows of one list by its columns and terms, from the first on."""

    def __init__(self, known: Import, terms: Terms, site: Mapping[str, Any]) -> None:
        self._columns: Columns = known.columns
        self._import, self._terms, self._site = known, terms, site
        self._seen: set[str] = set()

    def read(self, row: Row) -> Listed | Wrong:
        values = self._columns.of(row.cells)
        if reason := _why_not(values):
            return Wrong(row.number, reason)
        leaver = self._leaver(values)
        if not self._import.sees(leaver.office):
            return Wrong(row.number, NOT_YOURS)
        address = leaver.email.casefold()
        is_repeated = address in self._seen
        self._seen.add(address)
        return Listed(row.number, leaver, is_repeated)

    def _leaver(self, values: Mapping[Field, str]) -> Leaver:
        terms = self._terms
        return Leaver(
            name=_name(values),
            email=_address(values.get(Field.EMAIL, "")) or "",
            office=self._office(values.get(Field.OFFICE, "")) or terms.office,
            role=values.get(Field.ROLE, "")[:NAME_MAX],
            first_day=day_of(values.get(Field.FIRST_DAY, "")),
            last_day=day_of(values.get(Field.LAST_DAY, "")),
            interests=self._interests(values.get(Field.INTERESTS, "")),
            language=self._language(values.get(Field.LANGUAGE, "")),
            contact=terms.contact,
            agreed=Agreed(day_of(values.get(Field.AGREED_ON, "")) or terms.agreed_on, terms.how),
        )

    def _office(self, text: str) -> str:
        """The one office whose name stands in the text, in any language; empty if none does."""
        plain = _plain(text)
        slugs = {slug for name, slug in self._offices.items() if name and name in plain}
        exact = self._offices.get(plain)
        return exact or (slugs.pop() if len(slugs) == 1 else "")

    @cached_property
    def _offices(self) -> dict[str, str]:
        return _names(self._site["offices"])

    @cached_property
    def _topics(self) -> dict[str, str]:
        return _names(self._site["topics"])

    def _interests(self, text: str) -> tuple[str, ...]:
        parts = {self._topics.get(_plain(part)) for part in re.split(r"[,;|/]", text)}
        return tuple(topic["slug"] for topic in self._site["topics"] if topic["slug"] in parts)

    def _language(self, text: str) -> str:
        plain = text.casefold().strip()
        code = LANGUAGE_NAMES.get(plain, plain[:2])
        return code if code in self._site["languages"] else self._terms.language


def _why_not(values: Mapping[Field, str]) -> str:
    """Why nobody can be brought in from a row; empty if somebody can."""
    written = values.get(Field.EMAIL, "")
    if not written:
        return NO_ADDRESS
    if _address(written) is None:
        return BAD_ADDRESS
    if values.get(Field.STATUS, "").casefold() in ENDED:
        return NO_LONGER
    wrong = wrong_name(_name(values))
    return REASONS[wrong] if wrong else ""


def _address(written: str) -> str | None:
    """The address as SES takes it, without what lists put around it; None if it can't be one."""
    text = written.strip().strip("<>;,").strip()
    text = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).partition("?")[0]
    _, bare = parseaddr(text)
    return normalise(bare or text)


def _name(values: Mapping[Field, str]) -> str:
    """First and last name, or the one column; "Ek, Åsa" is turned round."""
    parts = (values.get(Field.FIRST_NAME, ""), values.get(Field.LAST_NAME, ""))
    whole = values.get(Field.NAME, "")
    if not all(parts) and whole:
        last, comma, first = whole.partition(",")
        return _on_one_line(f"{first} {last}" if comma and first.strip() else whole)
    return _on_one_line(" ".join(parts))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def day_of(text: str) -> str:
    """`2026-11-26`, `2026-11` or `2026` of what somebody wrote; empty if it is no day."""
    text = text.strip()
    if YEAR.fullmatch(text):
        return text
    if month := MONTH.fullmatch(text):
        return f"{month[1]}-{month[2]}"
    if SERIAL.fullmatch(text):
        return (SERIAL_ZERO + dt.timedelta(days=int(text))).isoformat()
    if parts := YEAR_FIRST.fullmatch(text):
        return _day(parts[1], parts[2], parts[3])
    if parts := DAY_FIRST.fullmatch(text):
        return _day(parts[3], parts[2], parts[1]) or _day(parts[3], parts[1], parts[2])
    return ""


def _day(year: str, month: str, day: str) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _names(choices: list[dict[str, Any]]) -> dict[str, str]:
    """Slug and names in every language, without accents and case → slug."""
    names: dict[str, str] = {}
    for choice in choices:
        texts = choice["name"]
        texts = texts.values() if isinstance(texts, Mapping) else [texts]
        names |= {_plain(text): choice["slug"] for text in (choice["slug"], *texts)}
    return names


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
