"""An event that asks questions, whose contact decides who comes, and which some attend online: on a
phone, with JavaScript and without."""

import time
from pathlib import Path

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


@pytest.fixture(params=["page", "scriptless"])
def phone(request: pytest.FixtureRequest) -> Page:
    browser: Page = request.getfixturevalue(request.param)
    browser.set_viewport_size(PHONE)
    return browser


def test_a_guest_asks_to_come_and_the_contact_says_yes(
    phone: Page, tour: str, mailbox: Mailbox, stack: Stack
) -> None:
    address = f"lova-{time.time_ns()}@example.com"
    _asks(phone, tour, address)
    mail = mailbox.wait(address, f"Please confirm your sign-up: {TITLE}")
    phone.goto(link_in(mail, "/api/rsvp/confirm"))
    expect(phone.locator("main")).to_contain_text("Which tour?")
    assert page_problems(phone, "request-confirm") == []
    phone.get_by_role("button", name="Confirm request").click()
    expect(phone.locator("main h1")).to_have_text("We have passed on your request")
    assert page_problems(phone, "request-passed-on") == []

    _says_yes(phone, mailbox, stack)
    mail = mailbox.wait(address, TITLE, after=2)
    assert "Tower" in mail["text"]

    alumni(stack, "events", "link", SLUG, MEETING)
    phone.goto(link_in(mail, "/api/rsvp/change"))
    expect(phone.get_by_label("Which tour?")).to_have_value("Tower")
    assert page_problems(phone, "request-change") == []
    phone.get_by_label("Which tour?").select_option("Tunnel")
    phone.get_by_role("button", name="Save changes").click()
    changed = mailbox.wait(address, TITLE, after=3)
    assert "Tunnel" in changed["text"]
    assert MEETING in changed["text"]
    phone.goto(tour)
    assert MEETING not in phone.content()


def _asks(phone: Page, tour: str, address: str) -> None:
    """First without the answer that is required."""
    phone.goto(tour)
    assert page_problems(phone, "request-form") == []
    phone.fill("input[name=name]", "Lova Ek")
    phone.fill("input[name=email]", address)
    phone.select_option("select[name=guests]", "1")
    phone.fill("[name=guest_names]", "Pär Ek")
    phone.locator("form[action$=rsvp]").evaluate("form => { form.noValidate = true; }")
    submit_form(phone)
    expect(phone.locator(".error-summary")).to_contain_text("Almost there")
    assert page_problems(phone, "request-form-errors") == []
    phone.get_by_label("Which tour?").select_option("Tower")
    phone.get_by_role("group", name="Do you take the bus?").get_by_label("Yes").check()
    submit_form(phone)
    phone.wait_for_url("**/events/check-your-mail/")


def _says_yes(phone: Page, mailbox: Mailbox, stack: Stack) -> None:
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
    assert email_problems(phone, mail["html"], "mail-sign-up-requests") == []
    phone.goto(link_in(mail, "/api/guest-list"))
    phone.get_by_role("button", name="Show the guest list").click()
    expect(phone.locator(".asking")).to_contain_text("with Pär Ek")
    assert page_problems(phone, "requests") == []
    phone.get_by_role("button", name="Yes, Lova Ek can come").click()
    expect(phone.locator(".asking")).to_have_count(0)
    states = {str(item.get("status")) for item in table_items(stack) if item["pk"] == key["pk"]}
    assert "{'S': 'requested'}" not in states
