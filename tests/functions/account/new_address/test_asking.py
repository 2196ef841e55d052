"""A member asks for another address on /me/: only that one is emailed, and nobody learns more."""

import pytest

from functions.account import rules
from functions.core import settings
from functions.core.clock import DAY, HOUR
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.account.new_address.actions import NEW, ask
from tests.functions.account.test_details import hidden_fields
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.support import SITE_URL, break_at_once, but_limits, dump, outbox, table_calls


def test_asking_changes_nothing_and_emails_only_the_new_address(own_page, asa):
    before = len(sent_emails.sent())
    answer = ask(own_page)
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=address&language=en"
    (mail,) = sent_emails.deliver()[before:]
    assert (mail["To"], "Åsa" in sent_emails.decoded(mail)) == (NEW, False)
    assert ASA not in sent_emails.decoded(mail)
    assert people.member(asa).email == ASA
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]


def test_asking_costs_and_answers_the_same_whoever_has_the_address(own_page, cloud):
    membership.become_member(email="member@example.com")
    events.publish()
    events.accepted(email="guest@example.com")
    answers = [
        table_calls(lambda address=f"{who}@example.com": ask(own_page, address))
        for who in ("nobody", "member", "guest")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_an_address_that_is_taken_says_so_to_its_reader_and_to_nobody_else(own_page, asa):
    membership.become_member(email=NEW)
    ask(own_page)
    mail = sent_emails.deliver()[-1]
    assert (mail["To"], "in use" in mail["Subject"]) == (NEW, True)
    assert sent_emails.links(sent_emails.text(mail)) == []
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]
    assert people.member(asa).email == ASA


@pytest.mark.parametrize(
    ("address", "message"),
    [("no address", "Please enter an email address"), ("Asa@Example.com", "your address already")],
)
def test_a_wrong_address_comes_back_with_a_message(own_page, address, message):
    before = but_limits()
    answer = ask(own_page, address)
    assert answer["statusCode"] == 400
    assert message in answer["body"]
    assert f'value="{address}"' in answer["body"]
    assert 'value="Åsa Ek"' in answer["body"]  # the form of details shows what is saved
    assert but_limits() == before


def test_one_person_has_so_many_addresses_emailed_a_day(own_page, cloud):
    for number in range(rules.NEW_ADDRESSES_PER_DAY):
        assert ask(own_page, f"new{number}@example.net")["statusCode"] == 303
    assert "several times" in ask(own_page)["body"]
    assert len(outbox()) == rules.NEW_ADDRESSES_PER_DAY
    assert [m["To"] for m in sent_emails.deliver()][-1] == "new4@example.net"  # the newest one only
    cloud.pass_(DAY)
    own_page.sign_in(ASA)
    assert ask(own_page)["statusCode"] == 303


def test_an_inbox_that_has_had_its_emails_gets_no_more_and_nobody_sees_it(
    own_page, monkeypatch, cloud
):
    monkeypatch.setenv("MAILS_PER_ADDRESS_PER_DAY", "1")
    settings.settings.cache_clear()
    first = ask(own_page)
    assert ask(own_page) == first
    assert len(outbox()) == 1
    assert f"We have emailed a link to {NEW}" in own_page.open("/me/")["body"]


def test_the_breaker_over_all_emails_holds_here_too(own_page, monkeypatch):
    break_at_once(monkeypatch)
    assert ask(own_page)["statusCode"] == 429


def test_another_sites_page_and_somebody_signed_out_ask_for_nothing(own_page, asa):
    before = but_limits()
    answer = own_page.post("/me/address", origin="https://evil.example", new_email=NEW)
    assert answer["statusCode"] == 400
    assert 'action="/me/sign-in"' in ask(Browser())["body"]
    assert but_limits() == before


def test_asking_counts_against_the_session(own_page, monkeypatch):
    monkeypatch.setattr(rules, "POSTS_PER_SESSION_PER_HOUR", 1)
    assert [ask(own_page)["statusCode"] for _ in range(2)] == [303, 429]


def test_an_address_typed_when_the_session_ended_is_there_after_signing_in(own_page, cloud):
    long = f"{'x' * 60}@{'y' * 60}.{'z' * 60}.example.com"
    cloud.pass_(13 * HOUR)
    answer = ask(own_page, long)
    own_page.ask(ASA, **hidden_fields(answer["body"]))
    own_page.press_button(sent_emails.newest_link())
    page = own_page.open("/me/")["body"]
    assert f'value="{long}"' in page
    assert page.count("It isn't saved yet") == 1
    assert 'value="Åsa Ek"' in page
    ask(own_page, long)
    assert not [item for item in dump() if item.get("draft")]


def test_a_guest_is_told_what_they_can_do(bo, browser):
    browser.sign_in(bo)
    page = browser.open("/me/")["body"]
    assert "To use another address" in page
    assert 'action="/me/address"' not in page
    assert 'action="/me/sign-in"' in ask(browser)["body"]
