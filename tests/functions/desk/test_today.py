"""Today: who waits, what is on this week, what went out, and what needs somebody."""

from typing import Any

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.newsletter import bulk_email
from functions.post.mails import MAILS
from functions.post.rules import LEASE_SECONDS, WAITS_SECONDS
from functions.team.rules import Role
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes


def today(browser) -> str:
    return str(browser.get("/desk/")["body"])


def test_an_empty_desk_says_what_to_do_first(desk):
    assert "Add your colleagues to the team." in today(desk(Role.OWNER))
    assert "bring in the list that you have" in today(desk(Role.COORDINATOR))
    assert "bring in the list" not in today(desk(Role.EDITOR))


def test_what_is_on_within_a_week_is_shown_with_how_full_it_is(desk, cloud):
    events.publish(seats=40)
    events.accepted()
    browser = desk()
    assert "Nothing within seven days." in today(browser)
    assert "Autumn talk" in today(browser)  # the next one
    cloud.pass_(9 * DAY)
    later = desk()
    assert "2 of 40 places taken" in today(later)
    cloud.pass_(10 * DAY)
    assert "Autumn talk" not in today(desk())


def test_another_offices_event_is_not_there(desk):
    events.publish()
    assert "Autumn talk" not in today(desk(Role.COORDINATOR, ("stockholm",)))


def test_an_event_without_a_contact_needs_somebody(desk):
    events.publish(contact=None)
    assert "has no contact: nobody gets the guest list" in today(desk())
    events.publish(contact="anna")
    assert "has no contact" not in today(desk())


@pytest.fixture
def fake_ses(cloud) -> FakeSes:
    bulk_email._contents.clear()
    return FakeSes()


@pytest.mark.parametrize(("days", "is_shown"), [(1, True), (8, False)])
def test_a_newsletter_is_shown_for_a_week_after_it_went_out(desk, fake_ses, cloud, days, is_shown):
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(days * DAY)
    assert ("2 recipients" in today(desk())) is is_shown


def test_a_paused_newsletter_needs_somebody(desk):
    issue_runs.join(1)
    issue_runs.publish()
    issue_runs.tick()
    browser = desk()
    browser.post(f"/desk/newsletters/{issue_runs.SLUG}/pause")
    assert "is paused" in today(browser)


def test_whose_email_came_back_needs_somebody(desk, cloud):
    membership.become_member(name="Åsa Nyström", office="malmo")
    suppression.stop(address_hash("asa@example.com"), suppression.BOUNCE, cloud.now)
    line = "gets no email: one came back"
    assert line in today(desk())
    assert "Nyström" not in today(desk(Role.EDITOR))
    assert "Nyström" not in today(desk(Role.COORDINATOR, ("stockholm",)))
    cloud.pass_(8 * DAY)
    assert line not in today(desk())


def test_who_asked_for_no_more_email_needs_nobody(desk, cloud):
    membership.become_member(name="Åsa Nyström")
    suppression.stop(address_hash("asa@example.com"), suppression.WISH, cloud.now)
    assert "Nyström" not in today(desk())


def test_emails_that_were_given_up_need_somebody(desk, monkeypatch, cloud):
    membership.join()

    def fails(*_: Any) -> None:
        raise ValueError

    monkeypatch.setitem(MAILS, "confirm_join", fails)
    for wait in (0, *WAITS_SECONDS):
        cloud.pass_(wait + LEASE_SECONDS)
        sent_emails.deliver()
    assert "1 email couldn't be sent within a day" in today(desk(Role.EDITOR))
    before = len(sent_emails.sent())
    assert len(sent_emails.deliver()) == before  # it is not tried again
