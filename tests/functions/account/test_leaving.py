"""Members leave, and guests have their data deleted, by one button on /me/."""

from functions.core.addresses import address_hash
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.membership import erasing
from functions.membership import handler as membership_handler
from functions.membership.rules import GOODBYE_SECONDS
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA, BO
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import dump


def test_the_page_says_what_goes_and_what_stays_and_changes_nothing(asa, browser):
    events.publish()
    events.accepted()
    browser.sign_in(ASA)
    before = dump()
    page = browser.open("/me/?step=leave")["body"]
    assert "Leave the network?" in page
    assert "your places become free" in page
    assert "Autumn talk" in page
    assert "What stays" in page
    assert dump() == before


def test_a_member_leaves_at_once_and_is_told_by_email(asa, browser):
    events.publish()
    events.accepted()
    browser.sign_in(ASA)
    answer = browser.post("/me/leave", page_language="en")
    assert "step=left" in answer["headers"]["Location"]
    assert people.member(asa) is None
    assert events.event()["free"] == 40
    assert not browser.is_signed_in()
    (last,) = sent_emails.deliver()[-1:]
    assert (last["To"], "deleted" in sent_emails.text(last)) == (ASA, True)


def test_a_guest_who_never_joined_is_deleted_too(bo, browser):
    browser.sign_in(BO)
    page = browser.open("/me/?step=leave")["body"]
    assert "A code of your address with today" in page
    assert "of your consents" not in page
    browser.post("/me/leave")
    assert not erasing.person_at(address_hash(BO)).is_stored
    assert events.event()["free"] == 40


def test_who_left_can_join_again(asa, browser):
    browser.sign_in(ASA)
    browser.post("/me/leave")
    sent_emails.deliver()
    again = membership.become_member()
    assert again != asa
    assert people.member(again).email == ASA


def test_leaving_signs_out_everywhere(asa, browser):
    elsewhere = Browser()
    for one in (browser, elsewhere):
        one.sign_in(ASA)
    browser.post("/me/leave")
    assert not elsewhere.is_signed_in()
    assert not [item for item in dump() if item["pk"].startswith("SESSIONS#")]


def test_what_was_typed_before_an_unused_link_is_gone_with_the_rest(asa, browser, cloud):
    """DynamoDB's TTL may take days."""
    Browser().ask(ASA, draft_name="Åsa Ek-Lund")
    browser.sign_in(ASA)
    browser.post("/me/leave")
    cloud.pass_(GOODBYE_SECONDS)
    membership_handler.tick({"tick": True}, sent_emails.Context())
    assert "Åsa" not in str(dump())


def test_a_link_that_still_works_is_not_swept(asa, browser, cloud):
    browser.ask(ASA, draft_name="Åsa Ek-Lund")
    cloud.pass_(SIGN_IN_SECONDS - 1)
    membership_handler.tick({"tick": True}, sent_emails.Context())
    browser.press_button(sent_emails.newest_link())
    assert browser.is_signed_in()


def test_pressing_twice_harms_nothing(asa, browser):
    browser.sign_in(ASA)
    cookies = dict(browser.cookies)
    browser.post("/me/leave")
    before = [item for item in dump() if item["sk"] != "LIMIT"]
    browser.cookies = cookies
    assert 'action="/me/sign-in"' in browser.post("/me/leave")["body"]
    assert [item for item in dump() if item["sk"] != "LIMIT"] == before


def test_neither_another_sites_page_nor_somebody_signed_out_erases_anybody(asa, browser):
    assert 'action="/me/sign-in"' in browser.post("/me/leave")["body"]
    browser.sign_in(ASA)
    assert browser.post("/me/leave", origin="https://evil.example")["statusCode"] == 400
    assert people.member(asa)
