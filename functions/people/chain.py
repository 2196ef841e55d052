"""The chain of a person's consent lines: each holds its number, the hash of the line before, and a
hash of its own over all the rest. No I/O here.

See docs/evidence.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from functions.core.canonical import json_bytes

Line = Mapping[str, Any]  # the attributes of an item, its key among them


@dataclass(frozen=True)
class Head:
    """The last line of a chain."""

    number: int
    hash: str


BEFORE_ALL = Head(0, "0" * 64)


def line_hash(line: Line) -> str:
    """SHA-256, in hex, of all attributes but `hash`, as JSON in its canonical form (RFC 8785)."""
    rest = {name: value for name, value in line.items() if name != "hash"}
    return sha256(json_bytes(rest)).hexdigest()


def linked(line: Line, head: Head) -> dict[str, Any]:
    """The line as the next one of the chain that ends with `head`."""
    rest = {**line, "number": head.number + 1, "before": head.hash}
    return rest | {"hash": line_hash(rest)}


def covering(lines: Iterable[Line]) -> Head:
    """The head of lines from before there was a chain: the first chained line vouches for them.

    They stay as they are, and count as if they held a number and the hash of the line before.
    """
    head = BEFORE_ALL
    for line in lines:
        counted = linked(line, head)
        head = Head(counted["number"], counted["hash"])
    return head
