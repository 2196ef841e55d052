"""The event's contact gets a link to the guest list: from the email to the paper for the door."""

import time

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import FormClient
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import invoke
from tests.e2e.test_menu_and_print import paper_problems

CONTACT = "maja.holmberg@example.com"  # of the office in Malmö


def be_the_day_before(stack: Stack) -> None:
    """The time has come at which the link is due."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key={"pk": {"S": f"EVENT#{EVENT}"}, "sk": {"S": "GUEST_LIST"}},
        UpdateExpression="SET due_at = :past",
        ConditionExpression="due_at > :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )


def test_the_contact_opens_the_guest_list_and_prints_it(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    address = "gunnel@example.com"
    form_client.post_sign_up_form(EVENT, "Gunnel Ek", address, guests="1")
    confirm = mailbox.wait(address, "Please confirm your")
    form_client.press_button(link_in(confirm, "/api/rsvp/confirm"))
    be_the_day_before(stack)
    invoke(stack, "EventsTick", {"tick": True})
    mail = mailbox.wait(CONTACT, "Guest list: A talk about journeys")
    assert "Gunnel" not in str(mail)
    assert email_problems(page, mail["html"], "mail-guest-list") == []
    page.goto(link_in(mail, "/api/guest-list"))
    assert page_problems(page, "guest-list-link") == []
    expect(page.get_by_text("Gunnel")).to_have_count(0)
    page.get_by_role("button", name="Show the guest list").click()
    expect(page.get_by_role("cell", name="Gunnel Ek")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    assert page_problems(page, "guest-list") == []
    assert paper_problems(page) == []
