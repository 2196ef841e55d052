"""The catalogue: the published file, how far it is applied, and which run is applying it."""

import uuid
from typing import Any

from botocore.exceptions import ClientError

from functions.catalogue.rules import Catalogue, Known
from functions.core.aws import table
from functions.core.aws.clients import ABSENT, client
from functions.core.errors import RefusedError
from functions.core.settings import settings
from functions.core.site import KEY as APPLIED

FILE = "catalogue.json"
PROGRESS = ("CATALOGUE", "PROGRESS")
# Longer than the function may run (template.yaml: 50 s).
LEASE_SECONDS = 75
CLAIM_HELD = "#claim = :claim"


def published_etag() -> str | None:
    """The ETag of the current file; None: nothing is published, or it may not be read."""
    try:
        head = client("s3").head_object(Bucket=settings().private_bucket, Key=FILE)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return None
        raise
    return head["ETag"]


def published() -> tuple[str, bytes]:
    """The current file's ETag and content."""
    answer = client("s3").get_object(Bucket=settings().private_bucket, Key=FILE)
    return answer["ETag"], answer["Body"].read()


def applied() -> tuple[int, str]:
    """Sequence and ETag of the catalogue that is applied; 0 and empty before the first time."""
    item = table.get(APPLIED) or {}
    return item.get("sequence", 0), item.get("etag", "")


def claim(now: int) -> str | None:
    """A claim to be the only run for LEASE_SECONDS; None if another run has one."""
    claim_id = uuid.uuid4().hex
    values = {":claim": claim_id, ":until": now + LEASE_SECONDS, ":now": now}
    write = table.update(
        PROGRESS,
        "SET #claim = :claim, #lease_until = :until",
        values,
        condition="attribute_not_exists(#lease_until) OR #lease_until <= :now",
    )
    return claim_id if _done(write) else None


def release(claim_id: str) -> None:
    """Let the next run start at once."""
    _done(table.update(PROGRESS, RELEASE, {":claim": claim_id}, condition=CLAIM_HELD))


def known() -> Known:
    item = table.get(PROGRESS) or {}
    known: Known = item.get("known", {})
    return known


def remember(claim_id: str, between: Known) -> None:
    """Note what is about to change, so that the next run repeats it if this one dies.

    Raises:
        RefusedError: the claim was lost.
    """
    values = {":claim": claim_id, ":known": between}
    table.write(table.update(PROGRESS, "SET #known = :known", values, condition=CLAIM_HELD))


def finish(claim_id: str, catalogue: Catalogue, etag: str, after: Known) -> None:
    """Record that all of this catalogue is applied, and release the claim.

    Raises:
        RefusedError: the claim was lost, or a higher sequence was recorded.
    """
    values: dict[str, Any] = {":claim": claim_id, ":known": after}
    progress = table.update(
        PROGRESS, f"SET #known = :known {RELEASE}", values, condition=CLAIM_HELD
    )
    done = table.update(
        APPLIED,
        "SET #sequence = :sequence, #etag = :etag, #site = :site",
        {":sequence": catalogue.sequence, ":etag": etag, ":site": catalogue.site},
        condition="attribute_not_exists(#sequence) OR #sequence < :sequence",
    )
    table.transact(done, progress)


RELEASE = "REMOVE #lease_until, #claim"


def _done(write: table.Write) -> bool:
    try:
        table.write(write)
    except RefusedError:
        return False
    return True
