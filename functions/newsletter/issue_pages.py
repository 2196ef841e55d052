"""Makes an issue's pages public once it begins. Publishing keeps them in the private bucket until
then.

See docs/publishing.md.
"""

from typing import Any

from botocore.exceptions import ClientError

from functions.core.aws.clients import ABSENT, client
from functions.core.handover import BEGUN, WAITING
from functions.core.log import log
from functions.core.settings import settings
from functions.newsletter.rules.ledger import Issue

HEADERS = ("ContentType", "CacheControl")  # as publishing wrote them
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}


def put_online(issue: Issue) -> None:
    """Copies the pages, and the pictures beside the issue's file, to the public bucket. Repeating
    it changes nothing, so the next tick takes over from one that died.

    The marker comes first: a publish that sees a page then sees its marker too, and leaves it.
    """
    marker = f"{BEGUN}{issue.slug}"
    client("s3").put_object(Bucket=settings().private_bucket, Key=marker, Body=b"")
    for key in issue.pages:
        page = _waiting(key)
        if page:
            _put(key, page)


def _waiting(key: str) -> dict[str, Any] | None:
    """None if nothing waits there: a publish that saw the issue's marker has made it public, or it
    is a picture that is public for another reason."""
    try:
        answer = client("s3").get_object(Bucket=settings().private_bucket, Key=f"{WAITING}{key}")
    except ClientError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        log.info("doesn't wait", extra={"key": key})
        return None
    headers = {name: value for name, value in answer.items() if name in HEADERS}
    return {"Body": answer["Body"].read(), **headers}


def _put(key: str, page: dict[str, Any]) -> None:
    """A page that is there already is kept: it may be newer."""
    try:
        client("s3").put_object(Bucket=settings().public_bucket, Key=key, IfNoneMatch="*", **page)
    except ClientError as error:
        if error.response["Error"]["Code"] not in TAKEN:
            raise
