"""Whole dates and times as people write them: the one formatter for pages, cards and emails.

Pure, with nothing but the standard library and a catalogue, because the site imports it as well.
Every pattern stands in the catalogue, where each language has its own order, commas and words;
`~` in a pattern is a space at which no line may break.
"""

import datetime as dt
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from functions.core.translations import N_

NO_BREAK = "\N{NO-BREAK SPACE}"
TO = "\N{EN DASH}"


WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
DATE = N_("%(day)s~%(month)s %(year)s")
FULL_DATE = N_("%(weekday)s %(date)s")
MONTH = N_("%(month)s %(year)s")
TIME = N_("%(hour)s:%(minute)s")
MOMENT = N_("%(date)s, %(time)s")
ALL_DAY = N_("%(date)s, all day")
PERIOD = N_("%(start)s~\N{EN DASH} %(end)s")
ZONE = N_("%(city)s time")


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
    return capitalised(month_in_text(day, words))


def month_in_text(day: dt.date, words: NullTranslations) -> str:
    """`February 2027`, as it stands in a sentence or a list."""
    name = words.gettext(MONTHS[day.month - 1])
    return _fill(MONTH, words, month=name, year=day.year)


def time(at: dt.datetime, words: NullTranslations) -> str:
    """`17:30` on the clock of the datetime's own zone."""
    return _fill(TIME, words, hour=f"{at:%H}", minute=f"{at:%M}")


def moment(at: dt.datetime, words: NullTranslations, city: str = "") -> str:
    """`Thursday 4 February 2027, 17:30`, and `(Hong Kong time)` if `city` is to name the zone."""
    return _in_zone(_at(at, time(at, words), words), city, words)


def short_moment(at: dt.datetime, words: NullTranslations) -> str:
    """`4 February 2027, 17:30`, for a row of a table."""
    return _fill(MOMENT, words, date=date(at, words), time=time(at, words))


def period(start: dt.datetime, end: dt.datetime, words: NullTranslations, city: str = "") -> str:
    """`Thursday 4 February 2027, 17:30-20:00`, with an en dash; both dates if they differ."""
    if start.date() == end.date():
        text = _at(start, f"{time(start, words)}{TO}{time(end, words)}", words)
    else:
        text = _fill(PERIOD, words, start=moment(start, words), end=moment(end, words))
    return _in_zone(text, city, words)


def whole_days(start: dt.datetime, end: dt.datetime, words: NullTranslations) -> str:
    """`Thursday 4 February 2027, all day`; both dates of several days, which need no zone. `end` is
    the midnight after the last day."""
    first, last = start.date(), last_day(end)
    if first == last:
        return _fill(ALL_DAY, words, date=full_date(first, words))
    return _fill(PERIOD, words, start=full_date(first, words), end=full_date(last, words))


def last_day(midnight: dt.datetime) -> dt.date:
    """The day that ends at a midnight, which is 01:00 where the clocks go forward then."""
    return midnight.date() - dt.timedelta(days=1)


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
