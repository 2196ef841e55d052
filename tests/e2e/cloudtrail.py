"""Which IAM actions each role has used, by the local cloud's CloudTrail."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

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


def used_actions(stack: Stack, key: str) -> set[str]:
    """Every IAM action that the holder of this access key has used."""
    actions: set[str] = set()
    for event in _events(stack, key):
        actions |= set(_actions(json.loads(event["CloudTrailEvent"])))
    return actions


def table_calls(stack: Stack, key: str) -> set[Call]:
    """Each action on the table by the holder of this access key, with the items' partition keys."""
    events = (json.loads(event["CloudTrailEvent"]) for event in _events(stack, key))
    return {
        call
        for event in events
        if event["eventSource"] == "dynamodb.amazonaws.com"
        for call in calls(event["eventName"], event["requestParameters"])
    }


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
