"""Files in the private bucket that functions write: by name, whole, or once."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from functions.core.aws.clients import client
from functions.core.settings import settings

PIECE = 1 << 20
TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}


def names(folder: str) -> Iterator[str]:
    """The names of all files in it, in order."""
    more: Any = {}
    while more is not None:
        answer = client("s3").list_objects_v2(
            Bucket=settings().private_bucket, Prefix=folder, **more
        )
        yield from (entry["Key"] for entry in answer.get("Contents", ()))
        token = answer.get("NextContinuationToken")
        more = {"ContinuationToken": token} if token else None


def read(name: str) -> bytes:
    answer = client("s3").get_object(Bucket=settings().private_bucket, Key=name)
    return answer["Body"].read()


def copy(name: str, to: BinaryIO) -> None:
    """Write the file's content to an open one, piece by piece."""
    answer = client("s3").get_object(Bucket=settings().private_bucket, Key=name)
    to.writelines(answer["Body"].iter_chunks(PIECE))


def write(name: str, content: bytes | BinaryIO) -> None:
    client("s3").put_object(Bucket=settings().private_bucket, Key=name, Body=content)


def write_once(name: str, content: bytes) -> bool:
    """Returns False, and changes nothing, if the file exists."""
    try:
        client("s3").put_object(
            Bucket=settings().private_bucket, Key=name, Body=content, IfNoneMatch="*"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in TAKEN:
            raise
        return False
    return True


def delete(name: str) -> None:
    """Do nothing if there is none."""
    client("s3").delete_object(Bucket=settings().private_bucket, Key=name)
