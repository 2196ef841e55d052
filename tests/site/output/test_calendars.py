"""Calendars that a calendar program takes, and takes again when an event changes."""

from datetime import UTC, datetime

from icalendar import Calendar
from microsite.output import calendars

from tests.site.project import NOW, Project


def events_of(data: bytes):
    return list(Calendar.from_ical(data).walk("VEVENT"))


def calendars_of(site: Project, revised=None):
    edition = site.edition()
    events = [item for item in edition.items if item.kind == "events"]
    return calendars.calendar_files(events, NOW, edition.settings, revised or {})


def test_times_are_utc_and_the_uid_is_the_slug_at_the_host(site: Project):
    site.write("events/2026-12-03-talk.md", title="Tea; cake, talk", office="hong-kong")
    (event,) = events_of(calendars_of(site)["events/talk/event.ics"])
    assert event["UID"] == "talk@alumni.fjardholm.example.com"
    assert event["DTSTART"].dt == datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
    assert event["SUMMARY"] == "Tea; cake, talk"


def test_a_past_event_keeps_its_file_but_leaves_the_calendar(site: Project):
    site.write("events/old.md", start="2026-11-01 18:00", end="2026-11-01 19:00")
    site.write("events/new.md")
    files = calendars_of(site)
    assert [e["UID"].split("@")[0] for e in events_of(files["events/calendar.ics"])] == ["new"]
    assert set(files) == {"events/old/event.ics", "events/new/event.ics", "events/calendar.ics"}


def test_the_sequence_rises_with_the_minutes_between_changes(site: Project):
    site.write("events/talk.md")
    sequences = []
    for seconds in (0, 60):
        revised = {"events/talk.md": datetime.fromtimestamp(1_790_000_000 + seconds, UTC)}
        (event,) = events_of(calendars_of(site, revised)["events/talk/event.ics"])
        sequences.append(event["SEQUENCE"])
    assert sequences[1] == sequences[0] + 1


def test_outside_git_the_calendar_is_built_too(site: Project):
    site.write("events/talk.md")
    (event,) = events_of(calendars_of(site)["events/talk/event.ics"])
    assert event["SEQUENCE"] == 0


def test_a_cancelled_event_stays_in_the_calendars_crossed_out(site: Project):
    site.write("events/talk.md", cancelled="true", reason="Storm")
    for data in calendars_of(site).values():
        assert [event["STATUS"] for event in events_of(data)] == ["CANCELLED"]
