"""SES's mailbox simulator, which the local cloud lacks: it answers each test email by the events
that EventBridge would put into the queue."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infra.dev.local.local_stack import Stack
from tests.e2e.newsletter_steps import batch_items
from tests.e2e.stack_access import Item, send_ses_event, ses_event

PARTITION = "MEMBERS#s"  # of the doctor's test recipients
# The simulator's address → the event that follows.
EVENTS = {
    "success": "Send",
    "bounce": "Bounce",
    "complaint": "Complaint",
    "suppressionlist": "Bounce",
}


def doctors_recipients(stack: Stack) -> dict[str, Item]:
    """The doctor's test recipients by id."""
    response = stack.client("dynamodb").query(
        TableName=stack.outputs["TableName"],
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": PARTITION}},
    )
    return {item["sk"]["S"]: item for item in response["Items"]}


@contextmanager
def answering(stack: Stack) -> Iterator[None]:
    """The simulator answers the doctor's emails while this is open."""
    end = threading.Event()
    thread = threading.Thread(target=_answer, args=(stack, end))
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _answer(stack: Stack, end: threading.Event) -> None:
    answered: set[tuple[str, int]] = set()
    while not end.wait(0.3):
        people = doctors_recipients(stack)
        for slug in {f"alumni-doctor-{member_id.split('-')[1]}" for member_id in people}:
            for number, batch in batch_items(stack, slug).items():
                is_out = batch["state"]["S"] in {"sent", "uncertain"}
                if is_out and (slug, number) not in answered:
                    answered.add((slug, number))
                    for event in _events(slug, number, batch, people):
                        send_ses_event(stack, event)


def _events(slug: str, number: int, batch: Item, people: dict[str, Item]) -> Iterator[str]:
    for position, member_id in enumerate(recipient["S"] for recipient in batch["recipients"]["L"]):
        kind = member_id.rpartition("-")[2]
        if kind in EVENTS and member_id in people:
            address = people[member_id]["address_hash"]["S"]
            place = {"batch": str(number), "position": str(position)}
            yield ses_event(EVENTS[kind], issue=slug, address=address, **place)
