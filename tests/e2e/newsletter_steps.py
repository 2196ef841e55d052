"""Moves an issue through the functions: planned by the tick, sent by workers, step by step."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from infra.dev.local.local_stack import Stack
from tests.e2e.mailbox import wait_until
from tests.e2e.stack_access import Item, invoke

ISSUE_SECONDS = 60


def issue_key(slug: str) -> Item:
    return {"pk": {"S": f"ISSUE#{slug}"}, "sk": {"S": "ISSUE"}}


def issue_item(stack: Stack, slug: str) -> Item:
    """The issue in the table; {} before the functions know it."""
    get_item = stack.client("dynamodb").get_item
    response = get_item(
        TableName=stack.outputs["TableName"], Key=issue_key(slug), ConsistentRead=True
    )
    return dict(response.get("Item", {}))


def issue_state(stack: Stack, slug: str) -> str:
    return str(issue_item(stack, slug).get("state", {}).get("S", ""))


def batch_items(stack: Stack, slug: str) -> dict[int, Item]:
    """The issue's batches by number."""
    response = stack.client("dynamodb").query(
        TableName=stack.outputs["TableName"],
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :batch)",
        ExpressionAttributeValues={":pk": issue_key(slug)["pk"], ":batch": {"S": "BATCH#"}},
    )
    return {int(item["sk"]["S"].partition("#")[2]): item for item in response["Items"]}


def tick(stack: Stack) -> None:
    """The newsletter's minute tick, without waiting for the minute."""
    invoke(stack, "NewsletterTick", {"tick": True})


def tick_until(stack: Stack, slug: str, state: str) -> None:
    """Tick until the issue is in this state."""

    def is_reached() -> bool:
        tick(stack)
        return issue_state(stack, slug) == state

    wait_until(is_reached, f"{slug} {state}", ISSUE_SECONDS)


def wait_until_known(stack: Stack, *slugs: str) -> None:
    """Wait until the functions have read these issues in the catalogue."""
    wait_until(
        lambda: all(issue_item(stack, slug) for slug in slugs),
        f"{slugs} in the table",
        ISSUE_SECONDS,
    )


@contextmanager
def no_workers(stack: Stack) -> Iterator[None]:
    """Planned batches stay in the queue: only `send_batch` sends."""
    client = stack.client("lambda")
    name = stack.outputs["NewsletterSendName"]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def send_batch(stack: Stack, slug: str, number: int) -> None:
    """A worker gets one batch from the queue."""
    body = json.dumps({"issue": slug, "number": number})
    event = {"Records": [{"messageId": f"{slug}-{number}", "body": body}]}
    assert invoke(stack, "NewsletterSend", event) == {"batchItemFailures": []}


def reach_send_time(stack: Stack, *slugs: str) -> None:
    """Move the send times of issues into the past, once the functions know them."""
    wait_until_known(stack, *slugs)
    for slug in slugs:
        _set_to_past(stack, slug, "send_at = :past, due_at = :past")


def reach_report_time(stack: Stack, slug: str) -> None:
    """Move the time of a sent issue's report into the past."""
    _set_to_past(stack, slug, "due_at = :past")


def _set_to_past(stack: Stack, slug: str, times: str) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key=issue_key(slug),
        UpdateExpression=f"SET {times}",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 10)}},
    )
