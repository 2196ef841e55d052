"""Where the digests are: the lists of a day's lines in the table, and files in the private bucket
that are written once."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.settings import settings
from functions.evidence.rules import Digest, Leaf
from functions.people.member import SHARDS
from functions.people.store import consents

DIGESTS, PARTS = "evidence/digests/", "evidence/lines/"
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}


def digest_file(day: str) -> str:
    return f"{DIGESTS}{day}.json"


def part_file(day: str, number: int) -> str:
    return f"{PARTS}{day}/{number:04d}.txt"


def parts(day: str) -> list[str]:
    return files(f"{PARTS}{day}/")


def days() -> list[str]:
    """The days that have a digest, in order."""
    return [file.removeprefix(DIGESTS).removesuffix(".json") for file in files(DIGESTS)]


def files(prefix: str) -> list[str]:
    """Their names, in order."""
    listed: list[str] = []
    more: Any = {}
    while more is not None:
        answer = client("s3").list_objects_v2(
            Bucket=settings().private_bucket, Prefix=prefix, **more
        )
        listed += [entry["Key"] for entry in answer.get("Contents", ())]
        token = answer.get("NextContinuationToken")
        more = {"ContinuationToken": token} if token else None
    return listed


def read(file: str) -> bytes:
    answer = client("s3").get_object(Bucket=settings().private_bucket, Key=file)
    return answer["Body"].read()


def digest(day: str) -> dict[str, Any]:
    return dict(json.loads(read(digest_file(day))))


def write_digest(digest: Digest) -> bool:
    """Returns as `write_once`."""
    return write_once(digest_file(digest["day"]), json.dumps(digest, indent=1).encode())


def write_once(file: str, content: bytes) -> bool:
    """Returns False, and changes nothing, if the file exists."""
    try:
        client("s3").put_object(
            Bucket=settings().private_bucket, Key=file, Body=content, IfNoneMatch="*"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in TAKEN:
            raise
        return False
    return True


def leaves(day: str, after: Leaf | None) -> Iterator[Leaf]:
    """What the day's lists hold, in the order of members and numbers, behind `after`."""
    for shard in SHARDS:
        if after and shard < after.member_id[0]:
            continue
        inside = after and shard == after.member_id[0]
        key, last = consents.day_key(day, shard, _name(after) if after else "")
        for item in table.query(key, after=last if inside else None):
            member_id, _, number = item["sk"].partition("#")
            yield Leaf(member_id, int(number), item["hash"])


def _name(leaf: Leaf) -> str:
    return f"{leaf.member_id}#{leaf.number:08d}"
