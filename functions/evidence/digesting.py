"""Makes the digest of a day, in parts, so that the next run continues one that died.

See docs/evidence.md.
"""

import base64
from collections.abc import Callable
from itertools import islice
from typing import Any

from functions.core.aws import private_files
from functions.core.aws.clients import client
from functions.core.settings import settings
from functions.evidence import rules, store
from functions.evidence.rules import Leaf, Part

ALGORITHM = "ECDSA_SHA_256"


def digest(day: str, before: str, has_time: Callable[[], bool]) -> str:
    """Write the digest of a day, which follows the one with the hash `before`. Returns its own
    hash; an empty string if the time is up before it is complete.

    Raises:
        RuntimeError: an earlier run has written something else.
    """
    parts, last = _written(day)
    leaves = store.leaves(day, last)
    while portion := list(islice(leaves, rules.PART_LINES)):
        if not has_time():
            return ""
        parts.append(_write_part(store.part_file(day, len(parts) + 1), portion))
    return _write_digest(rules.digest_of(day, parts, before, settings().evidence_key))


def _written(day: str) -> tuple[list[Part], Leaf | None]:
    """The parts that an earlier run has written, and their last leaf."""
    contents = {file: private_files.read(file) for file in store.parts(day)}
    parts = [rules.part_of(file, content) for file, content in contents.items()]
    return parts, rules.leaves_in(contents[parts[-1].file])[-1] if parts else None


def _write_part(file: str, leaves: list[Leaf]) -> Part:
    content = rules.part_bytes(leaves)
    if not private_files.write_once(file, content) and private_files.read(file) != content:
        raise RuntimeError(f"{file} exists and differs")
    return rules.part_of(file, content)


def _write_digest(unsigned: dict[str, Any]) -> str:
    day, own_hash = unsigned["day"], rules.digest_hash(unsigned)
    signed = unsigned | {"signature": _signature(own_hash)}
    if not store.write_digest(signed) and rules.digest_hash(store.digest(day)) != own_hash:
        raise RuntimeError(f"the digest of {day} exists and differs")
    return own_hash


def _signature(digest_hash: str) -> str:
    """By a key that never leaves KMS, which signs 4 KB at most: the hash stands for the digest."""
    answer = client("kms").sign(
        KeyId=settings().evidence_key,
        Message=digest_hash.encode(),
        MessageType="RAW",
        SigningAlgorithm=ALGORITHM,
    )
    return base64.b64encode(answer["Signature"]).decode()
