"""The secrets in SSM: created once, by the first deploy; replaced in the steps of a rotation."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from functions.core import token_keys
from functions.core.errors import UnusableSecretError
from infra.cloud.aws import Aws
from infra.cloud.deploying import rotation
from infra.cloud.errors import CloudError

SECRET_BYTES = 32
DESCRIPTION = "Made by alumni deploy. Back it up; never overwrite it by hand."

HISTORY = "`aws ssm get-parameter-history --with-decryption` shows them"

# How to create each. Two never change: the table's keys depend on the address key, and tickets in
# people's inboxes on the ticket key.
MAKERS: dict[str, Callable[[int], str]] = {
    "token-keys": secrets.token_urlsafe,
    "address-key": secrets.token_hex,
    "origin-secrets": secrets.token_urlsafe,
    "ticket-key": secrets.token_hex,
}
# How to read each: raises ValueError for a value that functions would refuse.
READERS: dict[str, Callable[[str], object]] = {
    "token-keys": token_keys.parse,
    "address-key": token_keys.address_key,
    "origin-secrets": rotation.origin_secrets,
    "ticket-key": token_keys.ticket_key,
}


@dataclass(frozen=True)
class Stored:
    value: str
    changed_at: int


def make(name: str) -> str:
    return MAKERS[name](SECRET_BYTES)


def ensure(aws: Aws, prefix: str) -> list[str]:
    """Create the parameters that are missing under `prefix`; return their names."""
    ssm = aws.client("ssm")
    wanted = {f"{prefix}/{name}": name for name in MAKERS}
    missing = ssm.get_parameters(Names=list(wanted))["InvalidParameters"]
    return [name for name in missing if create(aws, name, make(wanted[name]))]


def create(aws: Aws, name: str, value: str) -> bool:
    """Returns False, and changes nothing, if the parameter exists."""
    try:
        _put(aws, name, value, overwrite=False)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise
        return False  # another deploy was faster, and its key holds
    return True


def _put(aws: Aws, name: str, value: str, *, overwrite: bool) -> None:
    aws.client("ssm").put_parameter(
        Name=name,
        Value=value,
        Type="SecureString",
        Overwrite=overwrite,
        Description=DESCRIPTION,
    )


def read(aws: Aws, prefix: str, name: str) -> Stored:
    """A secret that the functions can use.

    Raises:
        CloudError: it is missing.
        UnusableSecretError: the functions would refuse it.
    """
    parameter = f"{prefix}/{name}"
    try:
        answer = aws.client("ssm").get_parameter(Name=parameter, WithDecryption=True)["Parameter"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        raise CloudError(
            f"no {parameter} in SSM: restore it (`alumni secrets restore FILE`); "
            "only for a new stack let `alumni deploy` create it"
        ) from None
    try:
        READERS[name](answer["Value"])
    except ValueError as error:
        raise UnusableSecretError(f"{error}: put an earlier value back ({HISTORY})") from None
    return Stored(str(answer["Value"]), int(answer["LastModifiedDate"].timestamp()))


def replace(aws: Aws, prefix: str, name: str, before: Stored, value: str) -> None:
    """Write the next value; SSM keeps the old one in its history as well.

    Raises:
        CloudError: the secret is no longer `before`.
    """
    READERS[name](value)
    if read(aws, prefix, name) != before:
        raise CloudError(f"{name} was changed meanwhile: run the command again")
    _put(aws, f"{prefix}/{name}", value, overwrite=True)


def require_address_key(aws: Aws, prefix: str, table: str) -> None:
    """Check that a table which exists comes with the key of its address hashes.

    Raises:
        CloudError: the key is missing. With a new one, no member would be found by their address.
    """
    parameter = f"{prefix}/address-key"
    if aws.client("ssm").get_parameters(Names=[parameter])["InvalidParameters"]:
        raise CloudError(
            f"the table {table} exists, but {parameter}, the key of its address hashes, doesn't: "
            "run `alumni secrets restore` with your backup first"
        )


def origin_secrets(aws: Aws, prefix: str) -> str:
    """The secrets as the template's parameter: CloudFront sends the first, the API accepts all."""
    return ",".join(rotation.origin_secrets(read(aws, prefix, "origin-secrets").value))


def ticket_public_key(aws: Aws, prefix: str) -> str:
    """What the door's phones check tickets with, as hex digits."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = token_keys.ticket_key(read(aws, prefix, "ticket-key").value)
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()
