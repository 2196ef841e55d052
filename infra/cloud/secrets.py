"""The keys in SSM: made once, by whichever deploy comes first, and never overwritten."""

import secrets
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.place import Place

# The address key never changes: it makes the table's keys. The others are lists, to be rotated.
NAMES = ("token-keys", "address-key", "origin-secrets")
SECRET_BYTES = 48


def ensure(place: Place, prefix: str) -> list[str]:
    """Make the parameters that are missing under `prefix`; the names of those made."""
    ssm = place.client("ssm")
    wanted = [f"{prefix}/{name}" for name in NAMES]
    missing = ssm.get_parameters(Names=wanted)["InvalidParameters"]
    return [name for name in wanted if name in missing and _made(ssm, name)]


def _made(ssm: Any, name: str) -> bool:
    try:
        ssm.put_parameter(
            Name=name,
            Value=secrets.token_urlsafe(SECRET_BYTES),
            Type="SecureString",
            Overwrite=False,
            Description="Made by alumni deploy. Back it up; never overwrite it.",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
        return False  # another deploy was faster, and its key is the key
    return True


def origin_secrets(place: Place, prefix: str) -> str:
    """The secret that the distribution sends, and behind a comma the one it replaces, if any."""
    name = f"{prefix}/origin-secrets"
    answer = place.client("ssm").get_parameter(Name=name, WithDecryption=True)
    return str(answer["Parameter"]["Value"])
