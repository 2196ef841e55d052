"""The newsletter's press: issues that HR writes, the tick, workers, and what became of each."""

import email
import email.policy
import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.dev.local.local_stack import Stack
from tests.e2e.stage import Mailbox, eventually

ISSUE_SECONDS = 60
ZONE = ZoneInfo("Europe/Stockholm")


def write(folder: Path, slug: str, body: str, ago: int = 0, **front: str) -> None:
    """An issue that was due so many minutes ago; a slug such as `spring.sv` is a translation, which
    has no time of its own."""
    when = {} if "." in slug else {"send_at": due(ago)}
    facts = "\n".join(f"{name}: {value}" for name, value in (when | front).items())
    path = folder / "site" / "content" / "newsletters" / f"{slug}.md"
    path.write_text(f"---\n{facts}\n---\n\n{body}\n", encoding="utf-8")


def due(minutes_ago: int) -> str:
    return f"{datetime.now(ZONE) - timedelta(minutes=minutes_ago):%Y-%m-%d %H:%M}"


def key(slug: str, sk: str = "ISSUE") -> dict[str, Any]:
    return {"pk": {"S": f"ISSUE#{slug}"}, "sk": {"S": sk}}


def issue(stack: Stack, slug: str) -> dict[str, Any]:
    """As the table has it; {} where the functions do not know it yet."""
    get = stack.client("dynamodb").get_item
    found = get(TableName=stack.outputs["TableName"], Key=key(slug), ConsistentRead=True)
    return dict(found.get("Item", {}))


def state(stack: Stack, slug: str) -> str:
    return str(issue(stack, slug).get("state", {}).get("S", ""))


def batches(stack: Stack, slug: str) -> dict[int, dict[str, Any]]:
    """By number."""
    found = stack.client("dynamodb").query(
        TableName=stack.outputs["TableName"],
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :batch)",
        ExpressionAttributeValues={":pk": key(slug)["pk"], ":batch": {"S": "BATCH#"}},
    )
    return {int(each["sk"]["S"].partition("#")[2]): each for each in found["Items"]}


def call(stack: Stack, function: str, event: dict[str, Any]) -> Any:
    """Wake a function as the cloud would, with its own role; what it answers."""
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs[f"{function}Name"], Payload=json.dumps(event).encode()
    )
    told = json.load(answer["Payload"])
    assert "FunctionError" not in answer, told
    return told


def tick(stack: Stack) -> None:
    """The newsletter's minute, without waiting for it."""
    call(stack, "NewsletterTick", {"tick": True})


def until(stack: Stack, slug: str, wanted: str) -> None:
    """Tick until the issue is in this state."""

    def reached() -> bool:
        tick(stack)
        return state(stack, slug) == wanted

    eventually(reached, f"{slug} {wanted}", ISSUE_SECONDS)


def taken_over(stack: Stack, *slugs: str) -> None:
    eventually(lambda: all(issue(stack, slug) for slug in slugs), f"{slugs}", ISSUE_SECONDS)


@contextmanager
def no_workers(stack: Stack) -> Iterator[None]:
    """The queue keeps what is planned: nobody sends but whom the test calls."""
    client = stack.client("lambda")
    name = stack.outputs["NewsletterSendName"]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def send(stack: Stack, slug: str, number: int) -> None:
    """A worker gets one batch from the queue."""
    body = json.dumps({"issue": slug, "number": number})
    event = {"Records": [{"messageId": f"{slug}-{number}", "body": body}]}
    assert call(stack, "NewsletterSend", event) == {"batchItemFailures": []}


def tell(stack: Stack, event: str) -> None:
    """An event as SES reports it, through EventBridge and its transformer, into the queue."""
    queue = stack.outputs["FeedbackQueueUrl"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=event)


def age(stack: Stack, slug: str) -> None:
    """Let what the issue waits for be due, as if its time had come."""
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["TableName"],
        Key=key(slug),
        UpdateExpression="SET due_at = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 10)}},
    )


def raw(mailbox: Mailbox, mail: dict[str, Any]) -> EmailMessage:
    """The mail as it came by SMTP."""
    with urllib.request.urlopen(f"{mailbox.url}/messages/{mail['id']}/raw") as answer:
        return email.message_from_bytes(answer.read(), policy=email.policy.default)
