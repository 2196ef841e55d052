"""Rsvp's mails as their readers get them, and the calendar file that goes with them."""

import pytest
from icalendar import Calendar

from functions.core.aws import table
from functions.core.clock import DAY
from functions.events import event_time
from functions.events.store import events, rsvps
from functions.post.mails import MAILS
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import NOW, SITE, written

pytestmark = pytest.mark.usefixtures("published")


def calendar(mail):
    (part,) = mail.iter_attachments()
    return part, Calendar.from_ical(part.get_content())


def test_the_confirmation_email_gives_time_and_place_and_has_one_link():
    actions.sign_up()
    (mail,) = sent_emails.deliver()
    text = sent_emails.text(mail)
    assert mail["Subject"] == "Please confirm your sign-up: Autumn talk"
    for fact in (written("Thursday 3~December 2026, 17:30-20:00"), "Harbour hall, Kajen 1, Malmö"):
        assert fact in text
        assert fact in sent_emails.html(mail)
    assert len(actions.links(text)) == len(set(actions.links(sent_emails.html(mail)))) == 1
    assert list(mail.iter_attachments()) == []


def test_before_confirming_the_email_holds_nothing_that_the_form_held():
    actions.sign_up(name="Win a car", guests="1", dietary="Call Zaphod at once")
    (mail,) = sent_emails.deliver()
    everything = sent_emails.decoded(mail)
    for typed in ("Win a car", "Zaphod", "Guests", "Dietary"):
        assert typed not in everything
    assert "Hello," in sent_emails.text(mail).splitlines()


def test_a_form_sent_again_after_cancelling_is_unconfirmed_too():
    actions.press_button(actions.accepted(), action="cancel")
    actions.sign_up(name="Win a car", dietary="Call Zaphod at once")
    mail = sent_emails.deliver()[-1]
    assert mail["Subject"] == "Please confirm your sign-up: Autumn talk"
    for typed in ("Win a car", "Zaphod", "Åsa", "No nuts"):
        assert typed not in sent_emails.decoded(mail)


def test_the_email_after_confirming_lists_contact_guests_and_dietary_needs():
    actions.accepted()
    text = sent_emails.text(sent_emails.sent()[-1])
    for fact in ("Anna Lindqvist, Head of Alumni", "Guests: 1", "Dietary requirements: No nuts"):
        assert fact in text


def test_the_calendar_file_holds_the_event_in_utc_with_a_stable_uid():
    actions.accepted()
    part, file = calendar(sent_emails.sent()[-1])
    (event,) = file.walk("VEVENT")
    assert (part.get_filename(), part.get_content_type()) == ("event.ics", "text/calendar")
    assert file["METHOD"] == part.get_param("method") == "PUBLISH"
    assert event["UID"] == "autumn-talk@alumni.example.com"
    assert event["DTSTART"].to_ical() == b"20261203T163000Z"
    assert event["DTEND"].to_ical() == b"20261203T190000Z"
    assert event["LOCATION"] == "Harbour hall, Kajen 1, Malmö"
    assert event["ORGANIZER"] == "mailto:anna@fjardholm.test"
    assert "ATTENDEE" not in event


def test_no_control_character_of_an_event_reaches_its_emails():
    actions.publish(title="Autumn\x07 talk", place="Harbour\x1b hall", address="Kajen\x00 1")
    actions.accepted()
    mail = sent_emails.sent()[-1]
    assert mail["Subject"].endswith("Autumn talk")
    _, file = calendar(mail)
    (event,) = file.walk("VEVENT")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Autumn talk", "Harbour hall, Kajen 1")
    assert not set("\x00\x07\x1b") & set(sent_emails.decoded(mail))


def test_moving_an_event_raises_its_calendar_sequence():
    link = actions.accepted()
    _, first = calendar(sent_emails.sent()[-1])
    actions.publish(place="Library")
    actions.press_button(link, action="save", guests="0", dietary="")
    _, second = calendar(sent_emails.deliver()[-1])
    numbers = [file.walk("VEVENT")[0]["SEQUENCE"] for file in (first, second)]
    assert numbers[1] > numbers[0]


def test_changing_and_cancelling_each_send_an_email():
    actions.press_button(actions.accepted(), action="save", guests="0", dietary="")
    changed = sent_emails.deliver()[-1]
    assert changed["Subject"] == "Your sign-up has been changed: Autumn talk"
    actions.press_button(actions.newest_link(), action="cancel")
    cancelled = sent_emails.deliver()[-1]
    assert cancelled["Subject"] == "You are no longer signed up: Autumn talk"
    assert "you can come back here" in " ".join(sent_emails.text(cancelled).split())


@pytest.mark.parametrize("name", ["guests", "dietary"])
def test_empty_fields_are_left_out_of_the_email(name):
    actions.accepted(guests="0", dietary="")
    text = sent_emails.text(sent_emails.sent()[-1])
    assert {"guests": "Guests", "dietary": "Dietary requirements"}[name] not in text


def test_an_event_without_a_contact_still_sends_its_emails():
    actions.publish(contact=None, address=None)
    actions.accepted()
    lines = sent_emails.text(sent_emails.sent()[-1]).splitlines()
    assert "Where: Harbour hall" in lines
    assert not [line for line in lines if line.startswith("Contact")]


def test_values_typed_by_people_are_escaped():
    actions.accepted(dietary="<img src=x> & %(name)s {{ 7*7 }}")
    mail = sent_emails.sent()[-1]
    assert "<img src=x> & %(name)s {{ 7*7 }}" in sent_emails.text(mail)
    assert "&lt;img src=x&gt; &amp; %(name)s {{ 7*7 }}" in sent_emails.html(mail)


def test_an_outdated_email_is_dropped(published):
    actions.sign_up()
    published.pass_(2 * DAY)
    assert sent_emails.deliver() == []


def test_an_email_about_a_deleted_sign_up_is_dropped():
    actions.sign_up()
    key = rsvps.rsvp_key(actions.SLUG, actions.rsvp()["sk"].removeprefix("RSVP#"))
    table.write(table.delete(key))
    assert sent_emails.deliver() == []


def test_post_can_send_every_email_of_events():
    ours = {name for name, mail in MAILS.items() if mail.__module__ == "functions.events.mails"}
    wanted = {
        "confirm_rsvp",
        "already_signed_up",
        "rsvp_accepted",
        "rsvp_changed",
        "rsvp_cancelled",
    }
    assert wanted <= ours


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, "Thursday 3~December 2026, 17:30-20:00"),
        ({"time_zone": "Asia/Hong_Kong"}, "Friday 4~December 2026, 00:30-03:00 (Hong Kong time)"),
        (
            {"ends_at": "2026-12-04T00:00:00Z"},
            "Thursday 3~December 2026, 17:30~- Friday 4~December 2026, 01:00",
        ),
    ],
)
def test_times_are_shown_in_the_time_zone_of_the_event(facts, shown):
    actions.publish(**facts)
    event = events.get(actions.SLUG)
    assert event
    assert event_time.when(event, SITE, "en") == written(shown)


def test_the_zone_of_an_event_is_named_by_its_city_once_its_office_has_left_the_settings():
    actions.publish(time_zone="Asia/Hong_Kong", office="closed-office")
    event = events.get(actions.SLUG)
    assert event
    assert "(Hong Kong time)" in event_time.when(event, SITE, "en")
    actions.sign_up()
    assert "(Hong Kong time)" in sent_emails.text(sent_emails.deliver()[-1])


def test_a_new_events_sequence_starts_like_the_sites_calendar():
    assert actions.event()["sequence"] == (NOW - 1_577_836_800) // 60
