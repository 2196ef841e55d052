"""The door of an event on a phone: opened by the morning's email, with and without a network."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from functions.core.aws.table import from_item
from functions.door.rules.check_ins import Tap, attendance
from functions.door.store import taps
from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import team_member
from tests.e2e.guests_at_the_door import (
    NOTHING_LEFT,
    DoorPhone,
    add_guests,
    camera_that_shows,
    cancel_guest,
    forged_tickets,
    ticket_of,
)
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import invoke, table_items
from tests.e2e.test_guest_list import CONTACT
from tests.e2e.test_lighthouse import cookies_of, missed
from tests.e2e.test_menu_and_print import paper_problems

# As a browser of five years ago answers.
NO_ED25519 = """
() => { crypto.subtle.importKey = () => { throw new DOMException("", "NotSupportedError"); }; }
"""

# iOS cuts the connection of a page in the background.
CONNECTION_LOST = """
async (slug) => {
  const { openStorage } = await import("/door/storage.js");
  const storage = await openStorage(slug);
  storage.database.close();
  await storage.keep([{ id: "later", isSent: false }]);
  const kept = (await storage.unsent()).map(({ id }) => id);
  storage.close();
  return kept;
}
"""

# A server that refuses one tap for good.
ONE_IS_REFUSED = """
async () => {
  const taken = [];
  self.fetch = async (_, { body }) => {
    const ids = JSON.parse(body).taps.map(({ id }) => id);
    if (ids.includes("refused")) return new Response("{}", { status: 400 });
    taken.push(...ids);
    return new Response(JSON.stringify({ taps: [], now: 1, isOpen: true }));
  };
  const { send } = await import("/door/sending.js");
  const waiting = new Set(["one", "refused", "two"]);
  let stuck = false;
  while (!stuck) {
    const { sent, isStuck } = await send("talk", [...waiting].map((id) => ({ id })), 0);
    for (const { id } of sent ?? []) waiting.delete(id);
    stuck = isStuck;
  }
  return [taken, [...waiting]];
}
"""

# The list was loaded a day and an hour ago.
GROW_OLD = """
async (slug) => {
  const { openStorage } = await import("/door/storage.js");
  const storage = await openStorage(slug);
  const list = await storage.fact("list");
  await storage.keepFact("list", { ...list, at: list.at - 25 * 60 * 60 * 1000 });
  storage.close();
}
"""


FACTS = """
async (slug) => {
  const { openStorage } = await import("/door/storage.js");
  const storage = await openStorage(slug);
  const list = await storage.fact("list");
  storage.close();
  return list;
}
"""


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


def test_lighthouse_finds_nothing_to_improve_at_the_door(phone: DoorPhone) -> None:
    door = {"name": "door", "url": phone.page.url, "cookie": cookies_of(phone.page)}
    assert missed([door]) == {}


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
    expect(page.locator("[data-state]")).to_contain_text(re.compile("No network.*Not sent yet: 1"))
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
    assert phone.left_over() == NOTHING_LEFT


def test_a_list_of_yesterday_is_gone_at_the_first_opening(phone: DoorPhone) -> None:
    expect(phone.page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    phone.page.evaluate(GROW_OLD, EVENT)
    phone.context.set_offline(True)
    phone.page.reload()
    phone.is_ready()
    expect(phone.page.locator("[data-more]")).to_contain_text("There is no list on this phone")
    databases, caches = phone.stored()
    assert (databases, caches) == ({"taps": [], "facts": ["phone"]}, [])


def test_a_list_of_yesterday_is_gone_when_the_session_is_over_too(
    phone: DoorPhone, stack: Stack
) -> None:
    expect(phone.page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    phone.page.evaluate(GROW_OLD, EVENT)
    _end_sessions(stack)
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="This door isn't open here")).to_be_visible()
    wait_until(lambda: phone.left_over() == NOTHING_LEFT, "the phone has forgotten all")


def test_what_was_tapped_without_a_network_outlives_the_session_and_nobodys_name_does(
    phone: DoorPhone, stack: Stack, guests: dict[str, int], link: str
) -> None:
    page, code = phone.page, list(guests)[12]
    expect(page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    phone.context.set_offline(True)
    phone.search("aabc")
    phone.row(code).get_by_role("button", name="Check in").first.click()
    expect(page.locator("[data-state]")).to_contain_text("Not sent yet: 1")
    _end_sessions(stack)
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", name="This door isn't open here")).to_be_visible()
    expect(page.get_by_text("Not sent yet from this phone: 1.")).to_be_visible()
    databases, caches = phone.stored()
    assert (len(databases["taps"]), caches) == (1, [])
    assert "Guest" not in str(page.evaluate(FACTS, EVENT))
    page.goto(link)
    page.get_by_role("button", name="Open the door").click()
    phone.is_ready()
    phone.search("aabc")
    expect(phone.row(code)).to_contain_text("1 of 1 here")
    expect(page.locator("[data-state]")).to_have_text("All saved")


def _signs_out_without_a_network(phone: DoorPhone) -> str:
    """Returns the session's cookie."""
    page = phone.page
    expect(page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
    kept = cookies_of(page)
    phone.context.set_offline(True)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
    return kept


def test_signing_out_without_a_network_ends_the_session_at_the_next_opening(
    phone: DoorPhone,
) -> None:
    kept = _signs_out_without_a_network(phone)
    databases, caches, *_ = phone.left_over()
    assert (databases, caches) == ([], [])
    phone.page.close()
    phone.context.set_offline(False)
    phone.page = page = phone.context.new_page()
    page.goto(f"/door/{EVENT}/")
    expect(page.get_by_role("heading", name="This door isn't open here")).to_be_visible()
    wait_until(lambda: phone.left_over() == NOTHING_LEFT, "the phone has forgotten all")
    answer = page.request.get(f"/door/{EVENT}/list", headers={"Cookie": kept})
    assert answer.status == 401


def test_signing_out_without_a_network_ends_the_session_once_there_is_one(
    phone: DoorPhone,
) -> None:
    kept, page = _signs_out_without_a_network(phone), phone.page
    assert page_problems(page, "door-signed-out") == []
    phone.context.set_offline(False)
    expect(page.get_by_role("heading", name="This door isn't open here")).to_be_visible()
    answer = page.request.get(f"/door/{EVENT}/list", headers={"Cookie": kept})
    assert answer.status == 401


def test_a_party_that_cancels_while_the_door_is_open_is_refused(
    phone: DoorPhone, stack: Stack
) -> None:
    ((code, _),) = add_guests(stack, 1).items()
    page = phone.page
    page.clock.install()
    page.reload()
    phone.is_ready()
    phone.search(code)
    expect(phone.row(code)).to_be_visible()
    cancel_guest(stack, code)
    page.clock.fast_forward(61_000)
    expect(phone.row(code)).not_to_be_attached()
    expect(page.locator("[data-more]")).to_have_text("This sign-up was cancelled")


def test_whoever_lost_the_connection_to_the_phones_disk_goes_on(phone: DoorPhone) -> None:
    assert "later" in phone.page.evaluate(CONNECTION_LOST, EVENT)


def test_a_tap_that_is_refused_holds_back_none_of_the_others(phone: DoorPhone) -> None:
    assert phone.page.evaluate(ONE_IS_REFUSED) == [["one", "two"], ["refused"]]


def test_two_who_undo_a_double_check_in_at_once_leave_one_of_them(
    browser: Browser, stack: Stack, link: str
) -> None:
    ((code, _),) = add_guests(stack, 1).items()
    one, other = (DoorPhone(browser, stack, link) for _ in range(2))
    both = (one, other)
    for phone in both:
        phone.search(code)
        phone.context.set_offline(True)
        phone.row(code).get_by_role("button", name="Check in").click()
    for phone in both:
        phone.context.set_offline(False)
    for phone in both:
        expect(phone.page.locator("[data-doubles]")).to_contain_text("two phones", timeout=40_000)
    for phone in both:
        phone.context.set_offline(True)
        phone.page.locator("[data-doubles]").get_by_role("button", name="Undo").last.click()
    for phone in both:
        phone.context.set_offline(False)
    wait_until(lambda: one.kept() == other.kept(), "both phones agree", 40)
    for phone in both:
        expect(phone.row(code)).to_contain_text("1 of 1 here")
        phone.context.close()


def test_the_team_opens_the_door_from_the_desk(
    page: Page, stack: Stack, mailbox: Mailbox, guests: dict[str, int]
) -> None:
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    hr.clicks_on("Events", exact=True, within=page.locator(".desk-places"))
    hr.clicks_on("A talk about journeys")
    hr.clicks_on("Open the door")
    expect(page.locator("[data-door]")).to_have_attribute("data-ready", "yes")
    page.get_by_role("link", name="Print the list").click()
    expect(page.get_by_role("cell", name="Guest Aaaa").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a file for Excel").click()
    assert download.value.suggested_filename == f"{EVENT}.xlsx"
    assert page_problems(page, "door-paper") == []
    assert paper_problems(page) == []


def test_two_phones_without_a_network_lose_nothing_and_agree_afterwards(
    browser: Browser, stack: Stack, guests: dict[str, int], link: str
) -> None:
    """Two hundred taps each, on the same parties; one phone is killed half-way."""
    one, other = (DoorPhone(browser, stack, link) for _ in range(2))
    for phone in (one, other):
        expect(phone.page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
        phone.context.set_offline(True)
    one.taps_at_random(1, 100)
    other.taps_at_random(2, 200)
    one.is_killed_and_reopened()
    one.taps_at_random(3, 100)
    assert len(set(one.kept()[0]) ^ set(other.kept()[0])) == 400
    for phone in (other, one):
        phone.context.set_offline(False)
    wait_until(lambda: one.kept() == other.kept(), "both phones agree", 40)
    wait_until(lambda: one.shown() == other.shown(), "both pages show the same")
    assert "checked in at two phones" in one.shown()[1]
    stored = _stored(stack)
    assert len(stored) == len(one.kept()[0]) >= 400
    places = _places(stack) | {tap.code: tap.people for tap in stored if tap.name}
    by_party = {code: [tap for tap in stored if tap.code == code] for code in places}
    state = {code: attendance(own, places[code]) for code, own in by_party.items() if own}
    on_the_phone = {code: tuple(known.values()) for code, known in one.kept()[1].items()}
    assert on_the_phone == {
        code: (known.came, list(known.standing), known.is_double) for code, known in state.items()
    }
    for phone in (one, other):
        phone.context.close()


def test_a_scanned_ticket_is_checked_on_the_phone_and_checks_its_party_in(
    browser: Browser, stack: Stack, link: str, tmp_path: Path
) -> None:
    """Chromium has no BarcodeDetector here, so jsQR reads what the camera shows; without a network,
    as in a cellar, and by noble, as on an older iPhone."""
    ((code, party),) = add_guests(stack, 1).items()
    ticket = ticket_of(stack, code, party)
    with camera_that_shows(browser, ticket, tmp_path) as seeing:
        phone = DoorPhone(seeing, stack, link)
        expect(phone.page.locator("[data-door]")).to_have_attribute("data-kept", "kept")
        phone.context.set_offline(True)
        phone.page.evaluate(NO_ED25519)
        phone.page.get_by_role("button", name="Scan").click()
        dialog = phone.page.get_by_role("dialog", name="Scan")
        expect(dialog).to_contain_text("Genuine, and on the list", timeout=20_000)
        dialog.get_by_role("button", name="Check in").click()
        phone.search(code)
        expect(phone.row(code)).to_contain_text("1 of 1 here")


@pytest.mark.parametrize("by", ["WebCrypto", "noble"])
def test_no_phone_takes_a_forged_or_altered_ticket_for_genuine(
    phone: DoorPhone, stack: Stack, guests: dict[str, int], by: str
) -> None:
    code = next(iter(guests))
    genuine = ticket_of(stack, code, guests[code])
    texts = [genuine, *forged_tickets(genuine, 1000 if by == "WebCrypto" else 50)]
    if by == "noble":
        phone.page.evaluate(NO_ED25519)
    taken = phone.page.evaluate(
        """async (texts) => {
          const { genuine } = await import("/door/tickets.js");
          const key = document.querySelector("[data-door]").dataset.key;
          const read = await Promise.all(texts.map((text) => genuine(text, key)));
          return read.map((ticket, place) => ticket && place).filter((place) => place !== null);
        }""",
        texts,
    )
    assert taken == [0]


def _places(stack: Stack) -> dict[str, int]:
    """Those of each party on the list, by its code; other tests sign up for the event, too."""
    items = [from_item(item) for item in table_items(stack)]
    rsvps = [item for item in items if item["pk"] == f"EVENT#{EVENT}" and "party" in item]
    return {rsvp["ticket"]: rsvp["party"] for rsvp in rsvps}


def _end_sessions(stack: Stack) -> None:
    table, name = stack.client("dynamodb"), stack.outputs["TableName"]
    for item in table_items(stack):
        if item["sk"]["S"].startswith("DOOR_SESSION#"):
            table.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def _stored(stack: Stack) -> list[Tap]:
    """The taps in the table, as the door's store reads them."""
    items = [from_item(item) for item in table_items(stack)]
    return [
        taps.to_tap(tap_id, item["sk"].removeprefix(taps.TAPS), content)
        for item in items
        if item["sk"].startswith(taps.TAPS)
        for tap_id, content in item["taps"].items()
    ]
