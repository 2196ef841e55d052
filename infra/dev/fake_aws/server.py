"""DynamoDB, SES, SQS, SSM and S3 as far as a newsletter needs them: in memory, over HTTP.

It responds at once, so that a benchmark measures its caller. Run as a script it prints its port and
serves until its stdin closes.
"""

import asyncio
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs

from infra.dev.fake_aws.capacity import Meter
from infra.dev.fake_aws.dynamodb import CancelledError, ConditionError, DynamoDb
from infra.dev.fake_aws.expressions import Raw
from infra.dev.fake_aws.http_protocol import Http

# Fast enough that no sender has to wait.
ACCOUNT = {
    "SendQuota": {"Max24HourSend": 1e9, "MaxSendRate": 1e6, "SentLast24Hours": 0.0},
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
}
SECRET = "00" * 32


class Cloud(DynamoDb):
    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}
        self.queue: list[Raw] = []
        self.message_ids = count()
        self.accepted: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.tags: list[Raw] = []  # of accepted emails, as in SES's events
        self.mails: list[str] = []  # single ones, in base64

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes]:
        if target:
            name = target.partition(".")[2]
            self.calls[name] += 1
            return self._operation(getattr(self, f"on_{name}"), json.loads(body))
        if path.startswith("/v2/email/outbound"):
            return 200, json.dumps(self._send(path, json.loads(body))).encode()
        if path == "/v2/email/account":
            self.calls["GetAccount"] += 1
            return 200, json.dumps(ACCOUNT).encode()
        if (method, path) == ("POST", "/"):
            return 200, self._send_raw(body)
        if path.startswith("/control/"):
            name = path.removeprefix("/control/")
            return 200, json.dumps(getattr(self, f"control_{name}")(body)).encode()
        if method == "PUT":
            self.objects[path] = body
            return 200, b""
        if method == "DELETE":
            self.objects.pop(path, None)
            return 200, b""
        self.calls["GetObject"] += method == "GET"
        return 200, self.objects.get(path, b"")

    def _operation(self, operation: Callable[[Raw], Raw], request: Raw) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(operation(request)).encode()
        except ConditionError as error:
            return _refusal("ConditionalCheckFailedException", error.stored)
        except CancelledError as error:
            return _refusal("TransactionCanceledException", {"CancellationReasons": error.reasons})

    # ---- SES

    def _send(self, path: str, request: Raw) -> Raw:
        if path.endswith("bulk-emails"):
            self.calls["SendBulkEmail"] += 1
            entries = request["BulkEmailEntries"]
            return {"BulkEmailEntryResults": [self._accept(entry) for entry in entries]}
        self.calls["SendEmail"] += 1
        return self._accept(request)

    def _accept(self, entry: Raw) -> Raw:
        (address,) = entry["Destination"]["ToAddresses"]
        self.accepted[address] += 1
        self.tags.append({tag["Name"]: tag["Value"] for tag in entry.get("ReplacementTags", ())})
        return {"Status": "SUCCESS", "MessageId": f"{len(self.tags):060d}"}

    def _send_raw(self, body: bytes) -> bytes:
        """SendRawEmail of SES's first API: a form, answered in XML."""
        sent = parse_qs(body.decode())
        self.calls["SendRawEmail"] += 1
        self.mails.append(sent["RawMessage.Data"][0])
        message_id = f"<MessageId>{len(self.mails):060d}</MessageId>"
        return f"<Answer><SendRawEmailResult>{message_id}</SendRawEmailResult></Answer>".encode()

    # ---- SQS and SSM

    def on_SendMessageBatch(self, request: Raw) -> Raw:  # noqa: N802
        done = []
        for entry in request["Entries"]:
            body = entry["MessageBody"]
            delay = entry.get("DelaySeconds", 0)
            message_id = f"{next(self.message_ids)}"
            self.queue.append({"messageId": message_id, "body": body, "delay": delay})
            digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
            done.append({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": digest})
        return {"Successful": done, "Failed": []}

    def on_GetQueueAttributes(self, _request: Raw) -> Raw:  # noqa: N802
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.queue))}}

    def on_GetParameters(self, request: Raw) -> Raw:  # noqa: N802
        parameters = [{"Name": name, "Value": SECRET} for name in request["Names"]]
        return {"Parameters": parameters, "InvalidParameters": []}

    # ---- Calls of benchmarks and tests, beside AWS's own API

    def control_fill(self, body: bytes) -> None:
        for item in json.loads(body):
            self.table.put(item)

    def control_queue(self, _body: bytes) -> list[Raw]:
        taken, self.queue = self.queue, []
        return taken

    def control_tags(self, _body: bytes) -> list[Raw]:
        return self.tags

    def control_mails(self, _body: bytes) -> list[str]:
        return self.mails

    def control_outbox(self, _body: bytes) -> list[str]:
        """What the table's stream reports of the emails that wait."""
        return [pk for pk, _sk in self.table.items if pk.startswith("OUTBOX#")]

    def control_used(self, _body: bytes) -> Raw:
        """Calls and table units since the last such query, and the written ones by kind of item."""
        used = {"calls": dict(self.calls), "units": self.meter.units()}
        used |= {"written": dict(self.meter.written)}
        self.calls, self.meter = Counter(), Meter()
        return used

    def control_ledger(self, _body: bytes) -> Raw:
        """Accepted emails, distinct addresses, addresses that got more than one, and calls."""
        twice = sum(1 for count in self.accepted.values() if count > 1)
        return {
            "accepted": self.accepted.total(),
            "addresses": len(self.accepted),
            "twice": twice,
            "calls": dict(self.calls),
        }


def _refusal(code: str, rest: Raw) -> tuple[int, bytes]:
    return 400, json.dumps({"__type": f"com.amazonaws#{code}", **rest}).encode()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    cloud = Cloud()
    server = await loop.create_server(lambda: Http(cloud), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the caller reads it
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
