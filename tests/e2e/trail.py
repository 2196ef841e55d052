"""Who did what in the local cloud: its CloudTrail, read as IAM actions per role."""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

from infra.dev.local.local_stack import ALUMNI, Stack
from tests.infra.cloud.template_resources import ROLES, as_list, policies

# IAM has no TransactWriteItems: each of its parts needs an action of its own.
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
# Calls that IAM knows by the names of what they hold.
TOGETHER = ("TransactWriteItems", "SendMessageBatch", "ListObjects", "ListObjectsV2")
MOST_EVENTS = 50
LONGEST_RUN_SECONDS = 2 * 60 * 60
PUBLISHERS: set[str] = set()  # the access keys under which CI published
# APIs of paths instead of names are recorded by their method only; each is used for one thing here.
UNNAMED = {
    ("ses", "POST.ses"): "ses:SendBulkEmail",
    ("cloudfront", "POST.cloudfront"): "cloudfront:CreateInvalidation",
}
PREFIXES = {"email": "ses", "monitoring": "cloudwatch"}


def as_publisher(stack: Stack, *arguments: str) -> Any:
    """Run `alumni` as CI does: with PublisherRole, knowing only the outputs it is given."""
    role = stack.outputs["PublisherRoleArn"]
    given = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="ci")["Credentials"]
    environment = stack.environment | {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "ALUMNI_PUBLIC_BUCKET": stack.outputs["PublicBucket"],
        "ALUMNI_PRIVATE_BUCKET": stack.outputs["PrivateBucket"],
        "ALUMNI_DISTRIBUTION": stack.outputs["DistributionId"],
        "SITE_URL": stack.outputs["SiteUrl"],
    }
    done = subprocess.run(
        [*ALUMNI, *arguments, "--json"],
        env=os.environ | environment,
        cwd=stack.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    PUBLISHERS.add(given["AccessKeyId"])
    return json.loads(done.stdout)


def function_key(function: dict[str, Any]) -> str:
    """The access key that the local cloud gives a function: made of its ARN and its role's."""
    text = f"{function['FunctionArn']}:{function['Role']}"
    return f"ASIA{hashlib.sha256(text.encode()).hexdigest()[:16].upper()}"


def actions_seen(stack: Stack, key: str) -> set[str]:
    """Every IAM action that the holder of this access key was seen to use."""
    seen: set[str] = set()
    for event in _events(stack, key):
        seen |= set(_actions(json.loads(event["CloudTrailEvent"])))
    return seen


def _events(stack: Stack, key: str) -> list[dict[str, Any]]:
    look_up = stack.client("cloudtrail").lookup_events
    of_key = {"AttributeKey": "AccessKeyId", "AttributeValue": key}

    def between(start: int, end: int, *more: dict[str, str]) -> list[dict[str, Any]]:
        found = look_up(LookupAttributes=[of_key, *more], StartTime=start, EndTime=end)
        return list(found["Events"])

    now = int(time.time())
    return _between(between, now - LONGEST_RUN_SECONDS, now + 1)


def _between(look_up: Callable[..., Any], start: int, end: int) -> list[dict[str, Any]]:
    """The local cloud gives the newest fifty and no more: halve the time until fewer are in it,
    and in a second that is still too full ask for each name, so that none hides behind others."""
    found: list[dict[str, Any]] = look_up(start, end)
    if len(found) < MOST_EVENTS:
        return found
    if end - start <= 1:
        names = ({"AttributeKey": "EventName", "AttributeValue": name} for name in _names())
        return [event for name in names for event in look_up(start, end, name)]
    middle = (start + end) // 2
    return _between(look_up, start, middle) + _between(look_up, middle, end)


def _names() -> set[str]:
    """What the cloud calls whatever any role of ours may do."""
    statements = [statement for role in ROLES for statement in policies(role)]
    actions = [action for each in statements for action in as_list(each["Action"])]
    unnamed = {name for _, name in UNNAMED}
    return {each.partition(":")[2] for each in actions} | unnamed | {*TOGETHER}


def _actions(event: dict[str, Any]) -> list[str]:
    service = event["eventSource"].partition(".")[0]
    service = PREFIXES.get(service, service)
    asked = event["requestParameters"] or {}
    if event["eventName"] == "TransactWriteItems":
        return [PARTS[kind] for item in asked.get("TransactItems", []) for kind in item]
    name = asked.get("Action", event["eventName"])
    return [UNNAMED.get((service, name), f"{service}:{name}")]
