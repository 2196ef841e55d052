"""Guests of an event, put into the table of the running stack; and a phone at its door."""

import secrets
import time
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from functions.core.aws.table import to_item
from functions.door.rules.tickets import new_code
from infra.dev.local.local_stack import Stack
from tests.e2e.project_copy import EVENT

PHONE = {"width": 390, "height": 844}
AT_ONCE = 25  # DynamoDB writes so many


def add_guests(stack: Stack, count: int, slug: str = EVENT) -> dict[str, int]:
    """So many parties of one to four have signed up; their codes, each with its places."""
    guests = [_guest(number, slug) for number in range(count)]
    for start in range(0, count, AT_ONCE):
        puts = [{"PutRequest": {"Item": to_item(g)}} for g in guests[start : start + AT_ONCE]]
        stack.client("dynamodb").batch_write_item(RequestItems={stack.outputs["TableName"]: puts})
    return {guest["ticket"]: guest["party"] for guest in guests}


def _guest(number: int, slug: str) -> dict[str, Any]:
    hashed = secrets.token_hex(32)
    return {
        "pk": f"EVENT#{slug}",
        "sk": f"RSVP#{hashed}",
        "status": "accepted",
        "name": f"Guest {_letters(number)}",
        "email": f"guest-{number}@example.com",
        "party": number % 4 + 1,
        "dietary": "vegan" if number % 7 == 0 else "",
        "language": "en",
        "revision": 1,
        "created_at": int(time.time()),
        "sequence": 0,
        "ticket": new_code(slug, hashed, 0),
    }


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}").title()


class DoorPhone:
    """A phone that has opened the door by the link in the email."""

    def __init__(self, browser: Browser, stack: Stack, link: str) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=stack.site_url, viewport=PHONE, locale="en"
        )
        self.page: Page = self.context.new_page()
        self.page.goto(link)
        self.page.get_by_role("button", name="Open the door").click()
        self.is_ready()

    def is_ready(self) -> None:
        expect(self.page.locator("[data-door]")).to_have_attribute("data-ready", "yes")

    def row(self, code: str) -> Locator:
        return self.page.locator(f'li[data-code="{code}"]')

    def search(self, text: str) -> None:
        self.page.get_by_role("searchbox").fill(text)
