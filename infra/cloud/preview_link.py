"""Sharing a preview: a link that works for a week, for people without the repository."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.cloud.aws import Aws

FOLDER = "previews"  # template.yaml deletes what is in it after eight days
LASTS = timedelta(days=7)  # the most that S3's signatures allow


@dataclass(frozen=True)
class Link:
    """`is_brief`: the credentials that sign it may expire earlier, and the link with them."""

    url: str
    until: datetime
    is_brief: bool


def share(aws: Aws, bucket: str, slug: str, page: str, now: datetime) -> Link:
    """Upload the page, and return a link to it.

    The bucket is private and the name can't be guessed: only people with the link can read it.
    """
    key = f"{FOLDER}/{secrets.token_urlsafe(18)}/{slug}.html"
    s3 = aws.client("s3")
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=page.encode(),
        ContentType="text/html; charset=utf-8",
        CacheControl="no-store",
    )
    url = s3.generate_presigned_url(
        "get_object",
        Params={"Bucket": bucket, "Key": key},
        ExpiresIn=int(LASTS.total_seconds()),
    )
    return Link(str(url), now + LASTS, _is_temporary(aws))


def _is_temporary(aws: Aws) -> bool:
    """True for roles and single sign-on, whose credentials last hours and have a session token."""
    import boto3

    credentials: Any = boto3.Session(profile_name=aws.profile).get_credentials()
    return bool(credentials and credentials.get_frozen_credentials().token)
