"""One publisher at a time: an object in the private bucket names it, written conditionally.

A lease expires by S3's clock, so a publisher that was killed blocks others for minutes only.
"""

import getpass
import json
import platform
import time
import uuid
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.errors import CloudError

KEY = "publisher.json"
LASTS_SECONDS = 300
RENEW_AFTER_SECONDS = 100
LOST = {"PreconditionFailed", "ConditionalRequestConflict"}


def is_lost(error: ClientError) -> bool:
    """True if a conditional write failed because somebody else wrote first."""
    return error.response["Error"]["Code"] in LOST


class Lease:
    """Held from `take` to `release`; `headers` is their version in the last complete publish."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._token = uuid.uuid4().hex
        self._etag = ""
        self._renewed_at = 0.0
        self.headers = ""

    def read(self) -> dict[str, Any]:
        """The stored lease, with `etag` and `age_seconds`; empty if there is none."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=KEY)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            return {}
        stored: dict[str, Any] = json.loads(answer["Body"].read())
        self.headers = stored.get("headers", "")
        age = (_now(answer) - answer["LastModified"]).total_seconds()
        return {**stored, "etag": answer["ETag"], "age_seconds": age}

    def take(self) -> None:
        """Become the only publisher.

        Raises:
            CloudError: somebody else is publishing.
        """
        stored = self.read()
        if stored.get("token") and stored["age_seconds"] < LASTS_SECONDS:
            left = round(LASTS_SECONDS - stored["age_seconds"])
            raise CloudError(
                f"{stored.get('by', 'somebody')} is publishing: try again when that is done "
                f"(if it was interrupted, in {left} s)"
            )
        self._etag = stored.get("etag", "")
        self._write(self._token)

    def renew(self) -> None:
        """Renew it if needed; call this regularly."""
        if time.monotonic() - self._renewed_at > RENEW_AFTER_SECONDS:
            self._write(self._token)

    def release(self, headers: str) -> None:
        self.headers = headers
        self._write("")

    def _write(self, token: str) -> None:
        body = {"by": _publisher() if token else "", "token": token, "headers": self.headers}
        condition = {"IfMatch": self._etag} if self._etag else {"IfNoneMatch": "*"}
        try:
            answer = self._s3.put_object(
                Bucket=self._bucket, Key=KEY, Body=json.dumps(body).encode(), **condition
            )
        except ClientError as error:
            if not is_lost(error):
                raise
            raise CloudError(
                "somebody else has started publishing: try again when that is done"
            ) from None
        self._etag = answer["ETag"]
        self._renewed_at = time.monotonic()


def _now(answer: dict[str, Any]) -> datetime:
    """S3's own time: a wrong local clock would end others' leases early, or never."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date) if date else datetime.now(UTC)


def _publisher() -> str:
    return f"{getpass.getuser()} on {platform.node()}"
