"""The calendar file of a guest's email, beside the site's own of the same event."""

from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from microsite.content import edition
from microsite.content.items import Event
from microsite.output import calendars, catalogue

from functions.core import calendar_entry
from functions.core.texts import translated
from functions.events import calendar_file
from functions.events.store import events
from tests.company_project import COMPANY
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.test_event_time import ALL_DAY, IN_HONG_KONG, THREE_DAYS
from tests.functions.support import EVENT, NOW, SITE, SITE_URL, written

pytestmark = pytest.mark.usefixtures("cloud")

SAMPLE = edition.read(COMPANY)
SAMPLES = [item for item in SAMPLE.items if isinstance(item, Event)]
WORDS = {"DESCRIPTION"}  # the site's has the summary as well, which the table doesn't keep


def entry_of(content: bytes) -> dict[str, bytes]:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return {name: value.to_ical() for name, value in event.items() if name not in WORDS}


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: event.slug)
def test_an_email_and_the_site_say_the_same(event):
    revised = {event.path: datetime.fromtimestamp(NOW, tz=event.start.tzinfo)}
    known = catalogue.facts(SAMPLE, revised)
    files = calendars.calendar_files([event], known["events"], revised, SAMPLE.now, SAMPLE.settings)
    events.upsert(event.slug, known["events"][event.slug], NOW + 900)
    stored = events.get(event.slug)
    assert stored
    site = known["site"] | {
        "offices": [{**office, "name": "x"} for office in known["site"]["offices"]]
    }
    mailed = calendar_file.attachment(calendar_file.entry(stored, site, "en"), "X")
    assert entry_of(mailed.content) == entry_of(files[calendars.path(event)])


def test_a_change_that_was_not_committed_raises_the_sequence_of_emails():
    for place in ("Hall", "Library", "Hall"):
        actions.publish(revision=3_600_000, place=place)
    event = events.get(actions.SLUG)
    assert event
    assert calendar_file.entry(event, SITE, "en").sequence == 3_600_002


def calendar_of(**facts: Any) -> calendar_entry.Entry:
    actions.publish(**facts)
    event = events.get(actions.SLUG)
    assert event
    return calendar_file.entry(event, translated(SITE, "en"), "en")


def test_an_event_in_hong_kong_read_in_stockholm():
    entry = calendar_of(**IN_HONG_KONG)
    (event,) = Calendar.from_ical(calendar_entry.calendar_file(entry, "X")).walk("VEVENT")
    assert event["DTSTART"].to_ical() == b"20261203T163000Z"
    there = written("Friday 4~December 2026, 00:30-03:00 (Hong Kong time)")
    assert event["DESCRIPTION"].startswith(there)


@pytest.mark.parametrize(
    ("facts", "google", "outlook"),
    [
        (
            {},
            "20261203T163000Z/20261203T190000Z",
            ("2026-12-03T16:30:00Z", "2026-12-03T19:00:00Z", "false"),
        ),
        (ALL_DAY, "20261203/20261204", ("2026-12-03", "2026-12-04", "true")),
        (THREE_DAYS, "20261203/20261206", ("2026-12-03", "2026-12-06", "true")),
    ],
    ids=["an evening", "all day", "several days"],
)
def test_the_forms_of_google_and_outlook_are_filled_in(facts, google, outlook):
    entry = calendar_of(**facts, title="Tea & cake: “talk” + questions")
    theirs = parse_qs(urlsplit(calendar_entry.google_link(entry)).query)
    assert theirs["dates"] == [google]
    assert theirs["text"] == [entry.title]
    assert theirs["location"] == ["Harbour hall, Kajen 1, Malmö"]
    assert theirs["ctz"] == ["Europe/Stockholm"]
    link = calendar_entry.outlook_link(entry)
    assert "+" not in link
    theirs = parse_qs(urlsplit(link).query)
    assert tuple(theirs[name][0] for name in ("startdt", "enddt", "allday")) == outlook
    assert theirs["subject"] == [entry.title]


@given(st.text())
def test_no_text_leaves_its_place_in_a_link_or_file(text):
    """What HR writes is trusted, but may hold anything."""
    entry = calendar_entry.entry("talk", EVENT | {"title": text}, text=text, organiser=None)
    for link in (calendar_entry.google_link(entry), calendar_entry.outlook_link(entry)):
        assert urlsplit(link).hostname in {"calendar.google.com", "outlook.live.com"}
        assert link.isascii()
        assert not set("<>\"' ") & set(link)
    content = calendar_entry.calendar_file(entry, "X")
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1


def test_who_is_signed_up_can_put_the_event_into_a_calendar():
    actions.publish()
    actions.sign_up()
    page = unescape(actions.press_button(actions.newest_link())["body"])
    assert f'href="{SITE_URL}/events/autumn-talk/event.ics"' in page
    assert 'href="https://calendar.google.com/calendar/render?action=TEMPLATE' in page
    assert 'href="https://outlook.live.com/calendar/0/deeplink/compose?' in page


def test_the_email_to_who_is_coming_fills_in_googles_and_outlooks_forms():
    actions.publish()
    actions.accepted()
    mail = unescape(sent_emails.html(sent_emails.sent()[-1]))
    entry = calendar_of()
    for link in (calendar_entry.google_link(entry), calendar_entry.outlook_link(entry)):
        assert f'href="{link}"' in mail


def test_who_waits_is_offered_no_calendar():
    actions.publish(seats=1)
    actions.accepted(guests="0")
    actions.sign_up(name="Eva Berg", email="eva@example.com", guests="0")
    page = actions.press_button(actions.newest_link())["body"]
    assert "waiting list" in page
    assert "calendar" not in page
    (mail,) = sent_emails.deliver()[-1:]
    assert list(mail.iter_attachments()) == []
