"""Signing in by link and code, through the real handlers and post."""

from urllib.parse import urlsplit

import pytest

from functions.account import rules
from functions.core.clock import HOUR, MINUTE
from functions.core.mail import limits
from functions.events.store import events as event_store
from tests.functions import sent_emails
from tests.functions.account.browser import Browser, newest_code
from tests.functions.account.conftest import ASA, BO
from tests.functions.events import actions as events
from tests.functions.support import EVENT, NOW, SITE_URL, before_writing, dump, outbox

NOBODY = "nobody@example.com"
SENT = f"{SITE_URL}/me/?step=sent&language=en"


def test_a_member_signs_in_by_the_link(asa, browser):
    answer = browser.ask(ASA)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, SENT)
    link = sent_emails.newest_link()
    shown = browser.open(link)
    assert (shown["statusCode"], 'action="/me/sign-in/link"' in shown["body"]) == (200, True)
    assert not browser.is_signed_in()
    answer = browser.press_button(link)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, f"{SITE_URL}/me/")
    assert browser.is_signed_in()


def test_a_guest_who_never_joined_signs_in_too(bo, browser):
    browser.sign_in(BO)
    page = browser.open("/me/")["body"]
    assert "Bo Ek" in page
    assert "Autumn talk" in page


def test_the_session_cookie_is_for_this_host_alone_and_no_script(asa, browser):
    browser.ask(ASA)
    cookie = browser.press_button(sent_emails.newest_link())["cookies"][0]
    assert cookie.startswith("__Host-alumni=m")
    assert cookie.endswith("; Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Lax")


def test_the_table_holds_no_secret_that_lets_anybody_in(asa, browser):
    browser.ask(ASA)
    code = newest_code()
    browser.press_button(sent_emails.newest_link())
    secret = browser.cookies["__Host-alumni"].partition(".")[2]
    stored = str(dump())
    assert secret not in stored
    assert code.replace(" ", "") not in stored


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_writes(asa, bo):
    answers, writes = [], []
    for email in (ASA, BO, NOBODY):
        before = dump()
        answer = Browser().ask(email)
        answers.append((answer["statusCode"], answer["headers"], answer["body"]))
        added = [item for item in dump() if item not in before]
        writes.append(sorted((item["sk"], *sorted(item)) for item in added))
    assert answers[0] == answers[1] == answers[2]
    assert writes[0] == writes[1] == writes[2]


def test_an_unknown_address_gets_no_email(cloud, browser):
    browser.ask(NOBODY)
    assert sent_emails.deliver() == []
    assert outbox() == []


def test_an_email_holds_no_name_that_nobody_has_confirmed(cloud, browser):
    """A stranger may have typed it into the form of an event."""
    events.publish()
    events.sign_up(name="You won Call 0900", email=NOBODY)
    sent_emails.deliver()
    browser.ask(NOBODY)
    newest = sent_emails.deliver()[-1]
    assert "0900" not in sent_emails.decoded(newest)
    assert "Hello," in sent_emails.text(newest).splitlines()
    browser.press_button(sent_emails.newest_link())
    assert "0900" not in browser.open("/me/?language=en")["body"].partition("</h1>")[0]


def test_a_guest_is_greeted_by_the_name_that_they_confirmed(bo, browser):
    event_store.upsert("another", EVENT, NOW)
    stranger = events.ASA | {"name": "You won Call 0900", "email": BO}
    events.send_request("POST", "/api/events/another/rsvp", form=stranger)
    sent_emails.deliver()
    browser.ask(BO)
    newest = sent_emails.deliver()[-1]
    assert "0900" not in sent_emails.decoded(newest)
    assert "Hello Bo Ek," in sent_emails.text(newest).splitlines()


def test_a_link_works_once_in_any_browser(asa, browser):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    elsewhere = Browser()
    elsewhere.press_button(link)
    assert elsewhere.is_signed_in()
    answer = browser.press_button(link)
    assert (answer["statusCode"], "works once" in answer["body"]) == (410, True)
    assert browser.open(link)["statusCode"] == 410
    assert not browser.is_signed_in()


def test_of_two_who_press_at_once_one_is_signed_in(asa, browser, monkeypatch):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    first = Browser()
    before_writing(monkeypatch, lambda: first.press_button(link))
    assert browser.press_button(link)["statusCode"] == 410
    assert (first.is_signed_in(), browser.is_signed_in()) == (True, False)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_a_link_uses_nothing_up(asa, browser, method):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    before = dump()
    for _ in range(3):
        assert browser.open(link, method)["statusCode"] == 200
    assert dump() == before
    browser.press_button(link)
    assert browser.is_signed_in()


@pytest.mark.parametrize(("passed", "works"), [(15 * MINUTE - 1, True), (15 * MINUTE, False)])
def test_a_link_works_for_fifteen_minutes(asa, browser, cloud, passed, works):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    cloud.pass_(passed)
    browser.press_button(link)
    assert browser.is_signed_in() is works


def test_another_sites_page_signs_nobody_in_or_out(asa, browser):
    browser.ask(ASA)
    link = sent_emails.newest_link()
    for origin in ("https://evil.example", "null", ""):
        answer = browser.post(urlsplit(link).path, origin=origin, token=sent_emails.token_of(link))
        assert answer["statusCode"] == 400
    browser.press_button(link)
    assert browser.post("/me/sign-out", origin="https://evil.example")["statusCode"] == 400
    assert browser.is_signed_in()


def test_a_form_without_an_address_comes_back_with_a_message(cloud, browser):
    answer = browser.ask("asa@")
    assert answer["statusCode"] == 400
    assert "an email address, such as" in answer["body"]
    assert outbox() == []


def test_a_robot_gets_the_same_answer_and_nothing_is_written(asa, browser):
    assert browser.ask(ASA, motto="buy")["headers"]["Location"] == SENT
    assert outbox() == []


def test_a_used_up_budget_changes_neither_answer_nor_page(asa, browser):
    for _ in range(5):
        browser.ask(ASA)
    assert browser.ask(ASA)["headers"]["Location"] == SENT
    assert len(outbox()) <= 5


def test_everybody_is_asked_to_try_later_while_too_many_mails_are_sent(asa, browser, monkeypatch):
    monkeypatch.setattr(limits, "mail_at_all", lambda now: limits.count("m", "all", HOUR, 1, now))
    browser.ask(BO)
    assert {browser.ask(email)["statusCode"] for email in (ASA, NOBODY)} == {429}


# ---- Codes


def test_the_browser_that_asked_signs_in_by_the_code(asa, browser):
    browser.ask(ASA)
    answer = browser.post("/me/sign-in/code", code=newest_code())
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/"
    assert browser.is_signed_in()


def test_a_code_is_worth_nothing_in_another_browser(asa, browser):
    browser.ask(ASA)
    elsewhere = Browser()
    assert "no longer works" in elsewhere.post("/me/sign-in/code", code=newest_code())["body"]
    assert not elsewhere.is_signed_in()


def test_a_code_of_another_request_is_wrong(asa, browser):
    browser.ask(ASA)
    code = newest_code()
    elsewhere = Browser()
    elsewhere.ask(ASA)
    assert "isn't the code" in elsewhere.post("/me/sign-in/code", code=code)["body"]


def test_five_wrong_codes_end_the_code_and_never_the_link(asa, browser):
    browser.ask(ASA)
    code, link = newest_code(), sent_emails.newest_link()
    wrong = "00000000" if code != "0000 0000" else "00000001"
    for _ in range(5):
        assert "isn't the code" in browser.post("/me/sign-in/code", code=wrong)["body"]
    assert "no longer works" in browser.post("/me/sign-in/code", code=code)["body"]
    assert not browser.is_signed_in()
    browser.press_button(link)
    assert browser.is_signed_in()


def test_wrong_codes_for_an_unknown_address_get_the_same_answers(asa):
    answers = {}
    for email in (ASA, NOBODY):
        browser = Browser()
        browser.ask(email)
        tries = [browser.post("/me/sign-in/code", code="12345678") for _ in range(7)]
        answers[email] = [(answer["statusCode"], answer["body"]) for answer in tries]
    assert answers[ASA] == answers[NOBODY]


def test_the_right_code_for_an_unknown_address_lets_nobody_in(cloud, browser):
    browser.ask(NOBODY)
    (sign_in_id,) = (item["pk"].partition("#")[2] for item in dump() if item["sk"] == "SIGNIN")
    code = rules.code(sign_in_id, "signing-" + "s" * 35)
    assert "isn't the code" in browser.post("/me/sign-in/code", code=code)["body"]
    assert not browser.is_signed_in()


def test_many_wrong_codes_suspend_codes_for_everybody_but_links_go_on(asa, monkeypatch, cloud):
    monkeypatch.setattr(rules, "WRONG_CODES_PER_HOUR", 3)
    guesser = Browser()
    guesser.ask(NOBODY)
    for _ in range(3):
        guesser.post("/me/sign-in/code", code="12345678")
    browser = Browser()
    browser.ask(ASA)
    code, link = newest_code(), sent_emails.newest_link()
    assert "switched off" in browser.post("/me/sign-in/code", code=code)["body"]
    assert "switched off" in browser.post("/me/sign-in/code", code="12345678")["body"]
    browser.press_button(link)
    assert browser.is_signed_in()
    cloud.pass_(HOUR)
    later = Browser()
    later.ask(ASA)
    later.post("/me/sign-in/code", code=newest_code())
    assert later.is_signed_in()


@pytest.mark.parametrize("typed", ["{} {}", "{}-{}", " {}{} ", "{}  {}"])
def test_a_code_may_be_typed_as_people_type_it(asa, browser, typed):
    browser.ask(ASA)
    browser.post("/me/sign-in/code", code=typed.format(*newest_code().split()))
    assert browser.is_signed_in()


@pytest.mark.parametrize("typed", ["", "abc", "1234567", "123456789", "١٢٣٤٥٦٧٨"])
def test_what_cannot_be_a_code_is_wrong(asa, browser, typed):
    browser.ask(ASA)
    assert "isn't the code" in browser.post("/me/sign-in/code", code=typed)["body"]
