"""The email on an event's morning, which opens the door on its host's phone."""

import pytest

from functions.core.aws import table
from functions.core.clock import epoch
from functions.door.rules.opening import mailed_at
from functions.events.store import guest_list_links
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.door.actions import HOME, HOST, Phone, mail_the_door, open_door, two_guests
from tests.functions.events import actions as events
from tests.functions.events.actions import SLUG
from tests.functions.membership import actions as membership
from tests.functions.support import EVENT, SITE_URL

MORNING = epoch("2026-12-03T06:00:00Z")  # 7:00 in Stockholm


@pytest.mark.parametrize(
    ("starts_at", "zone", "mailed"),
    [
        ("2026-12-03T16:30:00Z", "Europe/Stockholm", "2026-12-03T06:00:00Z"),
        ("2026-12-03T10:00:00Z", "Asia/Hong_Kong", "2026-12-02T23:00:00Z"),
        ("2026-12-03T07:30:00Z", "Europe/Stockholm", "2026-12-03T05:30:00Z"),  # at 8:30
    ],
)
def test_the_link_is_mailed_at_seven_or_two_hours_before(starts_at, zone, mailed):
    assert mailed_at(EVENT | {"starts_at": starts_at, "time_zone": zone}) == epoch(mailed)


def test_of_an_event_that_lasts_all_day_the_link_is_mailed_at_seven():
    midnight = "2026-12-02T23:00:00Z"
    assert mailed_at(EVENT | {"starts_at": midnight, "all_day": True}) == MORNING


def mails_about_the_door(now: int) -> list[str]:
    guest_list_links.queue_due(now)
    mails = sent_emails.deliver()
    return [mail["To"] for mail in mails if str(mail["Subject"]).startswith("At the door")]


@pytest.fixture
def scheduled(published):
    guest_list_links.schedule(SLUG, EVENT, published.now)
    return published


def test_the_host_gets_it_once_on_the_morning(scheduled):
    scheduled.now = MORNING - 1
    assert mails_about_the_door(scheduled.now) == []
    scheduled.now = MORNING
    for _ in range(2):
        guest_list_links.schedule(SLUG, EVENT, scheduled.now)
        assert mails_about_the_door(scheduled.now) == [HOST]


def test_its_link_opens_the_door_and_names_no_guest(scheduled):
    events.accepted()
    scheduled.now = MORNING
    assert mails_about_the_door(scheduled.now) == [HOST]
    (mail,) = [m for m in sent_emails.sent() if str(m["Subject"]).startswith("At the door")]
    assert "Ek" not in sent_emails.decoded(mail)
    answer = Phone().press_button(sent_emails.newest_link_to("/door/open"))
    assert answer["headers"]["Location"] == f"{SITE_URL}{HOME}"


def test_an_event_that_is_cancelled_has_no_door(scheduled):
    cancelled = EVENT | {"cancelled": "Sturm"}
    events.publish(cancelled="Sturm")
    guest_list_links.schedule(SLUG, cancelled, scheduled.now)
    scheduled.now = MORNING
    assert mails_about_the_door(scheduled.now) == []


@pytest.mark.parametrize(
    ("sort_as", "names"),
    [("", ["Åsa Ek", "Bo Ek"]), ("Zetterlund", ["Bo Ek", "Åsa Ek"])],
)
def test_a_member_stands_in_the_list_where_they_want_to(scheduled, sort_as, names):
    two_guests()
    key = people.member_key(membership.become_member())
    table.write(table.update(key, "SET #sort_as = :own", {":own": sort_as}))
    mail_the_door()
    assert [party["name"] for party in open_door().list()["parties"]] == names
