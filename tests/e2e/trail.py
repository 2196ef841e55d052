"""Who did what in the local cloud: its CloudTrail, read as IAM actions per role."""

import hashlib
import json
import os
import subprocess
from collections import defaultdict
from typing import Any

from infra.local.stack import ALUMNI, Stack

# IAM has no TransactWriteItems: each part needs its own action. One call, several actions elsewhere too.
PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
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
    seen_keys(stack)["PublisherRole"].add(given["AccessKeyId"])
    return json.loads(done.stdout)


_publishers: dict[str, set[str]] = defaultdict(set)


def seen_keys(_stack: Stack) -> dict[str, set[str]]:
    return _publishers


def function_key(function: dict[str, Any]) -> str:
    """The access key that the local cloud gives a function: made of its ARN and its role's."""
    text = f"{function['FunctionArn']}:{function['Role']}"
    return f"ASIA{hashlib.sha256(text.encode()).hexdigest()[:16].upper()}"


def actions_seen(stack: Stack) -> dict[str, set[str]]:
    """Access key → every IAM action it was seen to use."""
    seen: dict[str, set[str]] = defaultdict(set)
    pages = stack.client("cloudtrail").get_paginator("lookup_events").paginate()
    for page in pages:
        for event in page["Events"]:
            seen[event["AccessKeyId"]] |= set(_actions(json.loads(event["CloudTrailEvent"])))
    return seen


def _actions(event: dict[str, Any]) -> list[str]:
    service = event["eventSource"].partition(".")[0]
    name = event["eventName"]
    if name == "TransactWriteItems":
        items = (event["requestParameters"] or {}).get("TransactItems", [])
        return [PARTS[kind] for item in items for kind in item]
    return [f"{PREFIXES.get(service, service)}:{name}"]
