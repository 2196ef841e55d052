"""HR's day, in a browser only: who is coming and what they don't eat, pause a newsletter, how many
joined this quarter. At most 6 clicks each, counted from Today."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import newsletter_steps
from tests.e2e.browser_steps import sign_up
from tests.e2e.conftest import watched_page_of
from tests.e2e.form_client import FormClient, Person, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.newsletter_issues import DIM_SUM, DIM_SUM_SUBJECT, IN_HONG_KONG
from tests.e2e.page_checks import page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.test_menu_and_print import paper_problems

HR = "birgit@example.com"
EVENT_TITLE = "A talk about journeys"
MOST_CLICKS = 6


class AtTheDesk:
    """HR's browser; it counts the clicks of one task, which begins at Today."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def begins(self) -> None:
        self.page.emulate_media(media="screen")
        self.page.goto("/desk/")
        self.clicks = 0

    def clicks_link(self, name: str) -> None:
        self._click(self.page.locator(".desk").get_by_role("link", name=name, exact=True))

    def clicks_button(self, name: str) -> None:
        self._click(self.page.get_by_role("button", name=name, exact=True))

    def _click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack, mailbox: Mailbox) -> Iterator[Page]:
    stack.alumni("team", "add", HR, "--name", "Birgit Ek", "--role", "coordinator")
    context = browser.new_context(base_url=stack.site_url)
    for page in watched_page_of(context, stack.site_url):
        page.goto("/desk/")
        page.fill("input[name=email]", HR)
        page.get_by_role("button", name="Email me a link").click()
        mail = mailbox.wait(HR, "Sign in at the desk")
        page.goto(link_in(mail, "/desk/sign-in/link"))
        page.get_by_role("button", name="Sign in").click()
        yield page


@pytest.fixture
def hr(signed_in: Page) -> AtTheDesk:
    desk = AtTheDesk(signed_in)
    desk.begins()
    return desk


def test_hrs_day_who_is_coming_and_what_they_do_not_eat(
    hr: AtTheDesk, page: Page, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "gunvor@example.com"
    sign_up(page, EVENT, "Gunvor Ek", address, guests=1)
    form_client.press_button(
        link_in(mailbox.wait(address, "Please confirm your"), "/api/rsvp/confirm")
    )
    hr.clicks_link("Events")
    hr.sees("Events")
    assert page_problems(hr.page, "desk-events") == []
    hr.clicks_link(EVENT_TITLE)
    hr.sees(EVENT_TITLE)
    expect(hr.page.get_by_role("row", name="Gunvor Ek 2 vegetarian")).to_be_visible()
    assert page_problems(hr.page, "desk-event") == []
    with hr.page.expect_download() as download:
        hr.clicks_button("Download as a file for Excel")
    assert "Gunvor Ek" in download.value.path().read_bytes().decode("utf-16")
    assert paper_problems(hr.page) == []


def test_hrs_day_pause_a_newsletter(
    hr: AtTheDesk, first_member: Person, form_client: FormClient, stack: Stack
) -> None:
    form_client.join(person("Lu Gn", "lu.gn@example.com", **IN_HONG_KONG))
    with newsletter_steps.no_workers(stack):
        newsletter_steps.reach_send_time(stack, DIM_SUM)
        newsletter_steps.tick_until(stack, DIM_SUM, "sending")
        hr.clicks_link("Newsletters")
        hr.sees("Newsletters")
        assert page_problems(hr.page, "desk-newsletters") == []
        hr.clicks_link(DIM_SUM_SUBJECT)
        hr.clicks_button("Pause")
        expect(hr.page.get_by_role("status")).to_contain_text("The newsletter is paused.")
        assert newsletter_steps.issue_state(stack, DIM_SUM) == "paused"
        assert page_problems(hr.page, "desk-newsletter") == []
        hr.clicks_link("Cancel …")
        assert page_problems(hr.page, "desk-newsletter-cancel") == []
        hr.clicks_button("Cancel the newsletter")
        assert newsletter_steps.issue_state(stack, DIM_SUM) == "cancelled"


def test_hrs_day_how_many_joined_this_quarter_by_office(
    hr: AtTheDesk, first_member: Person, form_client: FormClient
) -> None:
    form_client.join(person("Moa Lind", "moa.lind@example.com", office="brussels"))
    hr.clicks_link("Figures")
    hr.sees("Figures")
    row = hr.page.get_by_role("region", name="Joined", exact=True).get_by_role(
        "row", name="Brussels"
    )
    expect(row.get_by_role("cell").last).not_to_have_text("0")
    hr.clicks_button("Count now")
    wait_until(lambda: _is_counted(hr.page), "members by state")
    assert page_problems(hr.page, "desk-figures") == []
    hr.page.select_option("select[name=by]", "month")
    hr.clicks_button("Show")
    assert page_problems(hr.page, "desk-figures-by-month") == []


def _is_counted(page: Page) -> bool:
    page.reload()
    return page.get_by_role("region", name="Members by state").count() > 0
