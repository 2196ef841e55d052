"""The sign-ups on somebody's own page, with what they can do about each."""

import re

from functions.core.clock import DAY
from functions.door.rules.tickets import spaced
from functions.events.store import rsvps
from tests.functions import sent_emails
from tests.functions.account.conftest import ASA, BO
from tests.functions.events import actions as events

CHANGE = "Change or cancel"


def test_a_coming_event_can_be_changed_by_its_own_link(bo, browser):
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    assert "Autumn talk" in page
    assert "<p>signed up ·" in page
    assert CHANGE in page
    assert "/api/rsvp/change?token=" in page


def test_a_cancelled_event_says_so_and_offers_nothing(bo, browser):
    events.publish(cancelled="The speaker is ill.")
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    assert "This event is cancelled" in page
    assert CHANGE not in page
    assert "Sign up again" not in page


def test_whoever_cancelled_can_sign_up_again_while_the_event_is_open(bo, browser):
    events.press_button(events.newest_link(), action="cancel")
    sent_emails.deliver()
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    assert "no longer signed up" in page
    assert CHANGE not in page
    assert "Sign up again" in page


def test_a_past_event_is_shown_and_can_not_be_changed(bo, browser, cloud):
    cloud.pass_(20 * DAY)
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    assert page.index("Past events") < page.index("Autumn talk")
    assert CHANGE not in page


def test_each_section_of_the_page_is_linked_at_its_top(bo, asa, browser):
    for address in (BO, ASA):
        browser.sign_in(address)
        page = browser.open("/me/")["body"]
        top = page.partition("<nav")[2].partition("</nav>")[0]
        assert re.findall(r'href="#(\w+)"', top) == re.findall(r'<h2 id="(\w+)"', page)


def test_a_coming_event_has_its_ticket_as_picture_and_code(bo, browser):
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    (rsvp,) = rsvps.of_event(events.SLUG)
    assert spaced(rsvp.ticket) in page
    assert 'src="data:image/svg+xml' in page


def test_whoever_cancelled_or_was_there_has_no_ticket(bo, browser, cloud):
    browser.sign_in(BO)
    cloud.pass_(20 * DAY)
    browser.sign_in(BO)
    assert "Your ticket" not in browser.open("/me/")["body"]
