"""What the buckets say of issues that are published already: a build needs it to know which of them
go out, and which are of the archive."""

import json
from typing import Any

from botocore.exceptions import ClientError
from microsite.content.edition import PublishedIssues

from functions.core.handover import BEGUN
from infra.cloud.aws import Aws
from infra.cloud.publishing import publication
from infra.cloud.publishing.publication import CATALOGUE, Destination


def read(aws: Aws, to: Destination) -> PublishedIssues:
    """Empty if nothing has been published yet."""
    s3 = aws.client("s3")
    issues = _catalogue(s3, to.private).get("issues", {})
    # An entry without the fact was written by an earlier version, which listed all past issues.
    archived = {slug: issue.get("archived", True) for slug, issue in issues.items()}
    begun = publication.begun_issues(publication.etags(s3, to.private, BEGUN))
    return PublishedIssues(begun, archived)


def _catalogue(s3: Any, bucket: str) -> dict[str, Any]:
    try:
        answer = s3.get_object(Bucket=bucket, Key=CATALOGUE)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return {}
    catalogue: dict[str, Any] = json.loads(answer["Body"].read())
    return catalogue
