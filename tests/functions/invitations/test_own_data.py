"""Somebody who is invited can ask what we know about them, and have it deleted."""

import pytest

from functions.core.addresses import address_hash
from functions.privacy.store import Person, everything_of
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.test_download import entries
from tests.functions.invitations.actions import EMAIL, invite
from tests.functions.membership import actions as membership
from tests.functions.support import NOW, dump

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def browser():
    invite()
    sent_emails.deliver()
    browser = Browser()
    browser.sign_in(EMAIL)
    return browser


def test_they_sign_in_and_see_what_we_know(browser):
    page = browser.open("/me/")["body"]
    for known in ("Bridge engineer", "Malmö harbour", "30", "2028", "exit talk", "Energy"):
        assert known in page
    assert "/api/invitation?token=" in page


def test_from_their_page_they_join_by_the_same_form(browser):
    page = browser.open("/me/")["body"].replace("&amp;", "&")
    link = page.split('href="https://alumni.example.com', 1)[1].partition('"')[0]
    form = {"name": "Åsa Ek", "office": "malmo", "from_year": "1998", "language": "en"}
    membership.press_button(link, kinds="engineer", **form | membership.boxes("en"))
    assert membership.member_id()


def test_they_download_it(browser):
    (invitation,) = entries(browser.post("/me/download"), "invitation")
    assert (invitation["name"], invitation["agreed_how"]) == ("Åsa Ek", "exit talk")


def test_they_delete_it_and_are_left_alone(browser):
    assert browser.post("/me/leave")["statusCode"] == 303
    left = {item["sk"] for item in dump() if item["pk"] == f"ADDRESS#{address_hash(EMAIL)}"}
    assert "INVITATION" not in left
    assert "LEFT_ALONE" in left


def test_the_wish_to_be_left_alone_can_be_asked_for(browser):
    browser.post("/me/leave")
    kept = everything_of(Person("", address_hash(EMAIL), EMAIL), NOW).entries
    assert "wish to be left alone" in {entry.record.name for entry in kept}


def test_without_an_address_there_is_nobody_to_sign_in():
    invite(email="")
    (item,) = [item for item in dump() if item["sk"] == "INVITATION"]
    invitation_id = item["pk"].partition("#")[2]
    browser = Browser()
    browser.cookies["__Host-alumni"] = f"g{invitation_id}.{'s' * 43}"
    assert "Sign in" in browser.open("/me/")["body"]
