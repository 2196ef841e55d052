"""A send queue that delays messages on the functions' clock; moto delays them on the real one."""

import hashlib
import json
from typing import Any

from botocore.awsrequest import AWSResponse

from functions.core import clock
from functions.core.aws.clients import client
from functions.newsletter import handler
from tests.functions.newsletter.fake_ses import Body
from tests.functions.newsletter.issue_runs import Context

Raw = dict[str, Any]


class FakeSqs:
    def __init__(self) -> None:
        self.messages: list[tuple[int, Raw]] = []  # and when each can be received
        events = client("sqs").meta.events
        events.register_first("before-send.sqs.SendMessageBatch", self._send)
        events.register_first("before-send.sqs.GetQueueAttributes", self._count)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        entries = json.loads(request.body)["Entries"]
        for entry in entries:
            assert 0 <= entry["DelaySeconds"] <= 900, "SQS refuses it"
            message = {"messageId": f"m{len(self.messages)}", "body": entry["MessageBody"]}
            self.messages.append((clock.now() + entry["DelaySeconds"], message))
        return _answer(request, {"Successful": list(map(_sent, entries)), "Failed": []})

    def _count(self, request: Any, **_: Any) -> AWSResponse:
        counts = {"ApproximateNumberOfMessages": str(len(self.ready()))}
        return _answer(request, {"Attributes": counts})

    def ready(self) -> list[Raw]:
        return [message for at, message in self.messages if at <= clock.now()]

    def delays(self) -> list[int]:
        """In how many seconds each message comes."""
        return [at - clock.now() for at, _ in self.messages]

    def deliver(self) -> list[Raw]:
        """Hand the messages that are ready to a worker; gives those that it hands back."""
        taken = self.ready()
        self.messages = [pair for pair in self.messages if pair[0] > clock.now()]
        answer = handler.send({"Records": taken}, Context())
        return answer["batchItemFailures"]  # type: ignore[no-any-return]


def _sent(entry: Raw) -> Raw:
    digest = hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest()
    return {"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": digest}


def _answer(request: Any, document: Raw) -> AWSResponse:
    return AWSResponse(request.url, 200, {}, Body(json.dumps(document).encode()))  # type: ignore[arg-type]
