"""The functions' whole cloud in memory: what each of their clients is asked for, and what it kept.

Only as much of each service as the functions use; the table is held to moto's answers.
"""

import hashlib
import io
from collections import Counter
from copy import deepcopy
from typing import Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from tests.functions.lives.memory_table import MemoryTable
from tests.functions.support import ACCOUNT, SECRETS

Raw = dict[str, Any]


class MemoryCloud:
    """`client` takes the place of `functions.core.aws.clients._client`."""

    def __init__(self) -> None:
        self.table, self.s3, self.sqs, self.ses = MemoryTable(), S3(), Sqs(), Ses()
        self._clients = {
            "dynamodb": self.table,
            "s3": self.s3,
            "sqs": self.sqs,
            "ses": self.ses,
            "sesv2": self.ses,
            "ssm": Ssm(),
        }

    def client(self, service: str, _attempts: int = 1, _read_seconds: int = 1) -> Any:
        return self._clients[service]


class S3:
    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Raw] = {}  # (bucket, key) → as it was put

    def put_object(self, **request: Any) -> Raw:
        place = request.pop("Bucket"), request.pop("Key")
        if request.pop("IfNoneMatch", "") and place in self.objects:
            raise _error("PreconditionFailed")
        body = request["Body"]
        body = body.read() if hasattr(body, "read") else body
        content = body.encode() if isinstance(body, str) else bytes(body)
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        self.objects[place] = request | {"Body": content, "ETag": etag}
        return {"ETag": etag}

    def get_object(self, **request: Any) -> Raw:
        stored = self._stored(request)
        return stored | {"Body": StreamingBody(io.BytesIO(stored["Body"]), len(stored["Body"]))}

    def head_object(self, **request: Any) -> Raw:
        return self._stored(request)

    def delete_object(self, **request: Any) -> None:
        self.objects.pop((request["Bucket"], request["Key"]), None)

    def list_objects_v2(self, **request: Any) -> Raw:
        prefix = request.get("Prefix", "")
        names = sorted(key for bucket, key in self.objects if bucket == request["Bucket"])
        return {"Contents": [{"Key": key} for key in names if key.startswith(prefix)]}

    def _stored(self, request: Raw) -> Raw:
        place = request["Bucket"], request["Key"]
        if place not in self.objects:
            raise _error("NoSuchKey")
        return self.objects[place]


class Sqs:
    def __init__(self) -> None:
        self.waiting: list[Raw] = []  # as Lambda gets them
        self.seen: list[str] = []  # every body that was ever in the queue

    def send_message_batch(self, *, Entries: list[Raw], **_: Any) -> Raw:  # noqa: N803 - AWS's names
        for entry in Entries:
            number = str(len(self.seen))
            self.seen.append(entry["MessageBody"])
            self.waiting.append({"messageId": number, "body": entry["MessageBody"]})
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries], "Failed": []}

    def get_queue_attributes(self, **_: Any) -> Raw:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.waiting))}}

    def take(self) -> list[Raw]:
        taken, self.waiting = self.waiting, []
        return taken


class Ses:
    def __init__(self) -> None:
        self.sent: list[Raw] = []  # emails to one person
        self.bulk: list[Raw] = []  # entries of newsletters

    def send_raw_email(self, **request: Any) -> Raw:
        self.sent.append(request)
        return {"MessageId": f"{len(self.sent):060d}"}

    def send_bulk_email(self, **request: Any) -> Raw:
        entries = request["BulkEmailEntries"]
        self.bulk += entries
        results = [{"Status": "SUCCESS", "MessageId": f"{id(entry):060d}"} for entry in entries]
        return {"BulkEmailEntryResults": results}

    def get_account(self) -> Raw:
        return deepcopy(ACCOUNT)

    def close(self) -> None:
        """Connections are closed before a batch is sent."""


class Ssm:
    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def get_parameters(self, *, Names: list[str], **_: Any) -> Raw:  # noqa: N803 - AWS's names
        self.calls.update(Names)
        known = [{"Name": name, "Value": SECRETS[name.rpartition("/")[2]]} for name in Names]
        return {"Parameters": known, "InvalidParameters": []}


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "s3")
