"""Where the cloud is: an AWS region, or a local endpoint that speaks the same protocols."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "build"

# Reports progress: the step's name, how much is done, of how much (0: unknown).
Report = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """A `Report` that shows nothing."""


@dataclass(frozen=True)
class Place:
    region: str
    endpoint_url: str | None = None
    profile: str | None = None

    def client(self, service: str) -> Any:
        return _client(self, service)

    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])


@cache
def _client(place: Place, service: str) -> Any:
    session = boto3.Session(profile_name=place.profile, region_name=place.region)
    # Path style, because a laptop has no host name for each bucket.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=32,
        s3={"addressing_style": "path"} if place.endpoint_url else None,
        # Presigned links use it too, and some regions reject the older signature.
        signature_version="s3v4" if service == "s3" else None,
    )
    return session.client(service, endpoint_url=place.endpoint_url, config=config)  # type: ignore[call-overload]
