"""Reads the signed digests of consents, and finds what has happened to them.

See docs/evidence.md.
"""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from functions.core.aws import private_files
from functions.core.aws.clients import client
from functions.core.clock import HOUR
from functions.evidence import rules, store

if TYPE_CHECKING:
    from functions.evidence.rules import Digest, Leaf

LATE_SECONDS = 2 * HOUR  # after that a digest that is due should be there

Verifier = Callable[[str, bytes, bytes], bool]  # (ARN of the key, signature, content) → it fits


@dataclass(frozen=True)
class Voucher:
    """What the digest of a day vouches for: this hash of a line."""

    hash: str
    day: str
    kept_until: str = ""  # of an erasure: until then hashes of all lines are kept


@dataclass
class Vouched:
    """Everything that the digests vouch for."""

    until: str = ""  # the last day with a digest; empty before the first
    digests: "dict[str, Digest]" = field(default_factory=dict)  # by day
    vouchers: dict[str, dict[int, Voucher]] = field(default_factory=lambda: defaultdict(dict))
    keys: set[str] = field(default_factory=set)  # that have signed
    problems: list[str] = field(default_factory=list)

    def add(self, day: str, leaves: "list[Leaf]") -> None:
        for leaf in leaves:
            self.vouchers[leaf.member_id][leaf.number] = Voucher(leaf.hash, day, leaf.kept_until)


def read(now: int) -> Vouched:
    """Every digest, with what is wrong with any."""
    days = store.days()
    vouched = Vouched(until=days[-1] if days else "")
    vouched.problems += _missing(days, now)
    fits, before = _verifier(), rules.NONE_BEFORE
    for day in days:
        digest = store.digest(day)
        vouched.digests[day] = digest
        vouched.keys.add(digest["key"])
        vouched.problems += _problems(day, digest, before, fits)
        for part in digest["parts"]:
            content = _content(part["file"])
            vouched.add(day, rules.leaves_in(content))
            if sha256(content).hexdigest() != part["sha256"]:
                vouched.problems.append(f"{part['file']} was altered or removed.")
        before = rules.digest_hash(digest)
    return vouched


def _missing(days: list[str], now: int) -> Iterator[str]:
    """Days without a digest, between the first and now."""
    if not days:
        return
    known = set(days)
    for day in rules.days_between(days[0], now - LATE_SECONDS):
        if day not in known:
            yield (
                f"The digest of {day} is missing: removed, or never written (see the alarms). "
                "The bucket keeps what was removed for 30 days, as an earlier version."
            )


def last_due(now: int) -> str:
    """The last day whose digest should be there."""
    return rules.days_due("", now - LATE_SECONDS)[0]


def _problems(day: str, digest: "Digest", before: str, fits: Verifier) -> Iterator[str]:
    signature = base64.b64decode(digest.get("signature", ""))
    if digest["day"] != day or not fits(
        digest["key"], signature, rules.digest_hash(digest).encode()
    ):
        yield f"The digest of {day} was altered: its signature doesn't fit."
    if digest["before"] != before:
        yield f"The digest of {day} doesn't follow the one before it, which was altered or removed."


def _content(file: str) -> bytes:
    try:
        return private_files.read(file)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return b""


def _verifier() -> Verifier:
    """With the public keys as KMS has them."""
    known: dict[str, Any] = {}

    def fits(key: str, signature: bytes, content: bytes) -> bool:
        if key not in known:
            answer = client("kms").get_public_key(KeyId=key)
            known[key] = serialization.load_der_public_key(answer["PublicKey"])
        try:
            known[key].verify(signature, content, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    return fits
