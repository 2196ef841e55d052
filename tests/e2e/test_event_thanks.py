"""The thank-you after an event, as a Swedish member reads it, in a browser without JavaScript."""

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from functions.core.aws.table import to_item
from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import write_event
from tests.e2e.stack_access import Item, invoke, publish, table_items
from tests.e2e.test_lighthouse import missed_by_links

SLUG, TITLE = "last-week", "Supper in the boathouse"
TYRA = person("Tyra Ek", "tyra@example.com", office="malmo", language="sv")


def test_who_came_answers_with_one_tap_one_button_and_words(  # noqa: PLR0917 - fixtures
    page: Page,
    scriptless: Page,
    form_client: FormClient,
    mailbox: Mailbox,
    stack: Stack,
    folder: Path,
) -> None:
    form_client.join_all([TYRA])
    write_event(folder, SLUG, TITLE, -2)
    publish(stack)
    wait_until(lambda: _of_event(stack, "EVENT"), "the event")
    _came(stack, TYRA.address)
    invoke(stack, "EventsTick", {})

    mail = mailbox.wait(TYRA.address, f"Tack för att du kom: {TITLE}")
    assert email_problems(page, mail["html"], "mail-event-thanks") == []

    quiet = scriptless
    quiet.set_viewport_size({"width": 390, "height": 844})
    quiet.goto(link_in(mail, "again=yes"))
    marked = quiet.get_by_role("group", name="Skulle du komma igen?").get_by_label("Ja")
    expect(marked).to_be_checked()
    quiet.get_by_label("Mycket bra").check()
    quiet.get_by_role("button", name="Skicka mina svar").click()
    expect(quiet.locator("main h1")).to_have_text("Tack!")
    quiet.get_by_label("Vill du lägga till något?").fill("Mer soppa!")
    quiet.get_by_role("button", name="Skicka").click()
    expect(quiet.locator("main")).to_contain_text("Alumniteamet läser allt som skrivs")
    (given,) = _of_event(stack, "OPINION#")
    assert given["answers"] == {"M": {"liked": {"S": "very"}, "again": {"S": "yes"}}}
    assert given["words"] == {"S": "Mer soppa!"}

    page.goto(link_in(mail, "liked=good"))
    assert page_problems(page, "event-thanks") == []
    page.get_by_role("button", name="Skicka mina svar").click()
    assert page_problems(page, "event-thanks-words") == []
    page.get_by_role("button", name="Skicka").click()
    assert page_problems(page, "event-thanks-given") == []
    assert missed_by_links(thanks=link_in(mail, "liked=good")) == {}


def _of_event(stack: Stack, beginning: str) -> list[Item]:
    items = (item for item in table_items(stack) if item["pk"]["S"] == f"EVENT#{SLUG}")
    return [item for item in items if item["sk"]["S"].startswith(beginning)]


def _came(stack: Stack, address: str) -> None:
    """They had a place, and it is the morning after."""
    now = int(time.time())
    (member,) = (item for item in table_items(stack) if item.get("email") == {"S": address})
    hashed = member["address_hash"]["S"]
    key = {"pk": f"EVENT#{SLUG}"}
    facts = {"name": "Tyra Ek", "email": address, "language": "sv", "dietary": ""}
    numbers = {"party": 1, "revision": 1, "created_at": now, "sequence": 0}
    rsvp = key | {"sk": f"RSVP#{hashed}", "status": "accepted", "ticket": "7K3M9QXA"}
    due = key | {"sk": "REMINDER#thanks", "cursor": "", "due_kind": "REMINDER", "due_at": now - 1}
    for item in (rsvp | facts | numbers, due):
        table = stack.outputs["TableName"]
        stack.client("dynamodb").put_item(TableName=table, Item=to_item(item))
