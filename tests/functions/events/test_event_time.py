"""When an event is, as its guests read it: on pages, in emails, and in their calendar."""

import pytest

from functions.events import event_time
from functions.events.store import events
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import SITE, written

pytestmark = pytest.mark.usefixtures("cloud")

ALL_DAY = {
    "all_day": True,
    "starts_at": "2026-12-02T23:00:00Z",
    "ends_at": "2026-12-03T23:00:00Z",
    "closes_at": "2026-12-02T23:00:00Z",
}
THREE_DAYS = ALL_DAY | {"ends_at": "2026-12-05T23:00:00Z"}
IN_HONG_KONG = {"time_zone": "Asia/Hong_Kong", "office": "hong-kong"}


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (ALL_DAY, "Thursday 3~December 2026, all day"),
        (THREE_DAYS, "Thursday 3~December 2026~- Saturday 5~December 2026"),
        (
            {"ends_at": "2026-12-05T11:00:00Z"},
            "Thursday 3~December 2026, 17:30~- Saturday 5~December 2026, 12:00",
        ),
        (IN_HONG_KONG, "Friday 4~December 2026, 00:30-03:00 (Hong Kong time)"),
    ],
    ids=["all day", "several days", "several days with times", "Hong Kong read in Stockholm"],
)
def test_a_guest_reads_when_it_is_on_the_page_and_in_the_email(facts, shown):
    actions.publish(**facts)
    actions.sign_up()
    page = actions.press_button(actions.newest_link())
    assert written(shown) in page["body"]
    mail = sent_emails.deliver()[-1]
    assert written(shown) in sent_emails.text(mail)
    assert written(shown) in sent_emails.html(mail)


def test_the_hour_that_comes_twice_in_autumn():
    """Both read 02:30 on the clock; what is stored tells them apart."""
    first, second = "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"
    for begins in (first, second):
        actions.publish(starts_at=begins, closes_at=begins, ends_at="2027-10-31T03:00:00Z")
        event = events.get(actions.SLUG)
        assert event
        assert event_time.when(event, SITE, "en") == written("Sunday 31~October 2027, 02:30-04:00")
        assert event_time.morning_before(event.facts, 1) == 1_824_879_600  # 30 October, 09:00


def test_who_is_coming_hears_that_an_event_has_got_a_time():
    actions.publish(**ALL_DAY)
    actions.accepted()
    sent_emails.deliver()
    times = {name: ALL_DAY[name] for name in ("starts_at", "ends_at", "closes_at")}
    actions.publish(**times)
    actions.tick()
    (mail,) = sent_emails.deliver()[-1:]
    assert f"Was: {written('Thursday 3~December 2026, all day')}" in sent_emails.text(mail)
