"""Whole dates and times as people write them: the one formatter for pages, cards and emails.

Pure, with nothing but the standard library and a catalogue, because the site imports it as well.
Every pattern stands in the catalogue, where each language has its own order, commas and words;
`~` in a pattern is a space at which no line may break.
"""

import datetime as dt
from gettext import NullTranslations
from zoneinfo import ZoneInfo

NO_BREAK = "\N{NO-BREAK SPACE}"
TO = "\N{EN DASH}"


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
DATE = _("%(day)s~%(month)s %(year)s")
FULL_DATE = _("%(weekday)s %(date)s")
MONTH = _("%(month)s %(year)s")
TIME = _("%(hour)s:%(minute)s")
MOMENT = _("%(date)s, %(time)s")
PERIOD = _("%(start)s~\N{EN DASH} %(end)s")
ZONE = _("%(city)s time")


def date(day: dt.date, words: NullTranslations) -> str:
    """`4 February 2027`."""
    month = words.gettext(MONTHS[day.month - 1])
    return _fill(DATE, words, day=day.day, month=month, year=day.year)


def full_date(day: dt.date, words: NullTranslations) -> str:
    """`Thursday 4 February 2027`."""
    weekday = words.gettext(WEEKDAYS[day.weekday()])
    return _fill(FULL_DATE, words, weekday=weekday, date=date(day, words))


def month(day: dt.date, words: NullTranslations) -> str:
    """`February 2027`, for a heading: capitalised in every language."""
    name = words.gettext(MONTHS[day.month - 1])
    return capitalised(_fill(MONTH, words, month=name, year=day.year))


def time(at: dt.datetime, words: NullTranslations) -> str:
    """`17:30` on the clock of the datetime's own zone."""
    return _fill(TIME, words, hour=f"{at:%H}", minute=f"{at:%M}")


def moment(at: dt.datetime, words: NullTranslations, city: str = "") -> str:
    """`Thursday 4 February 2027, 17:30`, and `(Hong Kong time)` if `city` is to name the zone."""
    return _in_zone(_at(at, time(at, words), words), city, words)


def period(start: dt.datetime, end: dt.datetime, words: NullTranslations, city: str = "") -> str:
    """`Thursday 4 February 2027, 17:30-20:00`, with an en dash; both dates if they differ."""
    if start.date() == end.date():
        text = _at(start, f"{time(start, words)}{TO}{time(end, words)}", words)
    else:
        text = _fill(PERIOD, words, start=moment(start, words), end=moment(end, words))
    return _in_zone(text, city, words)


def city_of(zone: str) -> str:
    """`Hong Kong` for `Asia/Hong_Kong`: people know a zone by its city, and abbreviations clash."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def capitalised(text: str) -> str:
    """For a date that begins a line: Swedish writes weekdays and months in lower case."""
    return text[:1].upper() + text[1:]


def local(at: int, zone: str) -> dt.datetime:
    """Seconds since the epoch on the clock of `zone`."""
    return dt.datetime.fromtimestamp(at, ZoneInfo(zone))


def _in_zone(text: str, city: str, words: NullTranslations) -> str:
    return f"{text} ({_fill(ZONE, words, city=city)})" if city else text


def _at(at: dt.datetime, times: str, words: NullTranslations) -> str:
    return _fill(MOMENT, words, date=full_date(at, words), time=times)


def _fill(pattern: str, words: NullTranslations, **parts: object) -> str:
    return words.gettext(pattern).replace("~", NO_BREAK) % parts
