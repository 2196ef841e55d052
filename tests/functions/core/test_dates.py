"""Every pattern of a date in every language, as people write it there."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core import dates
from functions.core.translations import translations
from tests.functions.support import written

STOCKHOLM, HONG_KONG = ZoneInfo("Europe/Stockholm"), ZoneInfo("Asia/Hong_Kong")
START = dt.datetime(2027, 2, 4, 17, 30, tzinfo=STOCKHOLM)
SAME_DAY = dt.datetime(2027, 2, 4, 20, 0, tzinfo=STOCKHOLM)
NEXT_DAY = dt.datetime(2027, 2, 5, 12, 0, tzinfo=STOCKHOLM)
MAY = dt.datetime(2027, 5, 1, 9, 5, tzinfo=STOCKHOLM)

WRITTEN = {
    "en": [
        "4~February 2027",
        "Thursday 4~February 2027",
        "17:30",
        "09:05",
        "Saturday 1~May 2027, 09:05",
        "Thursday 4~February 2027, 17:30-20:00",
        "Thursday 4~February 2027, 17:30~- Friday 5~February 2027, 12:00",
        "Thursday 4~February 2027, 17:30 (Hong Kong time)",
        "Thursday 4~February 2027, 17:30-20:00 (Hong Kong time)",
        "February 2027",
        "4~February 2027, 17:30",
        "Thursday 4~February 2027, all day",
        "Thursday 4~February 2027~- Friday 5~February 2027",
    ],
    "sv": [
        "4~februari 2027",
        "torsdag 4~februari 2027",
        "17.30",
        "09.05",
        "lördag 1~maj 2027 kl.~09.05",
        "torsdag 4~februari 2027 kl.~17.30-20.00",
        "torsdag 4~februari 2027 kl.~17.30~- fredag 5~februari 2027 kl.~12.00",
        "torsdag 4~februari 2027 kl.~17.30 (lokal tid i Hong Kong)",
        "torsdag 4~februari 2027 kl.~17.30-20.00 (lokal tid i Hong Kong)",
        "Februari 2027",
        "4~februari 2027 kl.~17.30",
        "torsdag 4~februari 2027, hela dagen",
        "torsdag 4~februari 2027~- fredag 5~februari 2027",
    ],
    "de": [
        "4.~Februar 2027",
        "Donnerstag, 4.~Februar 2027",
        "17:30",
        "09:05",
        "Samstag, 1.~Mai 2027, 09:05~Uhr",
        "Donnerstag, 4.~Februar 2027, 17:30-20:00~Uhr",
        "Donnerstag, 4.~Februar 2027, 17:30~Uhr~- Freitag, 5.~Februar 2027, 12:00~Uhr",
        "Donnerstag, 4.~Februar 2027, 17:30~Uhr (Ortszeit Hong Kong)",
        "Donnerstag, 4.~Februar 2027, 17:30-20:00~Uhr (Ortszeit Hong Kong)",
        "Februar 2027",
        "4.~Februar 2027, 17:30~Uhr",
        "Donnerstag, 4.~Februar 2027, ganztägig",
        "Donnerstag, 4.~Februar 2027~- Freitag, 5.~Februar 2027",
    ],
}


@pytest.mark.parametrize("language", WRITTEN)
def test_every_date_pattern_is_written_as_the_language_writes_it(language):
    words = translations(language)
    assert [
        dates.date(START, words),
        dates.full_date(START, words),
        dates.time(START, words),
        dates.time(MAY, words),
        dates.moment(MAY, words),
        dates.period(START, SAME_DAY, words),
        dates.period(START, NEXT_DAY, words),
        dates.moment(START, words, "Hong Kong"),
        dates.period(START, SAME_DAY, words, "Hong Kong"),
        dates.month(START, words),
        dates.short_moment(START, words),
        dates.whole_days(START, NEXT_DAY, words),
        dates.whole_days(START, NEXT_DAY + dt.timedelta(days=1), words),
    ] == [written(text) for text in WRITTEN[language]]


ENGLISH = {*dates.WEEKDAYS, *dates.MONTHS}
SHARED = {"sv": set(), "de": {"April", "August", "September", "November"}}  # "november" in Swedish


@pytest.mark.parametrize("language", SHARED)
def test_no_day_of_a_year_has_an_english_word(language):
    days = (dt.date(2027, 1, 1) + dt.timedelta(days=number) for number in range(365))
    texts = [dates.full_date(day, translations(language)) for day in days]
    assert len(set(texts)) == 365
    words = {word.strip(",.") for text in texts for word in text.split()}
    assert words & ENGLISH == SHARED[language]


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_time_is_shown_in_its_own_time_zone(at):
    """The two datetimes are equal: nothing may remember one as the other."""
    here = at.replace(tzinfo=STOCKHOLM)
    there = here.astimezone(HONG_KONG)
    words = translations("en")
    for moment in (here, there):
        assert dates.time(moment, words) == f"{moment:%H:%M}"
        assert str(moment.day) in dates.moment(moment, words)


def test_stockholm_at_noon_is_evening_in_hong_kong():
    noon = dt.datetime(2027, 1, 21, 12, 0, tzinfo=STOCKHOLM)
    clocks = [
        dates.time(noon.astimezone(zone), translations("sv")) for zone in (STOCKHOLM, HONG_KONG)
    ]
    assert clocks == ["12.00", "19.00"]


@pytest.mark.parametrize(
    ("zone", "city"),
    [("Asia/Hong_Kong", "Hong Kong"), ("America/Argentina/Buenos_Aires", "Buenos Aires")],
)
def test_a_time_zone_is_named_by_its_city(zone, city):
    assert dates.city_of(zone) == city
