"""An AWS account and region, or a local cloud that speaks the same protocols; and its clients."""

from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Aws:
    """`endpoint_url` is None for AWS itself; without a `profile`, the environment's is used."""

    region: str
    endpoint_url: str | None = None
    profile: str | None = None
    patience_seconds: int = 60  # for each connection and each reply

    def client(self, service: str) -> Any:
        return _client(self, service)

    def account(self) -> str:
        """The account's id, of 12 digits."""
        return str(self.client("sts").get_caller_identity()["Account"])


@cache
def _client(aws: Aws, service: str) -> Any:
    # A third of a second: commands that need no cloud don't wait for it.
    import boto3
    from botocore.config import Config

    session = boto3.Session(profile_name=aws.profile, region_name=aws.region)
    # Path style, because a laptop has no host name for each bucket.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=32,
        connect_timeout=aws.patience_seconds,
        read_timeout=aws.patience_seconds,
        s3={"addressing_style": "path"} if aws.endpoint_url else None,
        # Presigned links use it too, and some regions reject the older signature.
        signature_version="s3v4" if service == "s3" else None,
    )
    return session.client(service, endpoint_url=aws.endpoint_url, config=config)  # type: ignore[call-overload]
