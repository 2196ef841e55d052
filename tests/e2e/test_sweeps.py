"""What the minute tick clears away, in the running stack: sign-ups that nobody confirmed."""

import time

from infra.dev.local.local_stack import Stack
from tests.e2e import press
from tests.e2e.readers import Door, reader
from tests.e2e.stage import EVENT, Mailbox, dump, eventually


def age(stack: Stack, address: str) -> None:
    """Let a sign-up's time be over, as if a week had passed."""
    (item,) = [each for each in dump(stack) if each.get("email") == {"S": address}]
    past = {":past": {"N": str(int(time.time()) - 10)}}
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key={"pk": item["pk"], "sk": item["sk"]},
        UpdateExpression="SET expires_at = :past, due_at = :past",
        ExpressionAttributeValues=past,
    )


def test_what_nobody_confirmed_in_time_is_erased_by_the_tick(
    door: Door, mailbox: Mailbox, stack: Stack
) -> None:
    door.apply(reader("Klara Sen", "klara@example.com"))
    door.sign_up(EVENT, "Liv Sen", "liv@example.com")
    for address in ("klara@example.com", "liv@example.com"):
        mailbox.wait(address, "Please confirm")
        age(stack, address)
    swept = {"klara@example.com", "liv@example.com"}
    left = lambda: {each.get("email", {}).get("S") for each in dump(stack)} & swept  # noqa: E731
    for function in ("MembershipTick", "EventsTick"):
        press.call(stack, function, {"tick": True})
    eventually(lambda: not left(), "an empty table")
    assert left() == set()
