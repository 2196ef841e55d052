"""Which IAM actions each role has used, by the local cloud's CloudTrail."""

import hashlib
import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from infra.dev.local.local_stack import Stack
from tests.infra.cloud.table_permissions import TRANSACTION_PARTS, Call, calls
from tests.infra.cloud.template_resources import ROLES, as_list, policies

# Calls that IAM knows by other names.
OTHER_NAMES = ("TransactWriteItems", "SendMessageBatch", "ListObjects", "ListObjectsV2")
MOST_EVENTS = 50
LONGEST_RUN_SECONDS = 2 * 60 * 60
# Of REST APIs only the method is recorded; we use each of these for one action.
UNNAMED = {
    ("ses", "POST.ses"): "ses:SendBulkEmail",
    ("cloudfront", "POST.cloudfront"): "cloudfront:CreateInvalidation",
}
PREFIXES = {"email": "ses", "monitoring": "cloudwatch"}


def function_key(function: dict[str, Any]) -> str:
    """The access key that the local cloud gives a function: a hash of its ARN and its role's."""
    text = f"{function['FunctionArn']}:{function['Role']}"
    return f"ASIA{hashlib.sha256(text.encode()).hexdigest()[:16].upper()}"


class Used(NamedTuple):
    """What the holder of an access key has done."""

    actions: frozenset[str]  # of IAM
    calls: frozenset[Call]  # on the table, with the items' partition keys


@cache
def used(stack: Stack, key: str) -> Used:
    """Read once, because that takes minutes: call it when the run is over."""
    actions, in_table = set[str](), set[Call]()
    for text in _events(stack, key):
        event = json.loads(text["CloudTrailEvent"])
        actions |= set(_actions(event))
        if event["eventSource"] == "dynamodb.amazonaws.com":
            in_table |= set(calls(event["eventName"], event["requestParameters"]))
    return Used(frozenset(actions), frozenset(in_table))


def _events(stack: Stack, key: str) -> list[dict[str, Any]]:
    lookup_events = stack.client("cloudtrail").lookup_events
    of_key = {"AttributeKey": "AccessKeyId", "AttributeValue": key}

    def between(start: int, end: int, *more: dict[str, str]) -> list[dict[str, Any]]:
        page = lookup_events(LookupAttributes=[of_key, *more], StartTime=start, EndTime=end)
        return list(page["Events"])

    now = int(time.time())
    return _between(between, now - LONGEST_RUN_SECONDS, now + 1)


def _between(fetch: Callable[..., Any], start: int, end: int) -> list[dict[str, Any]]:
    """All events of this time. The local cloud returns only the newest fifty: halve the time until
    there are fewer, and fetch a second that has more by each event name."""
    events: list[dict[str, Any]] = fetch(start, end)
    if len(events) < MOST_EVENTS:
        return events
    if end - start <= 1:
        names = ({"AttributeKey": "EventName", "AttributeValue": name} for name in _names())
        return [event for name in names for event in fetch(start, end, name)]
    middle = (start + end) // 2
    return _between(fetch, start, middle) + _between(fetch, middle, end)


def _names() -> set[str]:
    """The event names of everything that a role of ours may do."""
    statements = [statement for role in ROLES for statement in policies(role)]
    actions = [action for statement in statements for action in as_list(statement["Action"])]
    unnamed = {name for _, name in UNNAMED}
    return {action.partition(":")[2] for action in actions} | unnamed | {*OTHER_NAMES}


def _actions(event: dict[str, Any]) -> list[str]:
    service = event["eventSource"].partition(".")[0]
    service = PREFIXES.get(service, service)
    parameters = event["requestParameters"] or {}
    if event["eventName"] == "TransactWriteItems":
        return [
            TRANSACTION_PARTS[kind] for item in parameters.get("TransactItems", []) for kind in item
        ]
    name = parameters.get("Action", event["eventName"])
    return [UNNAMED.get((service, name), f"{service}:{name}")]
