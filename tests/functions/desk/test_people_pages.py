"""People: searched as HR types, listed page by page, and only those who may be seen."""

import datetime as dt
import html
import re
from dataclasses import replace
from itertools import chain
from urllib.parse import quote

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.desk import people_list
from functions.desk.people_list import Start
from functions.people.store import members as people
from functions.people.store import search
from functions.team.rules import Role
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
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
    assert "2 people match" in coordinator.get("/desk/people/?q=nys")["body"]
    assert "1 person matches" in coordinator.get("/desk/people/?q=nystr")["body"]
    assert "No matches." in coordinator.get("/desk/people/?q=xyzzy")["body"]
    assert "2 members in all" in coordinator.get("/desk/people/")["body"]


def test_an_exact_address_leads_to_its_member_or_guest(coordinator):
    events.publish()
    events.accepted(name="Gus Holm", email="gus@example.com")
    hashed = address_hash("gus@example.com")
    to = coordinator.get("/desk/people/?q=gus%40example.com")["headers"]["Location"]
    assert to.endswith(f"/desk/guests/{hashed}/")
    to = coordinator.get("/desk/people/?q=BO%40example.org")["headers"]["Location"]
    assert to.endswith(f"/desk/people/{actions.member_id('bo@example.org')}/")
    assert "No matches." in coordinator.get("/desk/people/?q=no%40example.org")["body"]


def test_an_earlier_address_leads_to_its_member_while_it_is_reserved(coordinator):
    browser = Browser()
    browser.sign_in("bo@example.org")
    browser.post("/me/address", new_email="bo@example.net")
    link = sent_emails.newest_link_to("/me/address/confirm", "bo@example.net")
    assert browser.press_button(link)["statusCode"] == 200
    to = coordinator.get("/desk/people/?q=bo%40example.org")["headers"]["Location"]
    assert to.endswith(f"/desk/people/{actions.member_id('bo@example.net')}/")


def following(browser, query: str = "") -> str:
    """The query of the next page; empty if there is none."""
    body = browser.get(f"/desk/people/{query}")["body"]
    link = re.search(r'<a class="button" href="/desk/people/([^"]+)"', body)
    return html.unescape(link[1]) if link else ""


def pages(browser, query: str = "") -> list[list[str]]:
    """The names on each page, from this one to the last."""
    shown = [names(browser, query)]
    while query := following(browser, query):
        shown.append(names(browser, query))
    return shown


def become_members(number: int, name: str = "Nysten", **facts) -> None:
    for position in range(number):
        actions.become_member(email=f"{name}{position}@example.net", name=name, **facts)


def test_everybody_is_listed_page_by_page_the_newest_first(coordinator, monkeypatch, cloud):
    cloud.pass_(60)
    actions.become_member(email="new@example.net", name="Nora New")
    monkeypatch.setattr(people_list, "PAGE", 2)
    first, second = pages(coordinator)
    assert first[0] == "Nora New"
    assert sorted(first + second) == ["Bo Nysted", "Nora New", "Åsa Nyström"]
    rest = coordinator.get(f"/desk/people/{following(coordinator)}")["body"]
    assert "3 members in all" in rest
    assert "3 to 3" in rest


def test_the_list_of_everybody_goes_back_through_the_years(coordinator, cloud):
    cloud.pass_(400 * DAY)
    actions.become_member(email="new@example.net", name="Nora New")
    listed = people_list.everybody(Start(), coordinator.actor).entries
    assert (listed[0].name, len(listed)) == ("Nora New", 3)


def test_somebody_who_joined_long_ago_is_listed_too(coordinator, monkeypatch):
    profile = people.member(actions.member_id("asa@example.com"))
    at = dt.datetime(2004, 5, 6, tzinfo=dt.UTC)
    early = replace(profile, id="e" * 32, address_hash="e" * 32, joined_at=int(at.timestamp()))
    people.add(replace(early, name="Eva Early"), [])
    assert "Eva Early" in coordinator.get("/desk/people/")["body"]
    monkeypatch.setattr(people_list, "PAGE", 1)
    assert pages(coordinator)[-1] == ["Eva Early"]


def test_no_year_is_read_when_nobody_is_missing(coordinator, monkeypatch):
    read = []
    joined_in = search.joined_in
    monkeypatch.setattr(
        search, "joined_in", lambda year, **more: read.append(year) or joined_in(year, **more)
    )
    coordinator.get("/desk/people/")
    assert min(read) == people_list.FIRST_YEAR


def test_a_search_is_sorted_by_name_and_goes_on_where_its_page_ended(coordinator, monkeypatch):
    monkeypatch.setattr(people_list, "PAGE", 1)
    assert pages(coordinator, "?q=nys") == [["Bo Nysted"], ["Åsa Nyström"]]
    last = coordinator.get(f"/desk/people/{following(coordinator, '?q=nys')}")["body"]
    assert "2 people match" in last
    assert "2 to 2" in last


def test_of_very_many_it_shows_how_many_at_least_and_all_of_them_page_by_page(
    coordinator, monkeypatch
):
    become_members(5)
    monkeypatch.setattr(people_list, "PAGE", 2)
    monkeypatch.setattr(people_list, "BLOCK", 3)
    assert "At least 3 people match." in coordinator.get("/desk/people/?q=nys")["body"]
    shown = pages(coordinator, "?q=nys")
    assert sorted(chain.from_iterable(shown)) == sorted(
        ["Bo Nysted", "Åsa Nyström", *["Nysten"] * 5]
    )
    assert [len(names) for names in shown] == [2, 1, 2, 1, 1]


def test_whose_name_and_company_begin_alike_is_counted_once(coordinator, monkeypatch):
    actions.become_member(email="k@example.net", name="Karin Karlberg Karlsson")
    assert "1 person matches" in coordinator.get("/desk/people/?q=kar")["body"]
    monkeypatch.setattr(people_list, "BLOCK", 1)
    monkeypatch.setattr(people_list, "MOST_BLOCKS", 1)
    assert [*chain.from_iterable(pages(coordinator, "?q=kar"))] == ["Karin Karlberg Karlsson"]


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=" + "9" * 10 + "%23" + "a" * 32, "page=-1", "page=x&shown=9999999999"],
)
@pytest.mark.parametrize("typed", ["", "q=nys&"])
def test_a_forged_link_shows_a_page_all_the_same(coordinator, typed, query):
    assert coordinator.get(f"/desk/people/?{typed}{query}")["statusCode"] == 200


def test_two_letters_find_whole_names_only(coordinator):
    assert names(coordinator, "?q=bo") == ["Bo Nysted"]
    assert "at least three letters" in coordinator.get("/desk/people/?q=ny")["body"]


def test_whoever_is_limited_to_an_office_sees_its_people_only(coordinator, desk):
    limited = desk(Role.COORDINATOR, ("malmo",))
    assert names(limited, "?q=nys") == names(limited) == ["Åsa Nyström"]
    assert "1 member in all" in limited.get("/desk/people/")["body"]
    assert "No matches." in limited.get("/desk/people/?q=bo%40example.org")["body"]


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


@pytest.mark.parametrize("query", ["?segment=active", "?segment=active&q=nys"])
@pytest.mark.parametrize("block", [1, 1000])
def test_the_pages_of_a_segment_follow_one_another(coordinator, monkeypatch, query, block):
    for name in ("BLOCK", "MOST_MEMBERS"):
        monkeypatch.setattr(people_list, name, block)
    monkeypatch.setattr(people_list, "PAGE", 1)
    last = pages(coordinator, query)[-1]
    assert sorted(chain.from_iterable(pages(coordinator, query))) == ["Bo Nysted", "Åsa Nyström"]
    assert len(last) == 1
    counted = "At least 1 people match." if block == 1 else "2 people match"
    assert counted in coordinator.get(f"/desk/people/{query}")["body"]


def test_a_segment_of_few_among_many_is_read_bit_by_bit(coordinator, monkeypatch):
    monkeypatch.setattr(people_list, "MOST_MEMBERS", 1)
    body = coordinator.get("/desk/people/?segment=language%3A+sv")["body"]
    assert "not everybody has been read yet" in body
    assert [*chain.from_iterable(pages(coordinator, "?segment=language%3A+sv"))] == []


def test_a_segment_that_is_not_understood_says_what_to_write(coordinator):
    answer = coordinator.get("/desk/people/?segment=ofice%3A+malmo")
    assert answer["statusCode"] == 400
    assert "is unknown: write one of office" in answer["body"]


def test_an_editor_sees_nobody(coordinator, desk):
    answer = desk(Role.EDITOR).get("/desk/people/?q=nys")
    assert (answer["statusCode"], "Nyström" in answer["body"]) == (400, False)


def test_who_is_limited_reads_on_until_a_page_is_full(coordinator, desk, monkeypatch):
    become_members(3, name="Nysten", office="stockholm")
    monkeypatch.setattr(people_list, "PAGE", 1)
    monkeypatch.setattr(people_list, "BLOCK", 1)
    monkeypatch.setattr(people_list, "MOST_BLOCKS", 2)
    limited = desk(Role.COORDINATOR, ("malmo",))
    for query in ("", "?q=nys"):
        assert [*chain.from_iterable(pages(limited, query))] == ["Åsa Nyström"]


def test_a_guest_of_another_office_is_not_there(coordinator, desk):
    events.publish()
    events.accepted(name="Gus Holm", email="gus@example.com")
    limited = desk(Role.COORDINATOR, ("brussels",))
    assert "No matches." in limited.get("/desk/people/?q=gus%40example.com")["body"]
