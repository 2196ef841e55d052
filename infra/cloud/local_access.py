"""How to reach a local cloud: its address and the keys of its root user, in its state folder.

The file has the form of AWS's shared credentials, so other tools can read it too. `alumni local`
writes it; everything that calls the local cloud reads it.
"""

import os
import secrets
from configparser import ConfigParser
from configparser import Error as NotReadableError
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.cloud.errors import CloudError
from infra.paths import BUILD

STATE = BUILD / "local"  # the folder of a stack that is given none
FILE = "credentials"
PROFILE = "default"


@dataclass(frozen=True)
class LocalAccess:
    """Each stack has keys of its own, so no other program or page on this machine knows them."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """For programs that use this cloud as its root user."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }


def read(state: Path) -> LocalAccess:
    """Raises CloudError if no local cloud has run with this folder."""
    parser = ConfigParser(interpolation=None)
    try:
        if not parser.read(state / FILE, encoding="utf-8"):
            raise CloudError(f"No demo has run in {state}: start it with `make demo`.")
        values = parser[PROFILE]
        return LocalAccess(
            values["endpoint_url"],
            values["region"],
            values["aws_access_key_id"],
            values["aws_secret_access_key"],
        )
    except (KeyError, NotReadableError, OSError):
        raise CloudError(f"{state / FILE} can't be read: run `make demo-reset`.") from None


def prepare(state: Path, endpoint_url: str, region: str) -> LocalAccess:
    """The access for a start with this folder: with the keys of its last one, or with new ones."""
    key_id, secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30)
    if (state / FILE).exists():
        before = read(state)
        key_id, secret = before.access_key_id, before.secret_access_key
    access = LocalAccess(endpoint_url, region, key_id, secret)
    _write(state, access)
    return access


def _write(state: Path, access: LocalAccess) -> None:
    """Whole or not at all, and readable by nobody else."""
    unfinished = state / f"{FILE}.new"
    with suppress(FileNotFoundError):
        unfinished.unlink()
    text = (
        f"# Of the local cloud with the data in this folder; its next start keeps them.\n"
        f"[{PROFILE}]\n"
        f"aws_access_key_id = {access.access_key_id}\n"
        f"aws_secret_access_key = {access.secret_access_key}\n"
        f"region = {access.region}\n"
        f"endpoint_url = {access.endpoint_url}\n"
    )
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(state / FILE)


def forget(state: Path) -> None:
    for name in (FILE, f"{FILE}.new"):
        (state / name).unlink(missing_ok=True)
