"""After the whole run: GET changed nothing, no personal data leaked, every permission was used."""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Set as AbstractSet
from random import Random
from typing import Any

import psutil
import pytest

from infra.dev.local.local_stack import Stack
from tests.e2e import cloudtrail
from tests.e2e.mailbox import Mailbox, wait_until
from tests.e2e.stack_access import PUBLISHER_KEYS, Item, table_items
from tests.infra.cloud.table_permissions import Call, grants, is_allowed
from tests.infra.cloud.template_resources import as_list

pytestmark = pytest.mark.runs_last

# Lambda does these around the handler with its role; the local cloud does without the role.
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
# Granted, and unused in the run: (function, action) → why it must stay.
REASONS = {
    ("Post", "sqs:SendMessage"): "Lambda puts the stream's failures into the dead letters",
    ("Post", "dynamodb:PutItem"): "the team hears of silent members whose address bounces",
    ("MembershipMail", "dynamodb:Query"): "reads the consents of a member from before the chains",
    ("NewsletterSend", "ses:SendBulkTemplatedEmail"): "SES may check it for the same bulk call",
    ("NewsletterSend", "dynamodb:GetItem"): "a batch that SES refuses for one address is halved",
    ("NewsletterSend", "dynamodb:PutItem"): "the same",
    ("NewsletterSend", "ses:SendBulkEmail"): "mails arrive; CloudTrail here lacks SES's second API",
    ("NewsletterSend", "ses:GetAccount"): "the same; and a refusal is logged",
    ("NewsletterTick", "ses:GetAccount"): "the same",
    ("MembershipTick", "ses:GetAccount"): "the same",
    ("MembershipTick", "s3:DeleteObject"): "an erasure is listed for years",
    ("MembershipTick", "s3:PutObject"): "lists an erasure again, 45 minutes after it began",
    ("MembershipTick", "dynamodb:UpdateItem"): "frees seats of sign-ups too many for one step",
    ("DeskWeb", "s3:DeleteObject"): "a list is thrown away before it is brought in",
    ("Work", "s3:PutObject"): "lists the erasure of members whom an import brought in",
    ("Work", "s3:DeleteObject"): "files end after a day",
    ("Work", "dynamodb:DeleteItem"): "work is cleared away after a day",
}
# Keys that a role may touch, and the run doesn't: why it must stay.
UNUSED_KEYS = {
    ("NewsletterSend", "write OUTBOX#*"): "the team gets an email if SES stops sending",
    ("NewsletterTick", "write TURNS"): "turns are noted where SES's rate is low",
    ("MembershipTick", "read ACTIVITY#*"): "the digest goes out at eight in the morning",
    ("MembershipTick", "write OUTBOX#*"): "the same",
    ("MembershipTick", "write EVENT#*"): "frees seats of sign-ups too many for one step",
    ("MembershipTick", "write SIGNIN#*"): "deletes links to sign in that nobody used in time",
    ("MembershipTick", "write SESSIONS#*"): "ends sessions begun while a person is erased",
    ("Post", "write ACTIVITY#*"): "the team hears of silent members whose address bounces",
    ("Post", "read MEMBER#*"): "an email says what the team has corrected",
}
BY_LIST = "members come in by a list with their consent, and go when that is undone"
UNUSED_KEYS |= {
    ("Work", f"{use} {key}#*"): BY_LIST
    for use in ("read", "write")
    for key in ("ACTIVITY", "ADDRESS", "EVENT", "FIGURES", "FIND", "LIFE", "LINES")
}
UNUSED_KEYS |= {
    ("Work", f"{use} {key}#*"): BY_LIST
    for use in ("read", "write")
    for key in ("MEMBER", "MEMBERS", "MOVES", "OUTBOX", "SESSIONS")
}
ERASED = "somebody is erased at the desk, or their address is corrected"
UNUSED_KEYS |= {
    ("DeskWeb", f"{use} {key}#*"): ERASED
    for use in ("read", "write")
    for key in ("ACTIVITY", "FIGURES", "LIFE", "LINES", "MAILED", "MOVES")
}
UNUSED_KEYS |= {
    ("Work", "due ANSWERS"): BY_LIST,
    ("Work", "write FIGURES"): "members are counted",
    ("MembershipTick", "write DEEDS#*"): "lines of the desk's log end after two years",
    ("MembershipTick", "write MAILED#*"): "lines of emails end after a year",
    ("Post", "due WAITING"): "the team hears who waits where it decides who joins",
    ("Post", "due REMINDED"): "the same",
    ("NewsletterTick", "read LIFE#*"): "an audience asks who is active",
    ("DeskWeb", "write OWNERS"): "another owner is named at the desk",
    ("DeskWeb", "read FIGURES"): "members were counted",
    ("DeskWeb", "write FIGURES"): "members are counted when somebody wants it",
}
MOST_ALIKE = 10  # emails whose links are opened, of those with one subject
IAM_NAMES = {"sqs:SendMessageBatch": "sqs:SendMessage", "s3:ListObjects": "s3:ListBucket"}


def fetch(url: str, method: str) -> None:
    try:
        urllib.request.urlopen(urllib.request.Request(url, method=method)).close()
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code >= 500:
            raise


def outbox(stack: Stack) -> list[Item]:
    return [item for item in table_items(stack) if item["sk"]["S"] == "OUTBOX"]


def links_of_each_mail(mailbox: Mailbox) -> set[str]:
    """Those to our own host; of a kind of email that came very often, some, drawn at random."""
    mails = defaultdict(list)
    for mail in mailbox.every_mail():
        mails[mail["subject"]].append(mail)
    draw = Random(1)
    some = (draw.sample(alike, min(len(alike), MOST_ALIKE)) for alike in mails.values())
    every = {link for alike in some for mail in alike for link in mail["links"]}
    return {link for link in every if urllib.parse.urlsplit(link).hostname == "localhost"}


def test_opening_the_links_of_each_mail_changes_nothing(stack: Stack, mailbox: Mailbox) -> None:
    wait_until(lambda: not outbox(stack), "an empty outbox")
    links = links_of_each_mail(mailbox)
    assert sum("/api/" in link for link in links) > 10
    before = table_items(stack)
    for link in links:
        fetch(link, "GET")
        fetch(link, "HEAD")
    after = table_items(stack)
    now = int(time.time())
    assert still_there(after, now) == still_there(before, now)


def still_there(items: list[Item], now: int) -> list[Item]:
    """Without those that DynamoDB may have deleted by now, because they have expired."""
    return [item for item in items if int(item.get("expires_at", {"N": now + 1})["N"]) > now]


def secrets_of(mails: list[dict[str, Any]]) -> set[str]:
    """Every recipient's address and every token in a link."""
    addresses = {recipient for mail in mails for recipient in mail["recipients"]}
    queries = [urllib.parse.urlsplit(link).query for mail in mails for link in mail["links"]]
    tokens = {value for q in queries for value in urllib.parse.parse_qs(q).get("token", [])}
    return addresses | tokens


def encodings(secret: str) -> set[str]:
    """A secret as it is, and encoded in the usual ways."""
    raw = secret.encode()
    return {
        secret,
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        base64.b64encode(raw).decode().rstrip("=")[:-2],
        raw.hex(),
        json.dumps(secret)[1:-1],
    }


def logs_and_queues(stack: Stack) -> dict[str, str]:
    """All that functions logged, and all that is in queues and dead letters."""
    logs, sqs = stack.client("logs"), stack.client("sqs")
    texts: dict[str, str] = {}
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        texts[name] = "\n".join(event["message"] for page in events for event in page["events"])
    for url in sqs.list_queues().get("QueueUrls", []):
        page = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        texts[url] = json.dumps(page.get("Messages", []))
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
    secrets = secrets_of(mailbox.every_mail())
    texts = logs_and_queues(stack) | {"the table's stream": stream_records(stack)}
    assert len(secrets) > 20
    assert sum(map(len, texts.values())) > 10_000
    leaks = {
        (where, secret)
        for where, text in texts.items()
        for secret in secrets
        if any(encoded in text for encoded in encodings(secret))
    }
    assert leaks == set()


def test_no_function_was_refused_a_permission(stack: Stack) -> None:
    texts = logs_and_queues(stack)
    assert sum("catalogue applied" in text for text in texts.values()) == 1
    refused = ("AccessDenied", "the account's rate is unknown", "SES's quota is unknown")
    assert [name for name, text in texts.items() if any(words in text for words in refused)] == []


def granted_actions(stack: Stack, role: str) -> set[str]:
    """Every action that a role's policies allow, as deployed."""
    iam = stack.client("iam")
    actions: set[str] = set()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in policy["Statement"]:
            actions |= set(as_list(statement["Action"]))
    return actions


def functions(stack: Stack) -> dict[str, dict[str, Any]]:
    """Logical name → the function's configuration."""
    configurations = stack.client("lambda").list_functions()["Functions"]
    return {function["FunctionName"].split("-")[1]: function for function in configurations}


def unused_actions(stack: Stack, name: str, function: dict[str, Any]) -> set[str]:
    """What the function's role is granted and never used, without a reason in REASONS."""
    used = cloudtrail.used(stack, cloudtrail.function_key(function)).actions
    role = function["Role"].rsplit("/", 1)[1]
    unused = granted_actions(stack, role) - _as_iam(used) - BY_LAMBDA
    return {action for action in unused if (name, action) not in REASONS}


def _as_iam(actions: AbstractSet[str]) -> AbstractSet[str]:
    return {IAM_NAMES.get(action, action) for action in actions} | actions


def test_every_permission_of_a_function_was_used(stack: Stack) -> None:
    unused = {name: unused_actions(stack, name, f) for name, f in functions(stack).items()}
    assert {name: actions for name, actions in unused.items() if actions} == {}


def table_calls(stack: Stack) -> dict[str, frozenset[Call]]:
    """Function → what it did in the table."""
    return {
        name: cloudtrail.used(stack, cloudtrail.function_key(function)).calls
        for name, function in functions(stack).items()
    }


def test_no_function_touched_items_that_aws_would_refuse(stack: Stack) -> None:
    used = table_calls(stack)
    assert all(used[name] for name in ("MembershipWeb", "EventsWeb", "Post", "NewsletterTick"))
    refused = {
        (name, call) for name, calls in used.items() for call in calls if not is_allowed(name, call)
    }
    assert refused == set()


def test_every_pattern_of_keys_was_used(stack: Stack) -> None:
    unused = {
        (name, f"{grant.kind} {pattern}")
        for name, used in table_calls(stack).items()
        for grant in grants(name)
        for pattern in grant.patterns
        if not any(grant.uses(pattern, call) for call in used)
    }
    assert unused - UNUSED_KEYS.keys() == set()


def test_every_permission_of_the_publisher_was_used(stack: Stack) -> None:
    used = {action for key in PUBLISHER_KEYS for action in cloudtrail.used(stack, key).actions}
    role = stack.outputs["PublisherRoleArn"].rsplit("/", 1)[1]
    assert granted_actions(stack, role) - _as_iam(used) - {"s3:DeleteObject"} == set()


def test_nothing_of_the_stack_listens_beyond_loopback(stack: Stack) -> None:
    listening = [
        connection.laddr.ip
        for process in psutil.Process().children(recursive=True)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert set(listening) <= {"127.0.0.1", "::1"}
