"""People: searched as HR types, listed page by page, and only those who may be seen."""

import re
from urllib.parse import quote

import pytest

from functions.core.addresses import address_hash
from functions.desk import people_pages
from functions.team.rules import Role
from tests.functions.events import actions as events
from tests.functions.membership import actions


@pytest.fixture
def coordinator(desk):
    actions.become_member(name="Åsa Nyström", office="malmo")
    actions.become_member(email="bo@example.org", name="Bo Nysted", office="stockholm")
    return desk()


def names(browser, query: str = "") -> list[str]:
    body = browser.get(f"/desk/people/{query}")["body"]
    return re.findall(r'<strong><a href="/desk/people/[0-9a-f]{32}/">([^<]+)<', body)


@pytest.mark.parametrize("typed", ["nystrom", "Nyström", "NYST", "asa nys", "åsa"])
def test_a_name_is_found_without_accents_from_the_third_letter(coordinator, typed):
    assert "Åsa Nyström" in names(coordinator, f"?q={quote(typed)}")


def test_how_many_fit_is_said(coordinator):
    assert "2 people fit" in coordinator.get("/desk/people/?q=nys")["body"]
    assert "1 person fits" in coordinator.get("/desk/people/?q=nystr")["body"]
    assert "Nobody fits." in coordinator.get("/desk/people/?q=xyzzy")["body"]
    assert "2 members in all" in coordinator.get("/desk/people/")["body"]


def test_an_exact_address_leads_to_its_member_or_guest(coordinator):
    events.publish()
    events.accepted(name="Gus Holm", email="gus@example.com")
    hashed = address_hash("gus@example.com")
    to = coordinator.get("/desk/people/?q=gus%40example.com")["headers"]["Location"]
    assert to.endswith(f"/desk/guests/{hashed}/")
    to = coordinator.get("/desk/people/?q=BO%40example.org")["headers"]["Location"]
    assert to.endswith(f"/desk/people/{actions.member_id('bo@example.org')}/")
    assert "Nobody fits." in coordinator.get("/desk/people/?q=no%40example.org")["body"]


def test_everybody_is_listed_page_by_page(coordinator, monkeypatch):
    monkeypatch.setattr(people_pages, "PAGE", 1)
    first = coordinator.get("/desk/people/")["body"]
    (following,) = re.findall(r"/desk/people/\?(after=[0-9a-f]+)", first)
    assert len(names(coordinator)) == 1
    assert names(coordinator) + names(coordinator, f"?{following}") == sorted(
        ["Bo Nysted", "Åsa Nyström"], key=lambda name: name not in names(coordinator)
    )


def test_a_search_goes_on_where_its_page_ended(coordinator, monkeypatch):
    monkeypatch.setattr(people_pages, "PAGE", 1)
    first = coordinator.get("/desk/people/?q=nys")["body"]
    (following,) = re.findall(r"/desk/people/\?(q=nys&amp;after=[^\"]+)", first)
    both = names(coordinator, "?q=nys") + names(coordinator, f"?{following.replace('&amp;', '&')}")
    assert sorted(both) == ["Bo Nysted", "Åsa Nyström"]


def test_more_than_can_be_counted_is_said(coordinator, monkeypatch):
    monkeypatch.setattr(people_pages, "MOST_READ", 1)
    body = coordinator.get("/desk/people/?q=nys")["body"]
    assert "More than 1 people fit." in body
    assert "Next page" in body


def test_whoever_is_limited_to_an_office_sees_its_people_only(coordinator, desk):
    limited = desk(Role.COORDINATOR, ("malmo",))
    assert names(limited, "?q=nys") == names(limited) == ["Åsa Nyström"]
    assert "1 member in all" in limited.get("/desk/people/")["body"]
    assert "Nobody fits." in limited.get("/desk/people/?q=bo%40example.org")["body"]


@pytest.mark.parametrize(
    ("query", "fitting"),
    [
        ("segment=office%3A+malmo", ["Åsa Nyström"]),
        ("segment=office%3A+malmo%2C+stockholm&q=nysted", ["Bo Nysted"]),
        ("segment=office%3A+malmo%3B+active&q=nys", ["Åsa Nyström"]),
        ("segment=joined%3A+2025", []),
        ("segment=joined%3A+2026-11&q=bo", ["Bo Nysted"]),
    ],
)
def test_a_segment_filters_a_search_and_everybody(coordinator, query, fitting):
    assert names(coordinator, f"?{query}") == fitting


def test_the_pages_of_a_segment_follow_one_another(coordinator, monkeypatch):
    monkeypatch.setattr(people_pages, "PAGE", 1)
    body = coordinator.get("/desk/people/?segment=active")["body"]
    assert "2 people fit" in body
    (following,) = re.findall(r"/desk/people/\?(segment=active&amp;after=[0-9a-f]+)", body)
    both = names(coordinator, "?segment=active") + names(
        coordinator, f"?{following.replace('&amp;', '&')}"
    )
    assert sorted(both) == ["Bo Nysted", "Åsa Nyström"]


def test_a_segment_that_is_not_understood_says_what_to_write(coordinator):
    answer = coordinator.get("/desk/people/?segment=ofice%3A+malmo")
    assert answer["statusCode"] == 400
    assert "is unknown: write one of office" in answer["body"]


def test_an_editor_sees_nobody(coordinator, desk):
    answer = desk(Role.EDITOR).get("/desk/people/?q=nys")
    assert (answer["statusCode"], "Nyström" in answer["body"]) == (400, False)
