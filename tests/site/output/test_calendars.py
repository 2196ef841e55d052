"""Calendars that a calendar program takes, and takes again when an event changes."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar, Event
from microsite.output import calendars

from tests.site.output.calendar_cases import CASES, GOLDEN, WRITTEN, Case, files, files_of
from tests.site.project import NOW, Project

every_case = pytest.mark.parametrize("name", CASES)
TALK, ONE = "events/talk.md", "events/talk/event.ics"
CANCELLED = Case({"cancelled": "true", "reason": "Storm"}, "", "")


def events_of(data: bytes) -> list[Event]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def slugs_of(data: bytes) -> list[str]:
    return [event["UID"].split("@")[0] for event in events_of(data)]


@every_case
def test_a_file_is_the_one_that_was_looked_at(site: Project, name: str) -> None:
    content = files_of(site, CASES[name])[ONE]
    golden = GOLDEN / f"{name}.ics"
    if os.environ.get("RENEW"):
        golden.write_bytes(content)
    assert content.decode() == golden.read_bytes().decode()


def as_text(at: date | datetime) -> str:
    if isinstance(at, datetime):
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return at.isoformat()


@every_case
def test_icalendar_reads_what_hr_wrote(name: str) -> None:
    (event,) = events_of((GOLDEN / f"{name}.ics").read_bytes())
    read: dict[str, Any] = {
        "uid": event["UID"],
        "sequence": event["SEQUENCE"],
        "begins": as_text(event["DTSTART"].dt),
        "ends": as_text(event["DTEND"].dt),
        "status": event["STATUS"],
        "title": event["SUMMARY"],
        "where": event["LOCATION"],
    }
    assert read == CASES[name].read


@every_case
def test_a_file_asks_for_no_reply_and_rings_no_bell(name: str) -> None:
    content = (GOLDEN / f"{name}.ics").read_text()
    assert "METHOD:PUBLISH" in content
    assert "ORGANIZER" in content
    for absent in ("ATTENDEE", "VALARM", "RRULE"):
        assert absent not in content


def test_an_event_in_hong_kong_read_in_stockholm(site: Project) -> None:
    """The calendar shows its own zone's time, so the text says what the clock shows there."""
    (event,) = events_of(files_of(site, CASES["in-hong-kong"])[ONE])
    assert event["DTSTART"].dt == datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
    assert "18:00\N{EN DASH}20:00 (Hong Kong time)" in event["DESCRIPTION"]


def test_the_zone_is_named_at_home_too(site: Project) -> None:
    (event,) = events_of(files_of(site, CASES["new"])[ONE])
    assert "18:00\N{EN DASH}20:00 (Malmö time)" in event["DESCRIPTION"]


def test_a_cancelled_event_says_why() -> None:
    (event,) = events_of((GOLDEN / "cancelled.ics").read_bytes())
    assert event["DESCRIPTION"].startswith("The speaker is ill.\n")


# ---- Revisions


@pytest.mark.parametrize("name", ["changed", "moved", "cancelled"])
def test_a_change_raises_the_sequence_and_keeps_the_uid(name: str) -> None:
    (before,) = events_of((GOLDEN / "new.ics").read_bytes())
    (after,) = events_of((GOLDEN / f"{name}.ics").read_bytes())
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_the_sequence_rises_with_the_minutes_between_changes(site: Project) -> None:
    site.write(TALK)
    minutes = (WRITTEN, WRITTEN + timedelta(minutes=1))
    first, second = (events_of(files(site, {TALK: at})[ONE])[0]["SEQUENCE"] for at in minutes)
    assert second == first + 1


def test_outside_git_the_calendar_is_built_too(site: Project) -> None:
    site.write(TALK)
    (event,) = events_of(files(site, {})[ONE])
    assert event["SEQUENCE"] == 0


# ---- Feeds


def test_a_past_event_keeps_its_file_but_leaves_the_feeds(site: Project) -> None:
    site.write("events/old.md", start="2026-11-01 18:00", end="2026-11-01 19:00")
    site.write("events/new.md")
    every = files(site, {})
    assert {"events/old/event.ics", "events/new/event.ics"} <= every.keys()
    for feed in ("events/calendar.ics", "events/office/malmo/calendar.ics"):
        assert slugs_of(every[feed]) == ["new"]


def test_each_office_has_a_feed_of_its_own_even_without_events(site: Project) -> None:
    site.write("events/here.md", office="malmo")
    site.write("events/both.md", office="[hong-kong, malmo]", start="2026-12-03 17:00")
    every = files(site, {})
    shown = {
        office: slugs_of(every[at])
        for office, at in calendars.feed_paths(site.edition().settings).items()
    }
    assert (shown["malmo"], shown["hong-kong"]) == (["both", "here"], ["both"])
    assert shown["brussels"] == []
    assert slugs_of(every["events/calendar.ics"]) == ["both", "here"]


def test_a_feed_has_a_name_and_is_read_again_twice_a_day(site: Project) -> None:
    site.write(TALK)
    feed = Calendar.from_ical(files(site, {})["events/office/malmo/calendar.ics"])
    assert feed["X-WR-CALNAME"] == feed["NAME"] == "Fjärdholm Alumni: Malmö"
    assert feed["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert feed["METHOD"] == "PUBLISH"


@pytest.mark.parametrize(
    ("days", "shown"), [(0, ["CANCELLED"]), (29, ["CANCELLED"]), (30, []), (60, [])]
)
def test_a_cancelled_event_is_in_the_feeds_for_30_days_crossed_out(
    site: Project, days: int, shown: list[str]
) -> None:
    """Longer than the event would have lasted: it was to be in 13 days."""
    every = files_of(site, CANCELLED, WRITTEN + timedelta(days=days))
    assert [event["STATUS"] for event in events_of(every["events/calendar.ics"])] == shown
    assert [event["STATUS"] for event in events_of(every[ONE])] == ["CANCELLED"]


def test_without_git_a_cancelled_event_is_in_the_feeds_until_its_end(site: Project) -> None:
    site.write(TALK, cancelled="true", reason="Storm")
    assert slugs_of(files(site, {}, NOW)["events/calendar.ics"]) == ["talk"]
    later = NOW + timedelta(days=15)
    assert slugs_of(files(site, {}, later)["events/calendar.ics"]) == []


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("/events/", "events/calendar.ics"),
        ("/events/office/malmo/", "events/office/malmo/calendar.ics"),
        ("/events/office/malmo/page-2/", "events/office/malmo/calendar.ics"),
        ("/events/topic/malmo/", "events/calendar.ics"),
    ],
)
def test_a_list_offers_its_feed(site: Project, url: str, feed: str) -> None:
    ways = calendars.feed_at(url, site.edition().settings)
    home = "//alumni.fjardholm.example.com"
    assert ways["file"] == f"webcal:{home}/{feed}"
    assert parse_qs(urlsplit(ways["google"]).query)["cid"] == [f"webcal:{home}/{feed}"]
    assert parse_qs(urlsplit(ways["outlook"]).query)["url"] == [f"https:{home}/{feed}"]
