"""Words, dates and times in the language of the site. The catalogues stand in locale/; the words of
the forms and of the newsletter stand with the functions' own."""

from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DASH = "\u2013"
_LOCALE = Path(__file__).parent / "locale"
_FORMS = Path(__file__).parents[2] / "functions" / "locale"


@lru_cache
def translations(lang: str) -> NullTranslations:
    """The catalogues of `lang`, compiled in memory; English sources where there is none."""
    found = _compiled(_LOCALE, lang)
    found.add_fallback(_compiled(_FORMS, lang))
    return found


def _compiled(locale: Path, lang: str) -> NullTranslations:
    source = locale / lang / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(maxsize=4096)
def local_date(day: date, lang: str) -> str:
    """2 November 2026, as people of `lang` write it; a datetime keeps its own zone."""
    return format_date(day, "d MMMM y" if lang == "en" else "long", locale=lang)


@lru_cache(maxsize=4096)
def full_date(day: date, lang: str) -> str:
    """Monday 2 November 2026."""
    return format_date(day, "EEEE d MMMM y" if lang == "en" else "full", locale=lang)


@lru_cache(maxsize=4096)
def local_time(moment: datetime, lang: str) -> str:
    return format_time(moment.time(), "HH:mm" if lang == "en" else "short", locale=lang)


@lru_cache(maxsize=4096)
def weekday(day: date, lang: str) -> str:
    return format_date(day, "EEEE", locale=lang)


@lru_cache(maxsize=4096)
def month(day: date, lang: str) -> str:
    return format_date(day, "LLLL y", locale=lang)


@lru_cache(maxsize=512)
def short_month(day: date, lang: str) -> str:
    return format_date(day, "LLL", locale=lang).rstrip(".")


@lru_cache(maxsize=4096)
def zone(moment: datetime, lang: str) -> str:
    """Hong Kong time: the zone's name by its place."""
    name: str = get_timezone_location(moment.tzinfo, locale=lang)
    return name


def language_name(code: str, lang: str) -> str:
    """English, for `en`; what is no code of a language stays as it is."""
    name: str = Locale(lang).languages.get(code, code)
    return name


def date_range(start: datetime, end: datetime, lang: str) -> str:
    """From when to when, the day named once if it is the same."""
    first = f"{local_date(start.date(), lang)}, {local_time(start, lang)}"
    if start.date() == end.date():
        return f"{first}{DASH}{local_time(end, lang)}"
    return f"{first} {DASH} {local_date(end.date(), lang)}, {local_time(end, lang)}"
