"""HR's day with those who want to join, in a browser only: approve one and decline one."""

from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import team_member
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import page_problems
from tests.e2e.stack_access import table_items

MOST_CLICKS = 6
NAMES = {"Vera Holm": "vera-waits@example.com", "Otto Holm": "otto-waits@example.com"}


def let_wait(stack: Stack, form_client: FormClient) -> None:
    """The site of these tests is open to everybody: their sign-ups become what a click on the link
    makes of them where the team decides."""
    for name, address in NAMES.items():
        form_client.post_join_form(person(name, address))
    for item in table_items(stack):
        if item["sk"] == {"S": "SIGNUP"} and item["email"]["S"] in NAMES.values():
            far = {"N": "4000000000"}
            waiting = {"sk": {"S": "APPLICATION"}, "due_kind": {"S": "WAITING"}, "due_at": far}
            waiting |= {"state": {"S": "waiting"}, "step": {"N": "1"}, "confirmed_at": {"N": "1"}}
            stack.client("dynamodb").put_item(
                TableName=stack.outputs["TableName"], Item=item | waiting
            )


def test_hrs_day_approve_one_and_decline_one(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    let_wait(stack, form_client)
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    assert page_problems(page, "desk-today-waiting") == []
    hr.clicks_on("Approve Vera Holm")
    expect(page.get_by_role("status")).to_contain_text("Approved by Karin Ek")
    assert hr.clicks <= MOST_CLICKS

    hr.starts()
    hr.clicks_on("Decline Otto Holm")
    assert page_problems(page, "desk-decline") == []
    hr.click(page.get_by_role("textbox", name="Reason"))
    page.keyboard.type("You never worked with us.")
    hr.clicks_on("Send this reason, too:")
    hr.clicks_on("Decline", exact=True)
    # Both stand there, in the order in which they confirmed, or by chance within one second.
    expect(page.get_by_role("status").filter(has_text="Declined by Karin Ek")).to_be_visible()
    assert hr.clicks <= MOST_CLICKS
    page.get_by_role("button", name="Take it back").first.click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(1)
