"""Whoever reads Swedish or German gets no English words of ours, on any page and in any email."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.core import site
from functions.core.aws import table
from functions.core.web import pages
from functions.people.store import consents
from functions.post.mails import MAILS
from tests import english
from tests.functions import sent_emails
from tests.functions.events import actions as events
from tests.functions.every_email import emails_of_every_kind
from tests.functions.every_page import (
    show_a_guest_every_page,
    show_a_member_every_page,
    show_a_visitor_every_page,
    show_an_invited_member_every_page,
    show_old_links_to_join,
    show_somebody_invited_every_page,
    show_somebody_who_came_every_page,
    show_the_team_every_guest_list,
    show_who_waits,
)
from tests.functions.membership import actions
from tests.functions.support import SITE

LANGUAGES = ("sv", "de")
PAGES = Path(__file__).parents[2] / "functions"
PARTS = {"answer_fields", "contact", "fields", "event_facts", "join_form", "preferences_form"}
PARTS |= {"consent_boxes", "join_fields"}
PARTS |= {
    "guest_details",
    "guest_name",
    "guest_tables",
    "newest_link",
    "rsvp_form",
    "sign_up_again",
}
PARTS |= {"calendars", "cancel_form", "changes", "waiting_list_rule"}
PARTS |= {"asking", "own_state", "questions"}
PARTS |= {"your_data"}  # a file, which the tests of downloads read
PARTS |= {"details_form", "email_form", "stays_fields", "stop_form", "stopped_notice"}
NAMED = ("invitation", "address", "consents", "devices", "download", "events", "history")
PARTS |= {f"{name}_section" for name in NAMED}

pytestmark = [pytest.mark.takes_minutes, pytest.mark.usefixtures("cloud")]


def settings_texts(facts: Any, language: str) -> Iterator[tuple[str, str]]:
    """Each text of the settings that has one wording for each language."""
    if isinstance(facts, dict) and "en" in facts:
        yield facts["en"], facts[language]
    elif isinstance(facts, (dict, list)):
        for fact in facts.values() if isinstance(facts, dict) else facts:
            yield from settings_texts(fact, language)


def left_in_english(text: str, language: str) -> set[str]:
    return english.leftovers(text, language, settings_texts(SITE, language))


# ---- Emails


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_wholly_in_the_language_that_was_chosen(language):
    mails = emails_of_every_kind(language)
    assert len(mails) >= len(MAILS)
    for mail in mails:
        html = sent_emails.html(mail)
        shown = " ".join((mail["Subject"], sent_emails.text(mail), english.visible(html)))
        assert left_in_english(shown, language) == set(), mail["Subject"]
        assert mail["Content-Language"] == language
        assert f'lang="{language}"' in html


def test_the_check_above_finds_english():
    shown = sent_emails.text(emails_of_every_kind("en")[0])
    assert all(left_in_english(shown, language) for language in LANGUAGES)


# ---- Pages


@pytest.fixture
def shown(monkeypatch):
    """Template → the pages that functions answered from it."""
    rendered: dict[str, list[str]] = {}
    render = pages.render

    def noted(template: str, title: str, **context: Any) -> str:
        html = render(template, title, **context)
        rendered.setdefault(template, []).append(html)
        return html

    monkeypatch.setattr(pages, "render", noted)
    return rendered


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_in_the_language_of_its_reader(shown, language, cloud):
    show_a_member_every_page(language)
    show_a_guest_every_page(language)
    show_an_invited_member_every_page(language)
    show_somebody_who_came_every_page(language)
    show_the_team_every_guest_list(language, cloud)
    show_old_links_to_join(language, cloud)
    show_somebody_invited_every_page(language)
    show_a_visitor_every_page(language, cloud)
    show_who_waits(language)
    assert set(shown) == every_page() - PAGES_OF_NOBODY
    for template, bodies in shown.items():
        for body in bodies:
            assert f"<html lang='{language}'>" in body, template
            assert left_in_english(english.visible(body), language) == set(), template


@pytest.mark.parametrize("language", LANGUAGES)
def test_joining_is_in_one_language_all_the_way(shown, language):
    """From the form with a mistake to the page that says goodbye: pages, emails and the consent."""
    form = {"language": language, **actions.shown_in(language)}
    assert actions.join(name="", **form)["statusCode"] == 400
    actions.join(**form)
    confirm = sent_emails.newest_link()
    actions.open_link(confirm)
    assert actions.press_button(confirm)["statusCode"] == 200  # no page of the site's language
    assert actions.open_link(confirm)["statusCode"] == 200
    member_id = actions.member_id()
    actions.unsubscribe(member_id)
    actions.subscribe_again(member_id)
    actions.begin_erasing()
    actions.open_link(confirm)
    mails = sent_emails.deliver()
    bodies = [english.visible(body) for every in shown.values() for body in every]
    texts = [sent_emails.text(mail) for mail in mails] + [str(mail["Subject"]) for mail in mails]
    assert len(bodies) >= 5
    for text in bodies + texts:
        assert left_in_english(text, language) == set(), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_consent_is_recorded_in_the_language_in_which_it_was_shown(language):
    member_id = actions.become_member(language="en", **actions.shown_in(language))
    assert {given.agreement.language for given in consents.of_member(member_id)} == {language}


PAGES_OF_NOBODY = {f"core/{name}.html" for name in ("bad_request", "gone", "too_many")}
PAGES_OF_NOBODY |= {"membership/erased.html"}


def every_page() -> set[str]:
    files = [f for f in PAGES.glob("*/pages/*.html") if f.parts[-3] != "desk"]  # has its own test
    return {f"{f.parts[-3]}/{f.name}" for f in files if f.stem not in PARTS}


def speak_first(language):
    """A company whose site is in another language than English."""
    known = SITE | {"languages": [language, "en"]}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(PAGES_OF_NOBODY))
def test_a_page_for_an_unknown_reader_is_in_the_sites_language(language, template):
    speak_first(language)
    body = pages.render(template, "This link no longer works")
    assert f"<html lang='{language}'>" in body
    assert left_in_english(english.visible(body), language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invalid_link_is_answered_in_the_links_language(language):
    query = {"token": "forged", "language": language}
    for path in (events.CONFIRM, events.CHANGE):
        answer = events.send_request("GET", path, query=query)
        assert (answer["statusCode"], f"<html lang='{language}'>" in answer["body"]) == (410, True)
    answer = actions.send_request("GET", actions.UNSUBSCRIBE, query=query)
    assert f"<html lang='{language}'>" in answer["body"]


@pytest.mark.parametrize("language", ["", "xx", "../catalogue"])
def test_an_unlisted_language_falls_back_to_the_sites_first(language):
    answer = events.send_request(
        "GET", events.CONFIRM, query={"token": "forged", "language": language}
    )
    assert "<html lang='en'>" in answer["body"]
