"""Where the digests are: the lists of a day's lines in the table, and files in the private bucket
that are written once."""

import json
from collections.abc import Iterator
from typing import Any

from functions.core.aws import private_files, table
from functions.evidence.rules import Digest, Leaf
from functions.people.member import SHARDS
from functions.people.store import consents

DIGESTS, PARTS = "evidence/digests/", "evidence/lines/"


def digest_file(day: str) -> str:
    return f"{DIGESTS}{day}.json"


def part_file(day: str, number: int) -> str:
    return f"{PARTS}{day}/{number:04d}.txt"


def parts(day: str) -> list[str]:
    return list(private_files.names(f"{PARTS}{day}/"))


def days() -> list[str]:
    """The days that have a digest, in order."""
    names = private_files.names(DIGESTS)
    return [name.removeprefix(DIGESTS).removesuffix(".json") for name in names]


def digest(day: str) -> dict[str, Any]:
    return dict(json.loads(private_files.read(digest_file(day))))


def write_digest(digest: Digest) -> bool:
    """Returns False, and changes nothing, if the day has one."""
    content = json.dumps(digest, indent=1).encode()
    return private_files.write_once(digest_file(digest["day"]), content)


def leaves(day: str, after: Leaf | None) -> Iterator[Leaf]:
    """What the day's lists hold, in the order of members and numbers, behind `after`."""
    for shard in SHARDS:
        if after and shard < after.member_id[0]:
            continue
        inside = after and shard == after.member_id[0]
        key, last = consents.day_key(day, shard, _name(after) if after else "")
        for item in table.query(key, after=last if inside else None):
            member_id, _, number = item["sk"].partition("#")
            yield Leaf(member_id, int(number), item["hash"], item.get("kept_until", ""))


def _name(leaf: Leaf) -> str:
    return f"{leaf.member_id}#{leaf.number:08d}"
