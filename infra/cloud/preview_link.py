"""A preview for somebody without the repository: a link that works for a week and is then gone."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import boto3

from infra.cloud.place import Place

FOLDER = "previews"  # template.yaml deletes what is in it after eight days
LASTS = timedelta(days=7)  # the most that S3's signatures allow


@dataclass(frozen=True)
class Link:
    """`is_brief`: signed with credentials that end earlier, and the link with them."""

    url: str
    until: datetime
    is_brief: bool


def share(place: Place, bucket: str, slug: str, page: str, now: datetime) -> Link:
    """Put the page where only this link reads it.

    Its name can't be guessed, and the bucket is private: who has the link has the page.
    """
    key = f"{FOLDER}/{secrets.token_urlsafe(18)}/{slug}.html"
    s3 = place.client("s3")
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
    return Link(str(url), now + LASTS, _is_temporary(place))


def _is_temporary(place: Place) -> bool:
    """Roles and single sign-on give credentials for hours; an access key has no session token."""
    found: Any = boto3.Session(profile_name=place.profile).get_credentials()
    return bool(found and found.get_frozen_credentials().token)
