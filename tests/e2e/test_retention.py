"""The minute tick erases unconfirmed sign-ups, and sign-ups to events that are long over."""

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from functions.core.clock import DAY
from infra.dev.local.local_stack import ALUMNI, Stack
from infra.dev.local.processes import run
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_checks import page_problems
from tests.e2e.project_copy import EVENT
from tests.e2e.stack_access import Item, invoke, member_item, table_items

PAST_EVENT = {"S": "EVENT#bygone-talk"}


def put_item(stack: Stack, item: Item) -> None:
    stack.client("dynamodb").put_item(TableName=stack.outputs["TableName"], Item=item)


def past_event_items(stack: Stack) -> list[Item]:
    return [item for item in table_items(stack) if item["pk"] == PAST_EVENT]


def test_sixty_days_after_an_event_the_tick_erases_its_sign_ups(stack: Stack) -> None:
    key = {"pk": {"S": f"EVENT#{EVENT}"}, "sk": {"S": "EVENT"}}
    (event,) = [item for item in table_items(stack) if key.items() <= item.items()]
    due = {"due_at": {"N": str(int(time.time()) - 10)}, "free": {"N": "11"}}
    sign_up = {"sk": {"S": "RSVP#" + "0" * 32}, "status": {"S": "accepted"}}
    put_item(stack, {"pk": PAST_EVENT, **sign_up, "email": {"S": "olle@example.com"}})
    put_item(stack, event | {"pk": PAST_EVENT} | due)
    invoke(stack, "EventsTick", {"tick": True})
    wait_until(lambda: len(past_event_items(stack)) == 1, "an event without sign-ups")
    (past_event,) = past_event_items(stack)
    assert past_event["free"] == past_event["capacity"]
    assert not {"due_kind", "due_at"} & past_event.keys()


def expire(stack: Stack, address: str) -> None:
    """Move the end of a sign-up's time into the past, as if a week had passed."""
    move_into_the_past(stack, member_item(stack, address), "expires_at", "due_at")


def move_into_the_past(stack: Stack, item: Item, *times: str) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key={"pk": item["pk"], "sk": item["sk"]},
        UpdateExpression="SET " + ", ".join(f"#{name} = :past" for name in times),
        ExpressionAttributeNames={f"#{name}": name for name in times},
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 3600)}},
    )


def test_sign_ups_that_nobody_confirmed_in_time_are_erased_by_the_tick(
    form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    expired = {"klara@example.com", "liv@example.com"}
    form_client.post_join_form(person("Klara Sen", "klara@example.com"))
    form_client.post_sign_up_form(EVENT, "Liv Sen", "liv@example.com")
    for address in expired:
        mailbox.wait(address, "Please confirm")
        expire(stack, address)

    def kept_addresses() -> set[str | None]:
        return {item.get("email", {}).get("S") for item in table_items(stack)} & expired

    for function in ("MembershipTick", "EventsTick"):
        invoke(stack, function, {"tick": True})
    wait_until(lambda: not kept_addresses(), "an empty table")
    assert kept_addresses() == set()


def test_an_erased_person_is_told_and_deleted(
    form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    """The command, the email and the tick, each with its own rights."""
    form_client.join(person("Moa Sen", "moa@example.com", language="sv"))
    form_client.post_sign_up_form(EVENT, "Moa Sen", "moa@example.com")
    mailbox.wait("moa@example.com", "Please confirm your sign-up")
    erase = [*ALUMNI, "members", "erase", "moa@example.com", "--yes"]
    assert run(erase, stack.environment, Path(stack.root)).returncode == 0
    mailbox.wait("moa@example.com", "raderas")
    move_into_the_past(stack, member_item(stack, "moa@example.com"), "at", "due_at")
    invoke(stack, "MembershipTick", {"tick": True})
    wait_until(lambda: "moa@example.com" not in str(table_items(stack)), "an erased person")


def be_silent(stack: Stack, address: str, kind: str, months: int, since_days: int) -> None:
    """Nothing was heard from this member for so long, and their stage began so many days ago."""
    member_id, now = member_item(stack, address)["sk"]["S"], int(time.time())
    put_item(
        stack,
        {
            "pk": {"S": f"LIFE#{member_id}"},
            "sk": {"S": "LIFE"},
            "seen_at": {"N": str(now - months * 31 * DAY)},
            "due_kind": {"S": kind},
            "due_at": {"N": str(now - since_days * DAY)},
        },
    )


def sweep_again(stack: Stack) -> None:
    """The day's sweep of silent members begins once more."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key={"pk": {"S": "RETENTION"}, "sk": {"S": "RETENTION"}},
        UpdateExpression="SET #day = :none",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":none": {"N": "0"}},
    )
    invoke(stack, "MembershipTick", {"tick": True})


def test_a_silent_member_stays_by_one_click_and_another_one_is_erased(
    page: Page, form_client: FormClient, mailbox: Mailbox, stack: Stack
) -> None:
    form_client.join_all([person("Rune Sen", "rune@example.com"), person("Sia", "sia@example.com")])
    invoke(stack, "MembershipTick", {"tick": True})
    be_silent(stack, "rune@example.com", "QUIET", months=36, since_days=36 * 31)
    be_silent(stack, "sia@example.com", "WARNED_TWICE", months=40, since_days=15)
    sweep_again(stack)
    question = mailbox.wait("rune@example.com", "Do you still want to be in the")
    page.goto(link_in(question, "/api/still-here"))
    assert page_problems(page, "still-here") == []
    page.get_by_role("button", name="Yes, I want to stay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You stay with us")
    assert page_problems(page, "stays") == []
    mailbox.wait("sia@example.com", "is deleted")
