"""An issue that HR commits becomes due and arrives once; unsubscribing and bounces stop mail."""

import contextlib
import http.client
import urllib.parse
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import FormClient, Person, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.newsletter_issues import DELETED, TALK, TALK_SUBJECT
from tests.e2e.newsletter_steps import batch_items, tick_until
from tests.e2e.page_list import FORM
from tests.e2e.stack_access import (
    Item,
    member_item,
    publish,
    send_ses_event,
    ses_event,
    table_items,
)

TICK_SECONDS = 150


def post(url: str, body: bytes = b"List-Unsubscribe=One-Click") -> int:
    headers = {"Content-Type": FORM}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
        return int(response.status)


def issue_items(stack: Stack, slug: str) -> list[Item]:
    """The issue and its batches."""
    return [item for item in table_items(stack) if item["pk"] == {"S": f"ISSUE#{slug}"}]


@pytest.fixture(scope="module")
def address(first_member: Person) -> str:
    """The address of a member, when an issue that is due and one for later are published."""
    return first_member.address


def test_an_issue_arrives_once_and_one_click_by_post_unsubscribes(
    address: str, page: Page, mailbox: Mailbox, stack: Stack
) -> None:
    wait_until(lambda: mailbox.to(address)[0]["subject"] == TALK_SUBJECT, "the issue", TICK_SECONDS)
    mail = mailbox.wait(address, TALK_SUBJECT)
    assert "Dear Hedda" in mail["text"]
    page.goto(link_in(mail, f"/newsletters/{TALK}/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    unsubscribe = link_in(mail, "/api/unsubscribe")
    assert [post(unsubscribe), post(unsubscribe)] == [200, 200]
    assert member_item(stack, address)["newsletter"] == {"BOOL": False}
    tick_until(stack, TALK, "sent")
    assert [row["subject"] for row in mailbox.to(address)].count(TALK_SUBJECT) == 1
    number = next(iter(batch_items(stack, TALK)))
    send_ses_event(stack, ses_event("Bounce", issue=TALK, batch=str(number), position="0"))
    wait_until(lambda: "failed" in str(batch_items(stack, TALK)[number]), "a failed recipient")


def status(stack: Stack, path: str) -> int:
    """The status under which the edge serves a page."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(stack.site_url).netloc)) as edge:
        edge.request("GET", path)
        return edge.getresponse().status


def test_a_page_is_public_when_its_issue_begins_and_listed_by_the_next_publish(
    address: str, page: Page, stack: Stack
) -> None:
    tick_until(stack, TALK, "sent")
    public, private = f"/newsletters/{TALK}/", f"/newsletters/{DELETED}/"
    assert [status(stack, path) for path in (public, private)] == [200, 404]
    publish(stack)
    page.goto("/newsletters/")
    expect(page.locator(f'main a[href="{public}"]').first).to_be_visible()
    expect(page.locator(f'main a[href="{private}"]')).to_have_count(0)
    assert [status(stack, path) for path in (public, private)] == [200, 404]


def test_an_issue_deleted_before_its_time_is_not_sent(
    address: str, stack: Stack, folder: Path
) -> None:
    wait_until(lambda: issue_items(stack, DELETED), "a scheduled issue")
    (folder / "site" / "content" / "newsletters" / f"{DELETED}.md").unlink()
    publish(stack)
    wait_until(lambda: not issue_items(stack, DELETED), "no issue any more")
    assert status(stack, f"/newsletters/{DELETED}/") == 404


def test_a_bounce_stops_all_further_mail_to_that_address(
    form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    ivar = person("Ivar Ny", address := "ivar@example.com")
    form_client.join(ivar)
    address_hash = member_item(stack, address)["address_hash"]["S"]
    send_ses_event(stack, ses_event("Bounce", address=address_hash))
    key = {"pk": {"S": f"ADDRESS#{address_hash}"}, "sk": {"S": "SUPPRESSED"}}
    table = stack.outputs["TableName"]
    get_item = stack.client("dynamodb").get_item
    wait_until(lambda: get_item(TableName=table, Key=key).get("Item"), "a suppression")
    before = len(mailbox.to(address))
    form_client.post_join_form(ivar)
    wait_until(lambda: not outbox_keys(stack), "an empty outbox")
    assert len(mailbox.to(address)) == before


def outbox_keys(stack: Stack) -> list[str]:
    return [item["pk"]["S"] for item in table_items(stack) if item["sk"]["S"] == "OUTBOX"]


def test_the_unsubscribe_link_changes_nothing_before_its_button(
    page: Page, form_client: FormClient
) -> None:
    welcome = form_client.join(person("Jan Alm", "jan@example.com"))
    page.goto(link_in(welcome, "/api/unsubscribe"))
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You're unsubscribed")
    assert urllib.parse.urlsplit(page.url).path == "/api/unsubscribe"
