"""What a run must not leave behind: changes by looking, personal data, unused permissions."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import psutil
import pytest

from infra.dev.local.local_stack import Stack
from tests.e2e import trail
from tests.e2e.stage import Mailbox, dump, eventually

pytestmark = pytest.mark.afterwards

# Lambda does these with the role, around the handler; the local cloud does them as itself.
BY_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
# Granted, and not seen in a run: why it must stay. (function, action) → reason.
REASONS = {
    ("Post", "sqs:SendMessage"): "Lambda puts the stream's failures into the dead letters",
    ("NewsletterSend", "ses:SendBulkTemplatedEmail"): "SES may check it for the same bulk call",
    ("NewsletterSend", "dynamodb:GetItem"): "a batch that SES refuses for one address is halved",
    ("NewsletterSend", "dynamodb:PutItem"): "the same",
    ("NewsletterSend", "ses:SendBulkEmail"): "seen by the mails: no trail of SES's second API here",
    ("NewsletterSend", "ses:GetAccount"): "no trail of SES's second API; refused, it would say so",
    ("NewsletterTick", "ses:GetAccount"): "the same",
}
SAME = {"sqs:SendMessageBatch": "sqs:SendMessage", "s3:ListObjects": "s3:ListBucket"}


def look(url: str, method: str) -> None:
    try:
        urllib.request.urlopen(urllib.request.Request(url, method=method)).close()
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code >= 500:
            raise


def lasting(stack: Stack) -> list[dict[str, Any]]:
    """The table without what passes by itself: mails under way."""
    return [each for each in dump(stack) if each["sk"]["S"] != "OUTBOX"]


def test_looking_at_every_link_of_every_mail_changes_nothing(
    stack: Stack, mailbox: Mailbox
) -> None:
    eventually(lambda: lasting(stack) == dump(stack), "an empty outbox")
    links = {link for mail in mailbox.every() for link in mail["links"] if "localhost" in link}
    assert sum("/api/" in link for link in links) > 10
    before = dump(stack)
    for link in links:
        look(link, "GET")
        look(link, "HEAD")
    assert dump(stack) == before


def secrets_of(mails: list[dict[str, Any]]) -> set[str]:
    """Every address that got a mail and every token that was in one."""
    addresses = {recipient for mail in mails for recipient in mail["recipients"]}
    queries = [urllib.parse.urlsplit(link).query for mail in mails for link in mail["links"]]
    tokens = {value for q in queries for value in urllib.parse.parse_qs(q).get("token", [])}
    return addresses | tokens


def forms(secret: str) -> set[str]:
    """A secret as it is, and as encodings would show it."""
    raw = secret.encode()
    return {
        secret,
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        base64.b64encode(raw).decode().rstrip("=")[:-2],
        raw.hex(),
        json.dumps(secret)[1:-1],
    }


def said(stack: Stack) -> dict[str, str]:
    """All that functions logged, and all that lies in queues and dead letters."""
    logs, sqs = stack.client("logs"), stack.client("sqs")
    texts: dict[str, str] = {}
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        texts[name] = "\n".join(each["message"] for page in events for each in page["events"])
    for url in sqs.list_queues().get("QueueUrls", []):
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        texts[url] = json.dumps(found.get("Messages", []))
    return texts


def stream_records(stack: Stack) -> str:
    streams = stack.client("dynamodbstreams")
    (stream,) = streams.list_streams(TableName=stack.outputs["TableName"])["Streams"]
    shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    records = []
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"],
            ShardId=shard["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    return json.dumps(records, default=str)


def test_no_log_queue_or_stream_holds_an_address_or_a_token(stack: Stack, mailbox: Mailbox) -> None:
    secrets = secrets_of(mailbox.every())
    texts = said(stack) | {"the table's stream": stream_records(stack)}
    assert len(secrets) > 20
    assert sum(map(len, texts.values())) > 10_000
    found = {
        (where, secret)
        for where, text in texts.items()
        for secret in secrets
        if any(form in text for form in forms(secret))
    }
    assert found == set()


def test_no_function_was_refused_what_it_asked_for(stack: Stack) -> None:
    texts = said(stack)
    assert sum("catalogue applied" in text for text in texts.values()) == 1
    refused = ("AccessDenied", "the account's rate is unknown")
    assert [name for name, text in texts.items() if any(each in text for each in refused)] == []


def granted(stack: Stack, role: str) -> set[str]:
    """Every action that a role's policies allow, as deployed."""
    iam = stack.client("iam")
    actions: set[str] = set()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in policy["Statement"]:
            given = statement["Action"]
            actions |= set(given if isinstance(given, list) else [given])
    return actions


def functions(stack: Stack) -> dict[str, dict[str, Any]]:
    """Logical name → the function's configuration."""
    found = stack.client("lambda").list_functions()["Functions"]
    return {each["FunctionName"].split("-")[1]: each for each in found}


def excess(stack: Stack, name: str, function: dict[str, Any]) -> set[str]:
    seen = trail.actions_seen(stack, trail.function_key(function))
    unused = granted(stack, function["Role"].rsplit("/", 1)[1]) - _as_iam(seen) - BY_LAMBDA
    return {action for action in unused if (name, action) not in REASONS}


def _as_iam(seen: set[str]) -> set[str]:
    return {SAME.get(action, action) for action in seen} | seen


def test_no_function_may_do_what_none_was_seen_to_do(stack: Stack) -> None:
    unused = {name: excess(stack, name, each) for name, each in functions(stack).items()}
    assert {name: actions for name, actions in unused.items() if actions} == {}


def test_the_publisher_may_do_what_publishing_does_and_no_more(stack: Stack) -> None:
    seen = {action for key in trail.PUBLISHERS for action in trail.actions_seen(stack, key)}
    role = stack.outputs["PublisherRoleArn"].rsplit("/", 1)[1]
    assert granted(stack, role) - _as_iam(seen) - {"s3:DeleteObject"} == set()


def test_nothing_of_the_stack_listens_beyond_loopback(stack: Stack) -> None:
    listening = [
        connection.laddr.ip
        for process in psutil.Process().children(recursive=True)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert set(listening) <= {"127.0.0.1", "::1"}
