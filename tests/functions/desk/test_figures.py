"""Figures at the desk: how many joined and left, by office, and what was signed up for and sent."""

import re

import pytest

from functions.core import clock, site
from functions.core.aws import table
from functions.core.clock import DAY
from functions.team.rules import Deed, Role
from functions.team.store import deeds
from functions.work import handler as work
from tests.functions.events import actions as events
from tests.functions.membership import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.conftest import fake_ses  # noqa: F401 - a fixture
from tests.functions.sent_emails import Context
from tests.functions.support import SITE

PAGE = "/desk/figures/"


def rows(body, title):
    """The rows of the table with this label: their first cell → the others."""
    table = body.partition(f'aria-label="{title}"')[2].partition("</table>")[0]
    lines = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", table)
    cells = {first: re.findall(r"<td[^>]*>(.*?)</td>", rest) for first, rest in lines}
    return {first: [cell.replace("\xa0", " ") for cell in rest] for first, rest in cells.items()}


@pytest.fixture
def joined(cloud):
    """It is November: the fourth quarter."""
    issue_runs.join(2)
    issue_runs.join(1, office="stockholm")
    return cloud


def test_how_many_joined_this_quarter_by_office_is_one_click_away(joined, desk):
    hr = desk()
    assert f'href="{PAGE}"' in hr.get("/desk/")["body"]
    body = hr.get(PAGE)["body"]
    assert rows(body, "Joined")["Malmö harbour"] == ["0", "0", "0", "2", "2"]
    assert rows(body, "Joined")["Stockholm"] == ["0", "0", "0", "1", "1"]
    assert rows(body, "Joined")["Total"] == ["0", "0", "0", "3", "3"]
    assert rows(body, "Left")["Total"] == ["0", "0", "0", "0", "0"]
    assert '<th scope="col" class="number">Q4</th>' in body


def test_by_month(joined, desk):
    body = desk().get(f"{PAGE}?by=month&year=2026")["body"]
    assert rows(body, "Joined")["Malmö harbour"] == ["0"] * 10 + ["2", "0", "2"]
    assert '<th scope="col" class="number">Nov</th>' in body


@pytest.mark.parametrize(
    "query", ["year=1066", "year=x", "year=²", "by=day", "year=" + "9" * 5000, "year=-1&by="]
)
def test_another_year_or_way_than_the_form_offers_is_the_usual_one(joined, desk, query):
    body = desk().get(f"{PAGE}?{query}")["body"]
    assert rows(body, "Joined")["Total"] == ["0", "0", "0", "3", "3"]


def test_only_offices_that_the_reader_works_with_are_counted(joined, desk):
    body = desk(Role.COORDINATOR, ("stockholm",)).get(PAGE)["body"]
    assert rows(body, "Joined") == {
        "Stockholm": ["0", "0", "0", "1", "1"],
        "Total": ["0", "0", "0", "1", "1"],
    }


def test_an_office_that_the_settings_have_lost_is_still_counted(cloud, desk):
    issue_runs.join(1, office="visby")
    assert rows(desk().get(PAGE)["body"], "Joined")["visby"][-1] == "1"


def test_an_editor_has_no_figures(joined, desk):
    editor = desk(Role.EDITOR)
    assert PAGE not in editor.get("/desk/")["body"]
    assert editor.get(PAGE)["statusCode"] == 400


def test_sign_ups_are_counted_by_event(cloud, desk):
    events.publish()
    events.accepted()
    assert rows(desk().get(PAGE)["body"], "Event") == {
        "Autumn talk": ["3 December 2026", "2", "38", "40"]
    }
    assert rows(desk(Role.COORDINATOR, ("stockholm",)).get(PAGE)["body"], "Event") == {}


def test_sign_ups_are_counted_after_they_are_erased(cloud, desk):
    events.publish()
    events.accepted()
    kept = rows(desk().get(PAGE)["body"], "Event")
    cloud.pass_(90 * DAY)
    events.tick()
    hr = desk()
    assert rows(hr.get(f"{PAGE}?year=2026")["body"], "Event") == kept
    assert rows(hr.get(PAGE)["body"], "Event") == {}
    assert "Autumn talk" not in hr.get("/desk/events/")["body"]


def test_newsletters_are_counted_once_they_are_over(joined, fake_ses, desk):  # noqa: F811 - as above
    issue_runs.publish()
    issue_runs.tick()
    assert rows(desk().get(PAGE)["body"], "Newsletter") == {}
    issue_runs.deliver()
    issue_runs.tick()
    joined.pass_(DAY)
    day = clock.day_of(joined.now - DAY)
    assert day.endswith("18")
    assert rows(desk().get(PAGE)["body"], "Newsletter") == {
        "News": ["18 November 2026", "3", "0", "3"]
    }


def test_members_are_counted_by_state_when_somebody_wants_it(joined, desk):
    hr = desk()
    assert rows(hr.get(PAGE)["body"], "Members by state") == {}
    assert hr.post(f"{PAGE}count")["statusCode"] == 303
    assert "The members are being counted." in hr.get(PAGE)["body"]
    work.advance({"tick": True}, Context())
    joined.pass_(1)
    body = hr.get(PAGE)["body"]
    assert rows(body, "Members by state") == {
        "Stockholm": ["1", "0", "0", "0", "1"],
        "Malmö harbour": ["2", "0", "0", "0", "2"],
        "Total": ["3", "0", "0", "0", "3"],
    }
    assert "Count now" in body
    only = desk(Role.COORDINATOR, ("malmo",)).get(PAGE)["body"]
    assert rows(only, "Members by state")["Total"][-1] == "2"


def test_whoever_has_them_counted_is_in_the_log(cloud, desk):
    hr = desk()
    hr.post(f"{PAGE}count")
    hr.post(f"{PAGE}count")
    lines = deeds.lines(clock.month_of(clock.now()))
    assert [line.by for line in lines if line.deed is Deed.MEMBERS_COUNTED] == [hr.actor.id]


def test_who_waits_for_approval_is_counted_apart(cloud, desk):
    known = SITE | {"joining": "approve"}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()
    actions.join()
    actions.press_button(actions.newest_link())
    waits = "Besides, 1 person waits for approval."
    assert waits in desk().get(PAGE)["body"]
    assert waits not in desk(Role.COORDINATOR, ("stockholm",)).get(PAGE)["body"]
