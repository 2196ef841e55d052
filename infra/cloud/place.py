"""Where the cloud is: an AWS region, or an endpoint on this machine that speaks the same."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "build"

# What is being done, how much of it is done, of how much (0: not known).
Report = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """The report of a caller that shows no progress."""


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
    # Path style, so that a bucket needs no host name of its own on a laptop.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=32,
        s3={"addressing_style": "path"} if place.endpoint_url else None,
        # Links are presigned by it, too; the older signature is not taken everywhere.
        signature_version="s3v4" if service == "s3" else None,
    )
    return session.client(service, endpoint_url=place.endpoint_url, config=config)  # type: ignore[call-overload]
