"""Keeps newsletters of a restored table from going out again.

Its ledger ends at the time it was restored to, and does not know who has received what since then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud import table_access
from infra.cloud.aws import Aws

# The old table's functions go on sending until the stack has changed.
LONGEST_UPDATE_SECONDS = 30 * 60
WORDS = "the table was restored: recipients of the time since then are unknown"


@dataclass(frozen=True)
class HeldBack:
    """Slugs: `paused` can be resumed or cancelled by a person, `cancelled` will not be sent."""

    paused: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()


def is_restored(aws: Aws, table: str, used_so_far: str) -> bool:
    """Whether `table` may be older than what has been sent: it replaces another, or was restored.

    A table that a teardown kept is neither: its ledger is complete.
    """
    if used_so_far:
        return table != used_so_far
    description = aws.client("dynamodb").describe_table(TableName=table)["Table"]
    return "RestoreSummary" in description


def hold_back(aws: Aws, parameters: Mapping[str, str]) -> HeldBack:
    """Pause what is going out, and cancel what was due and not begun, in the restored table.

    The published catalogue may list issues that the table has never heard of; they would be new
    there, and go out.
    """
    bucket = parameters["PrivateBucketName"]
    unused = {"SiteUrl": "", "Sender": ""}  # the store neither links nor sends
    table_access.point_at(aws, {**unused, **parameters, "PrivateBucket": bucket})
    from functions.core import clock
    from functions.newsletter.rules.ledger import RUNNING, Cause, IssueState, Pause
    from functions.newsletter.store import issues

    now = clock.now()
    soon = now + LONGEST_UPDATE_SECONDS
    for slug, facts in _published_issues(aws, bucket).items():
        if clock.epoch(facts["send_at"]) <= soon:
            issues.schedule(slug, facts, now)
    paused, cancelled = [], []
    for issue in issues.newest_first():
        if issue.state in RUNNING:
            issues.pause(issue.slug, Pause(Cause.PERSON, words=WORDS), now)
            paused.append(issue.slug)
        elif issue.state is IssueState.SCHEDULED and issue.send_at <= soon:
            issues.cancel(issue)
            cancelled.append(issue.slug)
    return HeldBack(tuple(paused), tuple(cancelled))


def _published_issues(aws: Aws, bucket: str) -> dict[str, Any]:
    try:
        answer = aws.client("s3").get_object(Bucket=bucket, Key="catalogue.json")
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchKey", "NoSuchBucket"}:
            raise
        return {}
    issues: dict[str, Any] = json.load(answer["Body"]).get("issues", {})
    return issues
