"""An event that asks questions, whose contact decides who comes, and which some attend online: on a
phone, with JavaScript and without."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.browser_steps import submit_form
from tests.e2e.guests_at_the_door import PHONE
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import write_event
from tests.e2e.stack_access import alumni, invoke, publish, table_items
from tests.e2e.test_guest_list import CONTACT
from tests.e2e.test_lighthouse import missed_by_links

SLUG, TITLE = "harbour-tour", "A tour of the harbour"
MEETING = "https://meet.example.com/harbour"
ASKS = """approval: true
attend: both
questions:
  - ask: {en: "Which tour?", sv: "Vilken tur?", de: "Welche Tour?"}
    choices: [{en: Tower, sv: Tornet, de: Turm}, {en: Tunnel, sv: Tunneln, de: Tunnel}]
    required: true
  - ask: {en: "Do you take the bus?", sv: "Åker du buss?", de: "Nehmen Sie den Bus?"}
    answer: yes/no
"""


@pytest.fixture
def tour(stack: Stack, folder: Path, page: Page) -> str:
    """The path of its page."""
    write_event(folder, SLUG, TITLE, 25, ASKS)
    publish(stack)
    wait_until(lambda: page.request.get(f"/api/events/{SLUG}/seats").ok, "the event")
    return f"/events/{SLUG}/"


@dataclass(frozen=True)
class Phone:
    page: Page
    has_scripts: bool

    def problems(self, name: str) -> list[str]:
        """Of the open page. Without scripts it is the same, and axe needs them."""
        return page_problems(self.page, name) if self.has_scripts else []

    def email_problems(self, mail: dict[str, Any], name: str) -> list[str]:
        self.page.goto("about:blank")
        return email_problems(self.page, mail["html"], name) if self.has_scripts else []


@pytest.fixture(params=["page", "scriptless"])
def phone(request: pytest.FixtureRequest) -> Phone:
    browser: Page = request.getfixturevalue(request.param)
    browser.set_viewport_size(PHONE)
    return Phone(browser, request.param == "page")


def test_a_guest_asks_to_come_and_the_contact_says_yes(
    phone: Phone, tour: str, mailbox: Mailbox, stack: Stack
) -> None:
    address = f"lova-{time.time_ns()}@example.com"
    _asks(phone, tour, address)
    mail = mailbox.wait(address, f"Please confirm your sign-up: {TITLE}")
    confirm = link_in(mail, "/api/rsvp/confirm")
    phone.page.goto(confirm)
    expect(phone.page.locator("main")).to_contain_text("Which tour?")
    assert phone.problems("request-confirm") == []
    phone.page.get_by_role("button", name="Confirm request").click()
    expect(phone.page.locator("main h1")).to_have_text("We have passed on your request")
    assert phone.problems("request-passed-on") == []

    _says_yes(phone, mailbox, stack)
    mail = mailbox.wait(address, TITLE, after=2)
    assert "Tower" in mail["text"]

    assert missed_by_links(confirm=confirm, change=link_in(mail, "/api/rsvp/change")) == {}

    alumni(stack, "events", "link", SLUG, MEETING)
    phone.page.goto(link_in(mail, "/api/rsvp/change"))
    expect(phone.page.get_by_label("Which tour?")).to_have_value("Tower")
    assert phone.problems("request-change") == []
    phone.page.get_by_label("Which tour?").select_option("Tunnel")
    phone.page.get_by_role("button", name="Save changes").click()
    changed = mailbox.wait(address, TITLE, after=3)
    assert "Tunnel" in changed["text"]
    assert MEETING in changed["text"]
    phone.page.goto(tour)
    assert MEETING not in phone.page.content()


def _asks(phone: Phone, tour: str, address: str) -> None:
    """First without the answer that is required."""
    phone.page.goto(tour)
    assert phone.problems("request-form") == []
    phone.page.fill("input[name=name]", "Lova Ek")
    phone.page.fill("input[name=email]", address)
    phone.page.select_option("select[name=guests]", "1")
    phone.page.fill("[name=guest_names]", "Pär Ek")
    if phone.has_scripts:
        _is_asked_again(phone)
    phone.page.get_by_label("Which tour?").select_option("Tower")
    phone.page.get_by_role("group", name="Do you take the bus?").get_by_label("Yes").check()
    submit_form(phone.page)
    phone.page.wait_for_url("**/events/check-your-mail/")


def _is_asked_again(phone: Phone) -> None:
    """As by a browser that doesn't check what is required."""
    phone.page.locator("form[action$=rsvp]").evaluate("form => { form.noValidate = true; }")
    submit_form(phone.page)
    expect(phone.page.locator(".error-summary")).to_contain_text("Almost there")
    assert phone.problems("request-form-errors") == []


def _says_yes(phone: Phone, mailbox: Mailbox, stack: Stack) -> None:
    """The contact, once the email about those who ask is due."""
    before = len([mail for mail in mailbox.to(CONTACT) if TITLE in mail["subject"]])
    key = {"pk": {"S": f"EVENT#{SLUG}"}, "sk": {"S": "REQUESTS"}}
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key=key,
        UpdateExpression="SET due_at = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    invoke(stack, "EventsTick", {})
    mail = mailbox.wait(CONTACT, TITLE, after=before)
    assert "Lova" not in str(mail)
    assert phone.email_problems(mail, "mail-sign-up-requests") == []
    phone.page.goto(link_in(mail, "/api/guest-list"))
    phone.page.get_by_role("button", name="Show the guest list").click()
    expect(phone.page.locator(".asking")).to_contain_text("with Pär Ek")
    assert phone.problems("requests") == []
    phone.page.get_by_role("button", name="Yes, Lova Ek can come").click()
    expect(phone.page.locator(".asking")).to_have_count(0)
    states = {str(item.get("status")) for item in table_items(stack) if item["pk"] == key["pk"]}
    assert "{'S': 'requested'}" not in states
