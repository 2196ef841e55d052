"""When an event is, in words: in its own zone, and in the reader's language."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from functions.core.dates import day
from functions.core.translations import translations
from functions.events.rules import Event

if TYPE_CHECKING:
    from gettext import NullTranslations


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


TO = "\N{EN DASH}"
ZONE = _("%(city)s time")


def when(event: Event, home: str, language: str) -> str:
    """`Thursday 3 December 2026, 17:30-20:00`; the zone is named if it isn't `home`."""
    words = translations(language)
    zone = ZoneInfo(event.facts["time_zone"])
    start, end = (datetime.fromtimestamp(at, zone) for at in (event.starts_at, event.ends_at))
    text = f"{day(start, words)}, {start:%H:%M}"
    if start.date() == end.date():
        text += f"{TO}{end:%H:%M}"
    else:
        text += f" {TO} {day(end, words)}, {end:%H:%M}"
    return text if zone.key == home else f"{text} ({_zone(zone, words)})"


def _zone(zone: ZoneInfo, words: "NullTranslations") -> str:
    """People know a zone by its city: it needs no abbreviation that two countries share."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return words.gettext(ZONE) % {"city": city}
