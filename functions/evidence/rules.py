"""The digest of a day's consent lines: which days are due, what it holds, what of it is signed.

See docs/evidence.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from functions.core.canonical import json_bytes
from functions.core.clock import HOUR

Digest = Mapping[str, Any]

# No function runs for so long, and AWS refuses requests whose clock is five minutes off: after
# that, nothing is written on the day any more.
SETTLED_SECONDS = HOUR
PART_LINES = 5000  # half a megabyte
NONE_BEFORE = "0" * 64  # the hash of the digest before the first


@dataclass(frozen=True)
class Leaf:
    """A consent line as the digest knows it: by its number and hash, without what it holds."""

    member_id: str
    number: int
    hash: str
    kept_until: str = ""  # of an erasure: the day until which the hashes of all lines are kept

    def __str__(self) -> str:
        return f"{self.member_id} {self.number} {self.hash} {self.kept_until}".rstrip()


@dataclass(frozen=True)
class Part:
    """A file of leaves, at most PART_LINES of them."""

    file: str
    lines: int
    sha256: str


def leaf_of(text: str) -> Leaf:
    member_id, number, *rest = text.split()
    return Leaf(member_id, int(number), *rest)


def part_bytes(leaves: Iterable[Leaf]) -> bytes:
    return "".join(f"{leaf}\n" for leaf in leaves).encode()


def part_of(file: str, content: bytes) -> Part:
    return Part(file, content.count(b"\n"), sha256(content).hexdigest())


def leaves_in(content: bytes) -> list[Leaf]:
    return [leaf_of(line) for line in content.decode().splitlines()]


def days_due(last: str, now: int) -> list[str]:
    """The days without a digest that are over and settled, after the `last` with one; if none has
    one, only yesterday."""
    if last:
        return days_between(last, now)[1:]
    settled = datetime.fromtimestamp(now - SETTLED_SECONDS, UTC).date()
    return [(settled - _A_DAY).isoformat()]


def days_between(first: str, now: int) -> list[str]:
    """The days from `first` to the last that is over and settled."""
    begin, settled = date.fromisoformat(first), datetime.fromtimestamp(now - SETTLED_SECONDS, UTC)
    return [(begin + _A_DAY * n).isoformat() for n in range((settled.date() - begin).days)]


_A_DAY = timedelta(days=1)


def digest_of(day: str, parts: Iterable[Part], before: str, key: str) -> dict[str, Any]:
    """A digest to be signed with `key`; `before` is the hash of the digest of the day before."""
    listed = [asdict(part) for part in parts]
    lines = sum(part["lines"] for part in listed)
    return {"day": day, "lines": lines, "parts": listed, "before": before, "key": key}


def digest_hash(digest: Digest) -> str:
    """What is signed, as 64 hex digits: the SHA-256 of all but the signature (RFC 8785)."""
    unsigned = {name: value for name, value in digest.items() if name != "signature"}
    return sha256(json_bytes(unsigned)).hexdigest()
