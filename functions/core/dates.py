"""A moment in words: in a zone, and in the reader's language."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from functions.core.translations import translations

if TYPE_CHECKING:
    from gettext import NullTranslations


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip
DAY = _("%(weekday)s %(day)s %(month)s %(year)s")


def moment(at: int, zone: str, language: str) -> str:
    """`Thursday 3 December 2026, 17:30` for seconds since the epoch."""
    there = local(at, zone)
    return f"{day(there, translations(language))}, {there:%H:%M}"


def local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def day(at: datetime, words: "NullTranslations") -> str:
    return words.gettext(DAY) % {
        "weekday": words.gettext(WEEKDAYS[at.weekday()]),
        "day": at.day,
        "month": words.gettext(MONTHS[at.month - 1]),
        "year": at.year,
    }
