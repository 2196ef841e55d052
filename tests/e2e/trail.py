"""Who did what in the local cloud: its CloudTrail, read as IAM actions per role."""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from infra.local.stack import ALUMNI, Stack

# IAM has no TransactWriteItems: each of its parts needs an action of its own.
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
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
    lookup = partial(
        stack.client("cloudtrail").lookup_events,
        LookupAttributes=[{"AttributeKey": "AccessKeyId", "AttributeValue": key}],
    )
    now = int(time.time())
    return _between(lookup, now - LONGEST_RUN_SECONDS, now + 1)


def _between(lookup: Callable[..., Any], start: int, end: int) -> list[dict[str, Any]]:
    """The local cloud gives the newest fifty and no more: halve the time until fewer are in it."""
    found: list[dict[str, Any]] = lookup(StartTime=start, EndTime=end)["Events"]
    if len(found) < MOST_EVENTS or end - start <= 1:
        return found
    middle = (start + end) // 2
    return _between(lookup, start, middle) + _between(lookup, middle, end)


def _actions(event: dict[str, Any]) -> list[str]:
    service = event["eventSource"].partition(".")[0]
    service = PREFIXES.get(service, service)
    asked = event["requestParameters"] or {}
    if event["eventName"] == "TransactWriteItems":
        return [PARTS[kind] for item in asked.get("TransactItems", []) for kind in item]
    name = asked.get("Action", event["eventName"])
    return [UNNAMED.get((service, name), f"{service}:{name}")]
