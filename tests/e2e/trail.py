"""Who did what in the local cloud: its CloudTrail, read as IAM actions per role."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.stack import ALUMNI, Stack

# IAM has no TransactWriteItems: each of its parts needs an action of its own.
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
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


def _events(stack: Stack, key: str) -> Iterator[dict[str, Any]]:
    """The local cloud gives the newest fifty and no more: ask again for those before."""
    lookup = stack.client("cloudtrail").lookup_events
    known: set[str] = set()
    until = datetime.now(UTC) + timedelta(seconds=1)
    whose = [{"AttributeKey": "AccessKeyId", "AttributeValue": key}]
    while found := lookup(LookupAttributes=whose, EndTime=until)["Events"]:
        fresh = [each for each in found if each["EventId"] not in known]
        yield from fresh
        known |= {each["EventId"] for each in fresh}
        oldest = min(each["EventTime"] for each in found)
        until = oldest.replace(microsecond=0) - timedelta(seconds=0 if fresh else 1)


def _actions(event: dict[str, Any]) -> list[str]:
    service = event["eventSource"].partition(".")[0]
    service = PREFIXES.get(service, service)
    asked = event["requestParameters"] or {}
    if event["eventName"] == "TransactWriteItems":
        return [PARTS[kind] for item in asked.get("TransactItems", []) for kind in item]
    name = asked.get("Action", event["eventName"])
    return [UNNAMED.get((service, name), f"{service}:{name}")]
