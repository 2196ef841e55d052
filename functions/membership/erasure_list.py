"""The erasures as files in the private bucket: after a backup of the table was restored, they name
who had been erased.

A file holds hashes and numbers only. See docs/evidence.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from functions.core.aws import private_files
from functions.membership.rules import Erasure

FOLDER = "erasures/"


@dataclass(frozen=True)
class Listed:
    """An erasure as it is listed: `id` is the member's, or a guest's new one."""

    address_hash: str
    id: str
    at: int
    is_member: bool


def add(erasure: Erasure) -> None:
    """Call it before the data goes. Repeating it changes nothing."""
    facts = {"at": erasure.at, "is_member": erasure.is_member}
    private_files.write(_file(erasure.address_hash, erasure.id), json.dumps(facts).encode())


def remove(address_hash: str, erasure_id: str) -> None:
    private_files.delete(_file(address_hash, erasure_id))


def everything() -> Iterator[Listed]:
    for name in private_files.names(FOLDER):
        yield Listed(*_parts(name), **json.loads(private_files.read(name)))


def ids() -> set[str]:
    return {_parts(name)[1] for name in private_files.names(FOLDER)}


def _file(address_hash: str, erasure_id: str) -> str:
    return f"{FOLDER}{address_hash}.{erasure_id}.json"


def _parts(name: str) -> tuple[str, str]:
    address_hash, erasure_id, _ = name.removeprefix(FOLDER).split(".")
    return address_hash, erasure_id
