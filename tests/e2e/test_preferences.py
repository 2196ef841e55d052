"""Less instead of nothing: what the page behind a mail's link keeps; and unsubscribing by mail."""

import json
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import journeys, looks, readers
from tests.e2e.conftest import in_context
from tests.e2e.rooms import Door
from tests.e2e.stage import Mailbox, dump, link

TOPICS = "#preferences-interests input"


def path(mail: dict[str, Any]) -> str:
    return link(mail, "/api/unsubscribe")


def token(mail: dict[str, Any]) -> str:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(path(mail)).query)["token"][0]


def member(stack: Stack, address: str) -> dict[str, Any]:
    (found,) = [each for each in dump(stack) if each.get("email") == {"S": address}]
    return found


def choose(page: Page, *topics: int) -> None:
    """Once a quarter, these topics and no other; then save."""
    page.get_by_label("Once a quarter").check()
    boxes = page.locator(TOPICS)
    for n in range(boxes.count()):
        boxes.nth(n).set_checked(n in topics)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your changes are saved")


def expect_chosen(page: Page, *topics: int) -> None:
    expect(page.get_by_label("Once a quarter")).to_be_checked()
    boxes = page.locator(TOPICS)
    ticked = [n for n in range(boxes.count()) if boxes.nth(n).is_checked()]
    assert ticked == list(topics)


@pytest.fixture(params=["page", "scriptless"])
def reader(request: pytest.FixtureRequest) -> Page:
    """A browser that runs scripts, and one that does not."""
    page: Page = request.getfixturevalue(request.param)
    return page


def test_a_reader_chooses_less_and_finds_it_kept(
    reader: Page, door: readers.Door, stack: Stack, request: pytest.FixtureRequest
) -> None:
    address = f"{request.node.callspec.params['reader']}@example.com"
    welcome = door.join(readers.reader("Tova Lind", address))
    reader.goto(path(welcome))
    expect(reader.get_by_label("Every issue")).to_be_checked()
    expect(reader.locator("main")).not_to_contain_text("Tova")
    choose(reader, 1, 2)
    expect_chosen(reader, 1, 2)
    reader.goto(path(welcome))
    expect_chosen(reader, 1, 2)
    kept = member(stack, address)
    assert kept["frequency"] == {"S": "quarterly"}
    assert len(kept["interests"]["L"]) == 2
    assert kept["newsletter"] == {"BOOL": True}


@pytest.fixture(scope="module")
def leaving(door: readers.Door) -> dict[str, Any]:
    """The welcome email of somebody who then unsubscribed."""
    ulla = readers.reader("Ulla Ek", "ulla@example.com")
    welcome = door.join(ulla)
    door.leave(ulla)
    return welcome


def test_the_pages_of_a_reader_are_sound(page: Page, door: readers.Door) -> None:
    welcome = door.join(readers.reader("Vide Lund", "vide@example.com"))
    page.goto(path(welcome))
    assert looks.problems(page, "preferences") == []
    choose(page, 0)
    assert looks.problems(page, "preferences-saved") == []
    Door(f"/api/preferences?token={token(welcome)}", {"frequency": "daily"}).open(page)
    expect(page.get_by_role("alert")).to_contain_text("how often you want the newsletter")
    assert looks.problems(page, "preferences-errors") == []


def test_who_has_stopped_it_gets_it_again_by_asking_only(
    page: Page, leaving: dict[str, Any], stack: Stack
) -> None:
    page.goto(path(leaving))
    expect(page.get_by_role("heading", level=1)).to_have_text("You're unsubscribed")
    assert looks.problems(page, "preferences-stopped") == []
    choose(page, 0)
    expect(page.get_by_role("status")).to_contain_text("You are still unsubscribed")
    assert member(stack, "ulla@example.com")["newsletter"] == {"BOOL": False}
    page.locator("#preferences-again input[type=checkbox]").check()
    choose(page, 0)
    expect(page.get_by_role("status")).to_contain_text("one email a quarter")
    assert member(stack, "ulla@example.com")["newsletter"] == {"BOOL": True}


@pytest.fixture
def swede(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.site_url, locale="sv")
    yield from in_context(context, stack.site_url)


def test_the_page_speaks_the_language_of_the_mail(swede: Page, mailbox: Mailbox) -> None:
    journeys.fill_join(swede, "Åsa Öst", "asa.ost@example.com", language="sv")
    journeys.send(swede)
    swede.wait_for_url("**/join/check-your-mail/")
    asked = mailbox.wait("asa.ost@example.com", "")
    swede.goto(link(asked, "/api/join/confirm"))
    swede.locator("main form button.primary").click()
    swede.wait_for_url("**/join/welcome/")
    swede.goto(path(mailbox.wait("asa.ost@example.com", "", after=1)))
    expect(swede.locator("[lang=sv] h1")).to_have_text("Vill du avsluta prenumerationen?")
    assert looks.problems(swede, "preferences-sv") == []


def arrive(stack: Stack, subject: str) -> None:
    """A mail to the unsubscribe address, as SES tells the function of it."""
    headers = {"from": ["ulla@example.com"], "subject": subject}
    mail = {"source": "ulla@example.com", "commonHeaders": headers}
    event = {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": {"mail": mail}}]}
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["MembershipMailName"], Payload=json.dumps(event).encode()
    )
    assert (answer["StatusCode"], answer.get("FunctionError")) == (200, None)


def test_a_mail_to_the_unsubscribe_address_stops_it_by_its_token_only(
    door: readers.Door, stack: Stack
) -> None:
    address = "wilma@example.com"
    welcome = door.join(readers.reader("Wilma Alm", address))
    arrive(stack, "unsubscribe")
    arrive(stack, f"unsubscribe {token(welcome)[:-4]}AAAA")
    assert member(stack, address)["newsletter"] == {"BOOL": True}
    arrive(stack, f"Re: UNSUBSCRIBE\r\n {token(welcome)}")
    stopped = member(stack, address)
    assert stopped["newsletter"] == {"BOOL": False}
    arrive(stack, f"unsubscribe {token(welcome)}")
    assert member(stack, address) == stopped
