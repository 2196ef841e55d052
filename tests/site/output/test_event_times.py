"""When an event is, as HR writes it: on its page, in lists and newsletters, for the functions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from microsite import words
from microsite.content.items import Event
from microsite.letters import cards
from microsite.output import structured_data
from microsite.output.views import View

from tests.functions.support import written
from tests.site.project import NOW, Project

TALK = "events/talk.md"
ALL_DAY = {"start": "2026-12-03", "end": None}
THREE_DAYS = {"start": "2026-12-03", "end": "2026-12-05"}
HONG_KONG = {"office": "hong-kong"}


def event_of(site: Project, **front: str | None) -> Event:
    site.write(TALK, **front)
    assert site.problems() == []
    (event,) = [item for item in site.edition().items if isinstance(item, Event)]
    return event


def shown(site: Project, event: Event) -> dict[str, Any]:
    """The event as its page, a list, a newsletter, a search engine and the functions get it."""
    edition = site.edition()
    view = View(event, edition.settings, NOW)
    return {
        "page": view.when,
        "list": view.beginning,
        "newsletter": cards.card(event, "en", edition).when,
        "search": structured_data.json_ld(event, view.offices, edition.settings, NOW),
        "functions": site.read().catalogue["events"]["talk"],
    }


@pytest.mark.parametrize(
    ("front", "page", "in_list", "search"),
    [
        (
            ALL_DAY,
            "Thursday 3~December 2026, all day",
            "Thursday 3~December 2026, all day",
            ("2026-12-03", "2026-12-03"),
        ),
        (
            THREE_DAYS,
            "Thursday 3~December 2026~- Saturday 5~December 2026",
            "Thursday 3~December 2026~- Saturday 5~December 2026",
            ("2026-12-03", "2026-12-05"),
        ),
        (
            {"end": "2026-12-05 12:00"},
            "Thursday 3~December 2026, 18:00~- Saturday 5~December 2026, 12:00",
            "Thursday 3~December 2026, 18:00~- Saturday 5~December 2026, 12:00",
            ("2026-12-03T18:00:00+01:00", "2026-12-05T12:00:00+01:00"),
        ),
        (
            {"end": "2026-12-04 01:00"},
            "Thursday 3~December 2026, 18:00~- Friday 4~December 2026, 01:00",
            "Thursday 3~December 2026, 18:00",
            ("2026-12-03T18:00:00+01:00", "2026-12-04T01:00:00+01:00"),
        ),
    ],
    ids=["all day", "several days", "several days with times", "past midnight"],
)
def test_an_event_of_whole_or_several_days(
    site: Project, front: dict[str, str | None], page: str, in_list: str, search: tuple[str, str]
) -> None:
    facts = shown(site, event_of(site, **front))
    assert facts["page"] == facts["newsletter"] == written(page)
    assert facts["list"] == written(in_list)
    assert (facts["search"]["startDate"], facts["search"]["endDate"]) == search


@pytest.mark.parametrize(
    ("front", "begins", "ends"),
    [
        (ALL_DAY, "2026-12-02T23:00:00Z", "2026-12-03T23:00:00Z"),
        (THREE_DAYS, "2026-12-02T23:00:00Z", "2026-12-05T23:00:00Z"),
        (THREE_DAYS | HONG_KONG, "2026-12-02T16:00:00Z", "2026-12-05T16:00:00Z"),
    ],
)
def test_an_event_without_times_lasts_until_the_midnight_of_its_zone(
    site: Project, front: dict[str, str | None], begins: str, ends: str
) -> None:
    facts = shown(site, event_of(site, **front))["functions"]
    assert facts["all_day"] is True
    assert (facts["starts_at"], facts["ends_at"], facts["closes_at"]) == (begins, ends, begins)


def test_only_an_event_without_times_is_one_of_whole_days(site: Project) -> None:
    midnight = {"start": "2026-12-03 00:00", "end": "2026-12-04 00:00"}
    assert "all_day" not in shown(site, event_of(site, **midnight))["functions"]


def test_a_day_that_begins_at_one_because_the_clocks_go_forward(site: Project) -> None:
    event = event_of(site, start="2027-04-30", end=None, time_zone="Africa/Cairo")
    assert (event.start.hour, event.end.hour) == (1, 0)
    earlier = event_of(site, start="2027-04-29", end=None, time_zone="Africa/Cairo")
    assert shown(site, earlier)["page"] == written("Thursday 29~April 2027, all day")


def test_an_event_moved_from_another_day_shows_that_day(site: Project) -> None:
    event = event_of(site, **ALL_DAY, moved_from="2026-12-01")
    settings = site.edition().settings
    assert words.moved_from(event, settings, "en") == written("Tuesday 1~December 2026")
    assert shown(site, event)["search"]["previousStartDate"] == "2026-12-01"


def test_an_event_in_hong_kong_read_in_stockholm(site: Project) -> None:
    facts = shown(site, event_of(site, **HONG_KONG))
    there = written("Thursday 3~December 2026, 18:00-20:00 (Hong Kong time)")
    assert facts["page"] == facts["newsletter"] == there
    assert facts["list"] == written("Thursday 3~December 2026, 18:00 (Hong Kong time)")
    assert facts["search"]["startDate"] == "2026-12-03T18:00:00+08:00"
    assert facts["functions"]["starts_at"] == "2026-12-03T10:00:00Z"


def test_the_hour_that_comes_twice_in_autumn_is_the_first_of_both(site: Project) -> None:
    event = event_of(site, start="2027-10-31 02:30", end="2027-10-31 04:00")
    assert event.start.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    lasts = event.end.astimezone(UTC) - event.start.astimezone(UTC)
    assert lasts == timedelta(hours=2, minutes=30)
    facts = shown(site, event)
    assert facts["page"] == written("Sunday 31~October 2027, 02:30-04:00")
    assert facts["search"]["startDate"] == "2027-10-31T02:30:00+02:00"
    assert facts["functions"]["starts_at"] == "2027-10-31T00:30:00Z"
    begun = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert not event.is_open(begun)
    assert event.is_open(begun - timedelta(minutes=1))
