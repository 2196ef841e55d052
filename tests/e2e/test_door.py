"""The door of an event on a phone: opened by the morning's email, with and without a network."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.guests_at_the_door import DoorPhone, add_guests
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import invoke
from tests.e2e.test_guest_list import CONTACT


@pytest.fixture(scope="module")
def guests(stack: Stack) -> dict[str, int]:
    """Sixty parties have signed up: their codes, each with its places."""
    return add_guests(stack, 60)


@pytest.fixture(scope="module")
def link(stack: Stack, mailbox: Mailbox) -> str:
    """It is the event's morning: the link in the email to its contact."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key={"pk": {"S": f"EVENT#{EVENT}"}, "sk": {"S": "DOOR_LINK"}},
        UpdateExpression="SET due_at = :past",
        ConditionExpression="due_at > :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    invoke(stack, "EventsTick", {"tick": True})
    return link_in(mailbox.wait(CONTACT, "At the door"), "/door/open")


@pytest.fixture
def phone(browser: Browser, stack: Stack, guests: dict[str, int], link: str) -> Iterator[DoorPhone]:
    opened = DoorPhone(browser, stack, link)
    yield opened
    opened.context.close()


def test_the_host_checks_a_party_in_and_undoes_it(
    phone: DoorPhone, page: Page, mailbox: Mailbox, guests: dict[str, int]
) -> None:
    mail = mailbox.wait(CONTACT, "At the door")
    assert email_problems(page, mail["html"], "mail-door") == []
    page = phone.page
    assert page_problems(page, "door") == []
    phone.search("aaad")
    code = list(guests)[3]
    phone.row(code).get_by_role("button", name="Check in 4").click()
    expect(phone.row(code)).to_contain_text("4 of 4 here")
    expect(page.locator("[data-count]")).to_contain_text("4 of ")
    phone.row(code).get_by_role("button", name="Undo").click()
    expect(phone.row(code)).not_to_contain_text("here")
    phone.row(code).get_by_role("button", name="2", exact=False).first.click()
    expect(phone.row(code)).to_contain_text("of 4 here")
    expect(page.locator("[data-state]")).to_have_text("All saved")


def test_the_door_opens_and_checks_in_without_a_network(
    phone: DoorPhone, guests: dict[str, int]
) -> None:
    page, code = phone.page, list(guests)[8]
    expect(page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    phone.context.set_offline(True)
    page.reload()
    phone.is_ready()
    phone.search("aaai")
    phone.row(code).get_by_role("button", name="Check in").first.click()
    expect(phone.row(code)).to_contain_text("1 of 1 here")
    expect(page.locator("[data-state]")).to_contain_text(re.compile("No network.*1 wait"))
    page.reload()
    phone.is_ready()
    phone.search("aaai")
    expect(phone.row(code)).to_contain_text("1 of 1 here")
    phone.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text("All saved", timeout=20_000)


def test_signing_out_leaves_nothing_on_the_phone(phone: DoorPhone, guests: dict[str, int]) -> None:
    page = phone.page
    expect(page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="This door isn't open here")).to_be_visible()
    left = page.evaluate(
        """async () => [await indexedDB.databases(), await caches.keys(),
           {...localStorage}, {...sessionStorage}]"""
    )
    assert left == [[], [], {}, {}]
