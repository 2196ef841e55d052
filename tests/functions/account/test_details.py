"""A member changes their own details on /me/."""

import html
import re

import pytest

from functions.account import rules
from functions.core.clock import HOUR
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.membership import actions as membership
from tests.functions.support import SITE_URL, before_writing, dump, written

WANTED = {
    "name": "Åsa Ek-Lund",
    "office": "stockholm",
    "from_year": "1998",
    "to_year": "2019",
    "kinds": ["engineer", "retired"],
    "interests": ["law"],
    "language": "sv",
    "frequency": "quarterly",
}


@pytest.fixture
def own_page(asa, browser):
    """Åsa's browser, signed in."""
    browser.sign_in(ASA)
    return browser


def test_a_member_changes_every_detail(own_page, asa):
    answer = own_page.post("/me/details", **WANTED)
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=saved&language=sv"
    member = people.member(asa)
    assert (member.name, member.office, member.language) == ("Åsa Ek-Lund", "stockholm", "sv")
    assert (member.kinds, member.interests) == (("engineer", "retired"), ("law",))
    assert (member.frequency, member.email) == ("quarterly", ASA)


def test_a_header_holds_no_character_of_the_form(own_page, asa):
    """A choice may hold invisible marks, which come along when text is copied."""
    answer = own_page.post("/me/details", **WANTED | {"language": "s\u200bv"})
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=saved&language=en"
    assert people.member(asa).language == "sv"


def test_a_member_may_have_no_topics(own_page, asa):
    without = {name: value for name, value in WANTED.items() if name != "interests"}
    assert own_page.post("/me/details", **without)["statusCode"] == 303
    assert people.member(asa).interests == ()


def test_a_form_without_fields_comes_back_with_a_message_for_each(own_page):
    answer = own_page.post("/me/details")
    assert answer["statusCode"] == 400
    assert answer["body"].count('href="#details-') == 6


def test_saving_says_so_in_the_new_language(own_page):
    answer = own_page.post("/me/details", **WANTED)
    page = own_page.open(answer["headers"]["Location"].removeprefix(SITE_URL))["body"]
    assert "Dina ändringar är sparade." in page
    assert "Hej Åsa Ek-Lund" in page


def test_what_was_changed_is_kept_and_shown_in_words(own_page, asa):
    own_page.post("/me/details", **WANTED | {"language": "en"})
    (change,) = people.corrections(asa)
    assert (change.by, change.before["name"]) == ("the member", "Åsa Ek")
    page = own_page.open("/me/")["body"]
    assert written("18 November 2026, 12:06").replace(" ", "\N{NO-BREAK SPACE}", 1) in page
    assert "changed by you" in page
    assert "<del>Malmö harbour</del> → <ins>Stockholm</ins>" in page
    assert "<del>Every issue</del>" in page


def test_the_choice_of_frequency_and_topics_is_a_consent_record_too(own_page, asa):
    own_page.post("/me/details", **WANTED)
    newest = consents.of_member(asa)[-1]
    assert (newest.how, newest.preferences.frequency) == ("form on their own page", "quarterly")


def test_saving_what_is_there_writes_nothing_about_the_member(own_page):
    def of_the_member():
        return [item for item in dump() if item["pk"].startswith("MEMBER")]

    own_page.post("/me/details", **WANTED)
    before = of_the_member()
    own_page.post("/me/details", **WANTED)
    assert of_the_member() == before


def test_a_wrong_field_comes_back_with_a_message_and_nothing_is_saved(own_page, asa):
    before = people.member(asa)
    answer = own_page.post("/me/details", **WANTED | {"from_year": "soon", "kinds": []})
    assert answer["statusCode"] == 400
    assert 'href="#details-from_year"' in answer["body"]
    assert 'href="#details-kinds"' in answer["body"]
    assert 'value="Åsa Ek-Lund"' in answer["body"]
    assert people.member(asa) == before


def test_of_two_changes_at_once_both_are_kept(own_page, asa, monkeypatch):
    def unsubscribe():
        people.stop_newsletter(asa, "one click", 1)

    before_writing(monkeypatch, unsubscribe)
    own_page.post("/me/details", **WANTED)
    member = people.member(asa)
    assert (member.name, member.newsletter) == ("Åsa Ek-Lund", False)


def test_who_is_not_signed_in_changes_nothing(asa, browser):
    before = people.member(asa)
    answer = browser.post("/me/details", **WANTED)
    assert 'action="/me/sign-in"' in answer["body"]
    assert people.member(asa) == before


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(own_page, asa, cloud):
    own_page.open("/me/")
    cloud.pass_(13 * HOUR)
    answer = own_page.post("/me/details", **WANTED | {"language": "en"})
    assert "nothing is saved yet" in answer["body"]
    assert people.member(asa).name == "Åsa Ek"
    own_page.ask(ASA, **hidden_fields(answer["body"]))
    own_page.press_button(sent_emails.newest_link())
    page = own_page.open("/me/")["body"]
    assert "saved yet" in page
    assert 'value="Åsa Ek-Lund"' in page
    assert people.member(asa).name == "Åsa Ek"
    own_page.post("/me/details", **WANTED)
    assert people.member(asa).name == "Åsa Ek-Lund"
    assert not [item for item in dump() if item.get("draft")]


def hidden_fields(body):
    fields = {}
    for name, value in re.findall(r'type="hidden" name="(draft_\w+)" value="([^"]*)"', body):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def test_a_strangers_draft_does_not_come_with_the_link(asa, browser):
    stranger = Browser()
    stranger.ask(ASA, draft_name="Mallory")
    browser.press_button(sent_emails.newest_link())
    page = browser.open("/me/")["body"]
    assert "Mallory" not in page
    assert not [item for item in dump() if item.get("draft")]


def test_a_draft_is_cut_to_what_the_form_could_hold(asa, browser):
    browser.ask(ASA, draft_name="x" * 5000, draft_kinds=["y"] * 80, draft_other="z")
    (item,) = (item for item in dump() if item["sk"] == "SIGNIN")
    assert item["draft"] == {"name": ["x" * 100], "kinds": ["y"] * 40}


def test_a_guest_has_no_details_to_change(bo, browser):
    browser.sign_in(bo)
    before = [item for item in dump() if item["sk"] != "LIMIT"]
    assert "/me/details" not in browser.open("/me/")["body"]
    browser.post("/me/details", **WANTED)
    assert [item for item in dump() if item["sk"] != "LIMIT"] == before


def test_another_members_details_stay_whatever_the_form_says(own_page):
    other = membership.become_member(email="bo@example.com", name="Bo Ek")
    own_page.post("/me/details", **WANTED | {"id": other, "member_id": other, "email": "x@y.se"})
    assert people.member(other).name == "Bo Ek"


def test_another_sites_page_changes_nothing(own_page, asa):
    before = people.member(asa)
    assert (
        own_page.post("/me/details", origin="https://evil.example", **WANTED)["statusCode"] == 400
    )
    assert people.member(asa) == before


def test_a_session_may_save_so_often_an_hour(own_page, cloud, monkeypatch):
    monkeypatch.setattr(rules, "POSTS_PER_SESSION_PER_HOUR", 2)
    answers = [own_page.post("/me/details", **WANTED)["statusCode"] for _ in range(3)]
    assert answers == [303, 303, 429]
    cloud.pass_(HOUR)
    assert own_page.post("/me/details", **WANTED)["statusCode"] == 303
