"""HR's day, in a browser only: who is coming and what they don't eat, pause a newsletter, how many
joined this quarter, by office. At most 6 clicks each, from Today."""

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import newsletter_steps
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.browser_steps import sign_up
from tests.e2e.form_client import FormClient, Person, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.newsletter_issues import IN_BRUSSELS, TEA, TEA_SUBJECT
from tests.e2e.page_checks import page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.test_menu_and_print import paper_problems
from tests.functions.excel_files import rows_of

EVENT_TITLE = "A talk about journeys"
MOST_CLICKS = 6


@pytest.fixture
def hr(page: Page, stack: Stack, mailbox: Mailbox) -> AtTheDesk:
    desk = team_member(page, stack, mailbox, "coordinator")
    desk.starts()
    return desk


def test_hrs_day_who_is_coming_and_what_they_do_not_eat(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "gunvor@example.com"
    sign_up(page, EVENT, "Gunvor Ek", address, guests=1)
    form_client.press_button(
        link_in(mailbox.wait(address, "Please confirm your"), "/api/rsvp/confirm")
    )
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    hr.clicks_on("Events")
    assert page_problems(page, "desk-events") == []
    hr.clicks_on(EVENT_TITLE)
    expect(page.get_by_role("row", name="Gunvor Ek 2 vegetarian")).to_be_visible()
    assert hr.clicks <= MOST_CLICKS
    assert page_problems(page, "desk-event") == []
    with page.expect_download() as download:
        hr.clicks_on("Download as a file for Excel")
    heads, *guests = rows_of(download.value.path().read_bytes())
    places = {row[heads.index("Name")]: row[heads.index("Places")] for row in guests}
    assert places["Gunvor Ek"] == 2
    assert paper_problems(page) == []


def test_hrs_day_pause_a_newsletter(
    hr: AtTheDesk, first_member: Person, form_client: FormClient, stack: Stack
) -> None:
    form_client.join(person("Lu Gn", "lu.gn@example.com", **IN_BRUSSELS))
    with newsletter_steps.no_workers(stack):
        newsletter_steps.reach_send_time(stack, TEA)
        newsletter_steps.tick_until(stack, TEA, "sending")
        hr.clicks_on("Newsletters")
        assert page_problems(hr.page, "desk-newsletters") == []
        hr.clicks_on(TEA_SUBJECT)
        hr.clicks_on("Pause")
        expect(hr.page.get_by_role("status")).to_contain_text("Sending is paused.")
        assert hr.clicks <= MOST_CLICKS
        assert newsletter_steps.issue_state(stack, TEA) == "paused"
        assert page_problems(hr.page, "desk-newsletter") == []
        hr.clicks_on("Cancel …")
        assert page_problems(hr.page, "desk-newsletter-cancel") == []
        hr.clicks_on("Cancel the newsletter")
        assert newsletter_steps.issue_state(stack, TEA) == "cancelled"


def test_hrs_day_how_many_joined_this_quarter_by_office(
    hr: AtTheDesk, form_client: FormClient
) -> None:
    form_client.join(person("Moa Lind", "moa.lind@example.com", office="brussels"))
    hr.clicks_on("Figures")
    joined = hr.page.get_by_role("region", name="Joined", exact=True)
    brussels = joined.get_by_role("row", name="Brussels").get_by_role("cell")
    expect(brussels.last).not_to_have_text("0")
    assert hr.clicks <= MOST_CLICKS
    with hr.page.expect_navigation():  # a page that is being replaced can't be loaded again
        hr.clicks_on("Count now")
    wait_until(lambda: _is_counted(hr.page), "members by state")
    assert page_problems(hr.page, "desk-figures") == []
    hr.chooses("Columns", "Months")
    hr.clicks_on("Show")
    assert page_problems(hr.page, "desk-figures-by-month") == []


def _is_counted(page: Page) -> bool:
    page.reload()
    return page.get_by_role("region", name="Members by state").count() > 0
