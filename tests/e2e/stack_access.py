"""The running stack from inside: its table, its functions, its queue, and publishing as CI does."""

import base64
import json
import os
import subprocess
from datetime import UTC, datetime
from typing import Any

from infra.dev.local.local_stack import ALUMNI, Stack

Item = dict[str, Any]  # as DynamoDB holds it
OIDC_HOST = "token.actions.githubusercontent.com"
OIDC_SUBJECT = "repo:example@123/site@456:ref:refs/heads/main"
PUBLISHER_KEYS: set[str] = set()  # the access keys under which `publish` ran


def table_items(stack: Stack) -> list[Item]:
    """Every item of the table, in key order."""
    scan = stack.client("dynamodb").get_paginator("scan")
    pages = scan.paginate(TableName=stack.outputs["TableName"], ConsistentRead=True)
    items = [item for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def table_without_upkeep(stack: Stack) -> list[Item]:
    """The table without what changes by itself while a test runs: the counters of requests,
    the days of the team's digest and of the sweep, how far members have been counted for the
    figures, and the marks that the first minute tick takes off events that are long over."""
    upkeep = ("due_kind", "due_at")
    counted = {"S": "FIGURES"}
    return [
        {name: value for name, value in item.items() if name not in upkeep}
        for item in table_items(stack)
        if not item["pk"]["S"].startswith(("LIMIT#network", "DIGEST", "RETENTION"))
        and item["pk"] != counted
    ]


def member_item(stack: Stack, address: str) -> Item:
    """The only item of the table that holds this address."""
    (item,) = [item for item in table_items(stack) if item.get("email") == {"S": address}]
    return item


def invoke(stack: Stack, function: str, event: dict[str, Any]) -> Any:
    """What a function returns, invoked with its own role, as the cloud would."""
    response = stack.client("lambda").invoke(
        FunctionName=stack.outputs[f"{function}Name"], Payload=json.dumps(event).encode()
    )
    payload = json.load(response["Payload"])
    assert "FunctionError" not in response, payload
    return payload


def send_ses_event(stack: Stack, event: str) -> None:
    """Put an event as SES reports it, through EventBridge and its transformer, into the queue."""
    queue = stack.outputs["FeedbackQueueUrl"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=event)


def ses_event(event: str, **tags: str) -> str:
    """A permanent bounce or a complaint, as the event bus's rule transforms SES's event."""
    return json.dumps(
        {
            "event": event,
            "message_id": "m-1",
            "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            "bounce_type": "Permanent" if event == "Bounce" else "",
            "complaint_type": "",
            "tags": {"issue": "", "batch": "", "position": "", "address": ""} | tags,
        }
    )


def identity_token(subject: str, audience: str = "sts.amazonaws.com") -> str:
    """A token as GitHub gives it to a job. The local cloud reads its claims and no signature."""
    claims = {"iss": f"https://{OIDC_HOST}", "aud": audience, "sub": subject}
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(part.rstrip("=") for part in encoded), "signature"])


def publisher_credentials(stack: Stack) -> dict[str, str]:
    """Those of PublisherRole, as CI gets them."""
    session = stack.client("sts").assume_role_with_web_identity(
        RoleArn=stack.outputs["PublisherRoleArn"],
        RoleSessionName="ci",
        WebIdentityToken=identity_token(OIDC_SUBJECT),
    )
    return dict(session["Credentials"])


def publish(stack: Stack) -> Any:
    """Run `alumni publish` as CI does: with PublisherRole and a few outputs of the stack."""
    credentials = publisher_credentials(stack)
    environment = stack.environment | {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        "ALUMNI_PUBLIC_BUCKET": stack.outputs["PublicBucket"],
        "ALUMNI_PRIVATE_BUCKET": stack.outputs["PrivateBucket"],
        "ALUMNI_DISTRIBUTION": stack.outputs["DistributionId"],
        "SITE_URL": stack.outputs["SiteUrl"],
    }
    command = subprocess.run(
        [*ALUMNI, "publish", "--json"],
        env=os.environ | environment,
        cwd=stack.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.returncode == 0, command.stderr
    PUBLISHER_KEYS.add(credentials["AccessKeyId"])
    return json.loads(command.stdout)


def alumni(stack: Stack, *arguments: str) -> str:
    """Run the `alumni` command with the stack's own credentials; returns what it prints."""
    done = subprocess.run(
        [*ALUMNI, *arguments],
        env=os.environ | stack.environment,
        cwd=stack.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
