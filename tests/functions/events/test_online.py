"""Online and hybrid events: the link is for whoever has a place, and nowhere else."""

import pytest

from functions.events import online
from functions.events.store import online_links
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.events import actions
from tests.functions.membership import actions as membership

LINK = "https://meet.example.com/autumn?room=7"


@pytest.fixture(autouse=True)
def hybrid(cloud):
    actions.publish(attend="both")
    online_links.change(actions.SLUG, LINK)


def newest_text():
    sent_emails.deliver()
    return sent_emails.text(sent_emails.sent()[-1])


def test_the_link_comes_with_the_place_and_not_before():
    actions.sign_up()
    assert LINK not in newest_text()
    page = actions.press_button(actions.newest_link())
    assert LINK not in page["body"]
    assert LINK in newest_text()


def test_whoever_waits_doesnt_get_it():
    actions.publish(attend="both", seats=1)
    actions.sign_up()
    actions.press_button(actions.newest_link(), queue="yes")
    assert "waiting list" in newest_text()
    assert LINK not in newest_text()


def test_a_link_that_is_entered_later_comes_with_the_reminder(cloud):
    online_links.change(actions.SLUG, "")
    actions.accepted()
    assert LINK not in newest_text()
    online_links.change(actions.SLUG, LINK)
    actions.sign_up()
    assert LINK in newest_text()


def test_an_event_that_is_no_longer_online_has_none():
    actions.publish()
    actions.accepted()
    assert LINK not in newest_text()


def test_it_stands_on_the_persons_own_page():
    membership.become_member()
    sent_emails.deliver()
    actions.accepted(email=str(membership.ASA["email"]))
    browser = Browser()
    browser.sign_in(str(membership.ASA["email"]))
    assert LINK.replace("&", "&amp;") in browser.open("/me/")["body"]


def test_it_is_erased_with_the_sign_ups(cloud):
    actions.accepted()
    cloud.pass_(100 * 86_400)
    actions.tick()
    assert online_links.get(actions.SLUG) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("meet.example.com", "http://meet.example.com", "https://", "https://localhost"),
        *("javascript:alert(1)", "https://a@example.com/", "https://example.com/a b"),
        *("https://exa\nmple.com/", "https://[::1", "https://example.com/" + "x" * 500),
    ],
)
def test_what_is_no_link_is_refused(text):
    assert not online.is_link(text)


def test_a_usual_link_is_one():
    assert online.is_link(LINK)
