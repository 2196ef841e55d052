"""Translations of the site's words. Their catalogues are in locale/; those of forms, newsletter and
whole dates (functions.core.dates) are with the functions' own."""

from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from functions.core import dates
from microsite.content.company import Settings
from microsite.content.items import Event

_LOCALE = Path(__file__).parent / "locale"
_FORMS = Path(__file__).parents[2] / "functions" / "locale"


@lru_cache
def translations(lang: str) -> NullTranslations:
    """The catalogues of `lang`, compiled in memory; English sources if there is none."""
    catalogue = _compiled(_LOCALE, lang)
    catalogue.add_fallback(_compiled(_FORMS, lang))
    return catalogue


def _compiled(locale: Path, lang: str) -> NullTranslations:
    source = locale / lang / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


def short_month(day: date, lang: str) -> str:
    """`Feb`, for a calendar's leaf."""
    return format_date(day, "LLL", locale=lang).rstrip(".")


def city(event: Event, settings: Settings, lang: str) -> str:
    """The city that names the event's time zone; "" if it is the site's own zone."""
    if event.time_zone == settings.time_zone:
        return ""
    return _city_of_zone(event, settings, lang)


def _city_of_zone(event: Event, settings: Settings, lang: str) -> str:
    office = settings.office[event.office[0]]
    same = office.time_zone == event.time_zone
    return office.name.in_language(lang) if same else dates.city_of(event.time_zone)


def when(event: Event, settings: Settings, lang: str) -> str:
    """From when to when, to begin a line: `Thursday 4 February 2027, 17:30-20:00`."""
    words = translations(lang)
    if event.all_day:
        return dates.capitalised(dates.whole_days(event.start, event.end, words))
    city_ = city(event, settings, lang)
    return dates.capitalised(dates.period(event.start, event.end, words, city_))


def there(event: Event, settings: Settings, lang: str) -> str:
    """As `when`, with the zone named even if it is the site's; empty for whole days."""
    if event.all_day:
        return ""
    city_ = _city_of_zone(event, settings, lang)
    return dates.period(event.start, event.end, translations(lang), city_)


def beginning(event: Event, settings: Settings, lang: str) -> str:
    """For a list, where an evening's end is too much, but not the last of several days."""
    if event.all_day or event.lasts_days:
        return when(event, settings, lang)
    city_ = city(event, settings, lang)
    return dates.capitalised(dates.moment(event.start, translations(lang), city_))


def moved_from(event: Event, settings: Settings, lang: str) -> str:
    """When it was to start; empty unless it was moved."""
    words = translations(lang)
    if isinstance(event.moved_from, datetime):
        return dates.moment(event.moved_from, words, city(event, settings, lang))
    return dates.full_date(event.moved_from, words) if event.moved_from else ""


def language_name(code: str, lang: str) -> str:
    """`English` for `en`; an unknown code is returned as it is."""
    name: str = Locale(lang).languages.get(code, code)
    return name
