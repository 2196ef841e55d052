"""The keys in SSM: created once, by the first deploy, and never overwritten."""

import secrets
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws

SECRET_BYTES = 32

# How to create each. The address key never changes, because the table's keys depend on it; the
# others are comma-separated lists, for rotation.
MAKERS: dict[str, Callable[[int], str]] = {
    "token-keys": secrets.token_urlsafe,
    "address-key": secrets.token_hex,
    "origin-secrets": secrets.token_urlsafe,
}


def ensure(aws: Aws, prefix: str) -> list[str]:
    """Create the parameters that are missing under `prefix`; return their names."""
    ssm = aws.client("ssm")
    wanted = {f"{prefix}/{name}": make for name, make in MAKERS.items()}
    missing = ssm.get_parameters(Names=list(wanted))["InvalidParameters"]
    return [name for name in missing if _create(ssm, name, wanted[name](SECRET_BYTES))]


def _create(ssm: Any, name: str, value: str) -> bool:
    try:
        ssm.put_parameter(
            Name=name,
            Value=value,
            Type="SecureString",
            Overwrite=False,
            Description="Made by alumni deploy. Back it up; never overwrite it.",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
        return False  # another deploy was faster, and its key holds
    return True


def origin_secrets(aws: Aws, prefix: str) -> str:
    """The secret that the distribution sends; after a comma the one it replaces, if any."""
    name = f"{prefix}/origin-secrets"
    answer = aws.client("ssm").get_parameter(Name=name, WithDecryption=True)
    return str(answer["Parameter"]["Value"])
