"""An event changes: what pages say to whoever follows a link, or reads of the event."""

import pytest

from tests.functions.events import actions
from tests.functions.events.test_event_changes import ILL, LATER
from tests.functions.support import written

pytestmark = pytest.mark.usefixtures("published")


def confirming_page(link):
    return actions.open_link(link)["body"]


def test_the_confirming_page_shows_what_has_changed_since_the_form_was_sent(confirm_link):
    assert "has changed since" not in confirming_page(confirm_link)
    actions.publish(**LATER)
    page = confirming_page(confirm_link)
    assert "This has changed since you signed up" in page
    assert written("Thursday 3~December 2026, 17:30-20:00") in page
    assert written("Friday 4~December 2026, 17:30-20:00") in page


def test_the_confirming_page_mentions_no_change_that_concerns_nobody(confirm_link):
    actions.publish(seats=50, title="Winter talk")
    assert "has changed since" not in confirming_page(confirm_link)


def test_nobody_confirms_for_an_event_other_than_the_page_showed(confirm_link):
    shown = str(actions.event()["sequence"])
    actions.publish(**LATER)
    answer = actions.press_button(confirm_link, shown=shown)
    assert answer["statusCode"] == 409
    assert "This has changed since you signed up" in answer["body"]
    assert actions.rsvp()["status"] == "pending"
    now = str(actions.event()["sequence"])
    assert actions.press_button(confirm_link, shown=now)["statusCode"] == 200
    assert actions.rsvp()["status"] == "accepted"


@pytest.mark.parametrize("shown", ["", "x", "-1", "٣", "9" * 40])
def test_a_broken_number_of_the_facts_does_no_harm(confirm_link, shown):
    assert actions.press_button(confirm_link, shown=shown)["statusCode"] == 200


def test_a_cancelled_event_takes_no_sign_up_and_says_why(published):
    actions.publish(**ILL)
    answer = actions.sign_up(language="sv")
    assert answer["statusCode"] == 409
    assert "The speaker is ill." in answer["body"]
    assert "Evenemanget är inställt" in answer["body"]
    assert actions.rsvp() == {}


def test_a_sign_up_for_an_event_cancelled_meanwhile_cannot_be_confirmed(confirm_link):
    actions.publish(**ILL)
    for answer in (actions.open_link(confirm_link), actions.press_button(confirm_link)):
        assert answer["statusCode"] == 409
        assert "The speaker is ill." in answer["body"]
    assert actions.rsvp()["status"] == "pending"


def test_the_link_to_change_says_that_the_event_is_cancelled(change_link):
    actions.publish(**ILL)
    page = actions.open_link(change_link)["body"]
    assert "This event is cancelled" in page
    assert "You don&#39;t need to do anything." in page or "You don't need" in page
    actions.publish()
    assert actions.open_link(change_link)["statusCode"] == 200


def test_a_cancelled_event_is_closed_for_the_seats_on_its_page(published):
    actions.publish(**ILL)
    answer = actions.send_request("GET", f"/api/events/{actions.SLUG}/seats")
    assert '"open": false' in answer["body"]
