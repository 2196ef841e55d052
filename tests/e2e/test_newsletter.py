"""An issue that HR commits: it becomes due, arrives once, and is unsubscribed with one click."""

import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e import press
from tests.e2e.readers import Door, reader
from tests.e2e.stage import Mailbox, add_issue, dump, eventually, link
from tests.e2e.trail import as_publisher

TICK_SECONDS = 150
SUBJECT = "News from the journey"


def post(url: str, body: bytes = b"List-Unsubscribe=One-Click") -> int:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with urllib.request.urlopen(urllib.request.Request(url, body, form)) as answer:
        return int(answer.status)


def items(stack: Stack, slug: str) -> dict[str, Any]:
    """The issue's items by sort key: ISSUE, BATCH#000001, ..."""
    found = [each for each in dump(stack) if each["pk"]["S"] == f"ISSUE#{slug}"]
    return {each["sk"]["S"]: each for each in found}


def batch(stack: Stack, slug: str) -> Any:
    return next(each for key, each in items(stack, slug).items() if key.startswith("BATCH#"))


def feed(stack: Stack, event: str) -> None:
    """An event as SES reports it, through EventBridge and its transformer, into the queue."""
    queue = stack.outputs["FeedbackQueueUrl"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=event)


@pytest.fixture(scope="module")
def address(door: Door, stack: Stack, folder: Path) -> str:
    """A member's, when an issue that is due was published, and with it one for later."""
    hedda = reader("Hedda Berg", "hedda@example.com")
    door.join(hedda)
    add_issue(folder, "journey", SUBJECT)
    add_issue(folder, "withdrawn", "Never sent", days=3)
    as_publisher(stack, "publish")
    return hedda.address


def test_an_issue_arrives_once_and_one_click_by_post_ends_it(
    address: str, page: Page, mailbox: Mailbox, stack: Stack
) -> None:
    eventually(lambda: mailbox.to(address)[0]["subject"] == SUBJECT, "the issue", TICK_SECONDS)
    mail = mailbox.wait(address, SUBJECT)
    assert "Dear Hedda" in mail["text"]
    page.goto(link(mail, "/newsletters/journey/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    unsubscribe = link(mail, "/api/unsubscribe")
    assert [post(unsubscribe), post(unsubscribe)] == [200, 200]
    (member,) = [each for each in dump(stack) if each.get("email") == {"S": address}]
    assert member["newsletter"] == {"BOOL": False}
    press.until(stack, "journey", "sent")
    assert [each["subject"] for each in mailbox.to(address)].count(SUBJECT) == 1
    number = batch(stack, "journey")["sk"]["S"].removeprefix("BATCH#")
    feed(stack, bounce(issue="journey", batch=str(int(number)), position="0"))
    eventually(lambda: "failed" in str(batch(stack, "journey")), "a failed recipient")


def test_an_issue_taken_back_before_its_time_is_not_sent(
    address: str, stack: Stack, folder: Path
) -> None:
    eventually(lambda: items(stack, "withdrawn"), "a scheduled issue")
    (folder / "site" / "content" / "newsletters" / "withdrawn.md").unlink()
    as_publisher(stack, "publish")
    eventually(lambda: not items(stack, "withdrawn"), "no issue any more")


def test_a_bounce_stops_all_further_mail_to_that_address(
    door: Door, mailbox: Mailbox, stack: Stack
) -> None:
    ivar = reader("Ivar Ny", address := "ivar@example.com")
    door.join(ivar)
    (member,) = [each for each in dump(stack) if each.get("email") == {"S": address}]
    hashed = member["address_hash"]["S"]
    feed(stack, bounce(address=hashed))
    suppressed = {"pk": {"S": f"ADDRESS#{hashed}"}, "sk": {"S": "SUPPRESSED"}}
    table = stack.outputs["TableName"]
    get = stack.client("dynamodb").get_item
    eventually(lambda: get(TableName=table, Key=suppressed).get("Item"), "a suppression")
    before = len(mailbox.to(address))
    door.apply(ivar)
    eventually(lambda: not waiting(stack), "an empty outbox")
    assert len(mailbox.to(address)) == before


def bounce(**tags: str) -> str:
    return json.dumps(
        {
            "event": "Bounce",
            "message_id": "m-1",
            "at": "2026-11-21T10:00:00.000Z",
            "bounce_type": "Permanent",
            "complaint_type": "",
            "tags": {"issue": "", "batch": "", "position": "", "address": ""} | tags,
        }
    )


def waiting(stack: Stack) -> list[str]:
    return [each["pk"]["S"] for each in dump(stack) if each["sk"]["S"] == "OUTBOX"]


def test_the_unsubscribe_link_asks_before_it_acts(page: Page, door: Door) -> None:
    welcome = door.join(reader("Jan Alm", "jan@example.com"))
    page.goto(link(welcome, "/api/unsubscribe"))
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You're unsubscribed")
    assert urllib.parse.urlsplit(page.url).path == "/api/unsubscribe"
