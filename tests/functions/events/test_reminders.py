"""Who is coming is reminded a week before and the day before, each once, also after a move."""

import pytest

from functions.core import clock
from functions.core.clock import DAY, HOUR
from functions.events.store import reminders
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import EVENT, SITE

FIRST, LAST = "Coming up: Autumn talk", "Still coming? Autumn talk"
WEEK_BEFORE = clock.epoch("2026-11-26T08:00:00Z")  # nine in Stockholm
EVE = clock.epoch("2026-12-02T08:00:00Z")


def publish(site=SITE, **facts) -> None:
    actions.publish(**facts)
    reminders.schedule(actions.SLUG, EVENT | facts, site, clock.now())


@pytest.fixture
def coming(cloud):
    """Åsa comes with one guest; Bo has cancelled."""
    publish()
    actions.press_button(actions.accepted(email="bo@example.org"), action="cancel")
    actions.accepted()
    sent_emails.deliver()
    return cloud


def subjects(moment, at: int) -> list[str]:
    """What has been sent by then, of the reminders."""
    moment.now = at
    actions.tick()
    actions.tick()
    sent_emails.deliver()
    return [mail["Subject"] for mail in sent_emails.sent() if mail["Subject"] in {FIRST, LAST}]


def test_both_are_sent_at_nine_on_their_days_and_only_to_who_is_coming(coming):
    assert subjects(coming, WEEK_BEFORE - 1) == []
    assert subjects(coming, WEEK_BEFORE) == [FIRST]
    assert subjects(coming, EVE - 1) == [FIRST]
    assert subjects(coming, EVE + HOUR) == [FIRST, LAST]
    assert {mail["To"] for mail in sent_emails.sent()[-2:]} == {actions.ASA["email"]}


def test_the_last_one_asks_whether_they_are_still_coming(coming):
    subjects(coming, WEEK_BEFORE)
    subjects(coming, EVE)
    text = sent_emails.text(sent_emails.sent()[-1])
    yes, no = sent_emails.links(text)[:2]
    page = actions.open_link(yes)["body"]
    assert "We look forward to seeing you" in page
    assert actions.rsvp()["status"] == "accepted"
    page = actions.open_link(no)["body"]
    assert page.count("<button") == 1
    assert "Cancel my sign-up" in page


def test_nobody_is_reminded_twice_when_the_event_moves(coming):
    assert subjects(coming, WEEK_BEFORE) == [FIRST]
    publish(starts_at="2026-12-13T16:30:00Z", ends_at="2026-12-13T19:00:00Z")
    later = clock.epoch("2026-12-06T08:00:00Z")
    assert subjects(coming, later) == [FIRST]
    assert subjects(coming, later + 6 * DAY) == [FIRST, LAST]


def test_a_change_in_the_minute_in_which_it_is_due_drops_no_reminder(coming):
    coming.now = WEEK_BEFORE + 20
    publish(title="Autumn talk", place="Library")
    assert subjects(coming, WEEK_BEFORE + 60) == [FIRST]


def test_after_an_outage_only_the_last_one_is_sent(coming):
    assert subjects(coming, EVE) == [LAST]


def test_who_signs_up_later_is_reminded_of_what_is_left(coming):
    subjects(coming, WEEK_BEFORE)
    actions.accepted(email="cai@example.net", guests="0")
    assert subjects(coming, EVE) == [FIRST, LAST, LAST]


@pytest.mark.parametrize("facts", [{"cancelled": "Storm"}, {"starts_at": "2026-11-19T16:30:00Z"}])
def test_a_cancelled_event_and_a_morning_that_has_passed_remind_nobody(facts, coming):
    publish(**facts)
    assert subjects(coming, EVE + DAY) == []


def test_an_event_that_is_taken_off_the_site_reminds_nobody(coming):
    reminders.unschedule(actions.SLUG)
    assert subjects(coming, EVE) == []


def test_the_settings_say_how_many_days_and_none_is_never(cloud):
    publish(SITE | {"reminder_days": 3, "last_reminder_days": 0})
    actions.accepted()
    assert subjects(cloud, WEEK_BEFORE) == []
    assert subjects(cloud, clock.epoch("2026-11-30T08:00:00Z")) == [FIRST]
    assert subjects(cloud, EVE + HOUR) == [FIRST]


def test_a_tick_that_dies_half_way_reminds_nobody_twice(coming, monkeypatch):
    actions.accepted(email="cai@example.net", guests="0")
    with monkeypatch.context() as patch:
        patch.setattr(reminders, "move_on", lambda *_: (_ for _ in ()).throw(SystemExit))
        coming.now = WEEK_BEFORE
        with pytest.raises(SystemExit):
            actions.tick()
    assert subjects(coming, WEEK_BEFORE) == [FIRST, FIRST]
