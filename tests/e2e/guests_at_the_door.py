"""Guests of an event, put into the table of the running stack; and a phone at its door."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from functions.core.aws.table import to_item
from functions.door.rules import tickets
from functions.door.rules.tickets import Ticket, new_code
from infra.cloud.deploying import deployment
from infra.dev.local.local_stack import Stack
from tests.e2e.mailbox import wait_until
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import table_items

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


def cancel_guest(stack: Stack, code: str) -> None:
    """As by the link in their email."""
    items = [item for item in table_items(stack) if item.get("ticket", {}).get("S") == code]
    for item in items:
        stack.client("dynamodb").update_item(
            TableName=stack.outputs["TableName"],
            Key={"pk": item["pk"], "sk": item["sk"]},
            UpdateExpression="SET #status = :cancelled",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":cancelled": {"S": "cancelled"}},
        )


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}").title()


def ticket_of(stack: Stack, code: str, party: int) -> str:
    """The text of a ticket that the running stack has issued."""
    name = f"{deployment.parameter_prefix(stack.outputs['StackName'])}/ticket-key"
    answer = stack.client("ssm").get_parameter(Name=name, WithDecryption=True)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(answer["Parameter"]["Value"]))
    ticket = Ticket(EVENT, code, party)
    return tickets.text_of(ticket, key.sign(ticket.signed))


def forged_tickets(genuine: str, count: int) -> list[str]:
    """Tickets that somebody else has signed, and the genuine one with another letter."""
    chance, stranger = random.Random(7), Ed25519PrivateKey.from_private_bytes(bytes(32))
    forged = []
    for number in range(count):
        ticket = Ticket(EVENT, new_code(EVENT, str(number), 0), 1)
        place = chance.randrange(len(genuine))
        other = chance.choice([c for c in tickets.LETTERS if c != genuine[place]])
        altered = genuine[:place] + other + genuine[place + 1 :]
        by_stranger = tickets.text_of(ticket, stranger.sign(ticket.signed))
        forged.append(chance.choice([by_stranger, altered]))
    return forged


@contextmanager
def camera_that_shows(browser: Browser, text: str, folder: Path) -> Iterator[Browser]:
    """Another browser, whose camera sees this QR code."""
    code = BytesIO()
    segno.make_qr(text, error="m").save(code, kind="png", scale=8, border=4)
    frame = Image.new("RGB", (640, 480), "white")
    shown = Image.open(code).convert("RGB").resize((420, 420))
    frame.paste(shown, (110, 30))
    film = folder / "ticket.mjpeg"
    frame.save(film, "JPEG", quality=95)
    flags = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    seeing = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=flags)
    yield seeing
    seeing.close()


# Taps as a thumb does, on any button of any party; resolves once the last one is on the disk.
TAP_AT_RANDOM = """
async ([seed, taps]) => {
  let state = seed;
  const chance = (most) => (state = (state * 1103515245 + 12345) % 2147483648) % most;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const field = document.querySelector("[data-search-field]");
  for (let tap = 0; tap < taps; tap++) {
    if (chance(20) === 0) {
      document.querySelector("[data-add]").click();
      document.querySelector("[data-add-name]").value = `Walker ${seed} ${tap}`;
      document.querySelector("[data-add-form]").requestSubmit();
      continue;
    }
    field.value = ["", "guest aaa", "guest aab", "guest aac", "walker"][chance(5)];
    field.dispatchEvent(new Event("input"));
    const buttons = [...document.querySelectorAll(".door-list button")];
    if (!buttons.length) { tap--; continue; }
    buttons[chance(buttons.length)].click();
    if (tap % 10 === 0) await wait(1);
  }
  field.value = "";
  field.dispatchEvent(new Event("input"));
}
"""
# All taps that a phone keeps, in the order of their ids; and what its rules say of each party.
KEPT = """
async (slug) => {
  const { attendance } = await import("/door/check-ins.js");
  const { openStorage } = await import("/door/storage.js");
  const storage = await openStorage(slug);
  const taps = await storage.taps();
  const list = await storage.fact("list");
  storage.close();
  const places = Object.fromEntries(list.content.parties.map(({ code, places }) => [code, places]));
  const parties = Map.groupBy(taps, ({ code }) => code);
  const state = [...parties].map(([code, own]) => {
    const walkIn = own.find(({ kind }) => kind === "came");
    return [code, attendance(own, places[code] ?? walkIn?.people ?? 0)];
  });
  return [taps.map(({ id }) => id).sort(), Object.fromEntries(state.sort())];
}
"""

STORED = """
async (slug) => {
  const opening = indexedDB.open(`door ${slug}`, 1);
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const stores = {};
  for (const name of ["taps", "facts"]) {
    const keys = opening.result.transaction(name).objectStore(name).getAllKeys();
    await new Promise((resolve) => (keys.onsuccess = resolve));
    stores[name] = keys.result;
  }
  opening.result.close();
  return [stores, await caches.keys()];
}
"""


LEFT_OVER = """
async () => [
  await indexedDB.databases(), await caches.keys(), { ...localStorage }, { ...sessionStorage },
]
"""
NOTHING_LEFT = [[], [], {}, {}]


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

    def is_killed_and_reopened(self) -> None:
        self.page.close(run_before_unload=False)
        self.page = self.context.new_page()
        self.page.goto(f"/door/{EVENT}/")
        self.is_ready()

    def taps_at_random(self, seed: int, taps: int) -> None:
        before = len(self.kept()[0])
        self.page.evaluate(TAP_AT_RANDOM, [seed, taps])
        wait_until(lambda: len(self.kept()[0]) == before + taps, "all taps are on the disk")

    def kept(self) -> tuple[list[str], dict[str, Any]]:
        """Ids of the taps on the phone, and what its rules say of each party."""
        ids, state = self.page.evaluate(KEPT, EVENT)
        return ids, state

    def stored(self) -> tuple[dict[str, list[str]], list[str]]:
        """Keys in the door's database, by store; and names of caches."""
        databases, caches = self.page.evaluate(STORED, EVENT)
        return databases, caches

    def left_over(self) -> list[Any]:
        """Everything that the browser keeps for the site."""
        left: list[Any] = self.page.evaluate(LEFT_OVER)
        return left

    def shown(self) -> list[str]:
        """What the page says of seats and of double check-ins."""
        return [self.page.locator(f"[data-{name}]").inner_text() for name in ("count", "doubles")]

    def is_ready(self) -> None:
        expect(self.page.locator("[data-door]")).to_have_attribute("data-ready", "yes")

    def row(self, code: str) -> Locator:
        return self.page.locator(f'li[data-code="{code}"]')

    def search(self, text: str) -> None:
        self.page.get_by_role("searchbox").fill(text)
