"""The benchmarks' cloud in memory, with DynamoDB's refusals in full and a SES that has bad days.

What it accepted and what it refused is its own record: the verdict compares the ledger with it.
"""

import json
import random
from collections import Counter
from typing import TYPE_CHECKING

from infra.dev.fake_aws.dynamodb import CancelledError
from infra.dev.fake_aws.dynamodb import key_of as _key
from infra.dev.fake_aws.expressions import Raw
from infra.dev.fake_aws.server import Cloud

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, Raw]
BULK = "/v2/email/outbound-bulk-emails"
FAST = 1e6  # recipients a second
GOOD, REJECTED, TRANSIENT = "SUCCESS", "MESSAGE_REJECTED", "TRANSIENT_FAILURE"


class UnreliableCloud(Cloud):
    """`rng` decides what SES, queue and index do; `mails` holds every entry that SES accepted."""

    def __init__(self, rng: random.Random, *, rough: bool) -> None:
        super().__init__()
        self.rng, self.rough = rng, rough
        self.mails: list[Raw] = []
        self.bad_address = ""
        self.in_flight = 0
        self.rate = FAST
        self.time: Callable[[], int] = lambda: 0
        self.delayed: list[tuple[int, Raw]] = []  # messages, and when each can be received
        self.done_before: dict[str, Raw] = {}  # DynamoDB knows a transaction's token again
        self.ignores: Callable[[Raw], bool] = lambda _request: False  # whose condition is let pass

    def _now_and_then(self, chance: float) -> bool:
        return self.rough and self.rng.random() < chance

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes]:
        if path == BULK:
            status, document = self.bulk(json.loads(body))
            return status, json.dumps(document).encode()
        if path == "/v2/email/account":
            return 200, json.dumps(account(self.rate)).encode()
        return super().answer(method, path, target, body)

    # ---- SES

    def bulk(self, request: Raw) -> Answer:
        """Accept, or throttle the call, refuse it for one address, or refuse single recipients."""
        entries = request["BulkEmailEntries"]
        if self._now_and_then(0.03):
            return 429, {"__type": "TooManyRequestsException", "message": "slow down"}
        if self._now_and_then(0.01):
            return 400, {"__type": "LimitExceededException", "message": "enough for today"}
        if self.bad_address in [address_of(entry) for entry in entries]:
            return 400, {"__type": "BadRequestException", "message": "one is bad"}
        results = [self._result(entry) for entry in entries]
        return 200, {"BulkEmailEntryResults": [{"Status": status} for status in results]}

    def _result(self, entry: Raw) -> str:
        if self._now_and_then(0.01):
            return self.rng.choice([REJECTED, TRANSIENT])
        self.mails.append(entry)
        self.accepted[address_of(entry)] += 1
        return GOOD

    # ---- DynamoDB

    def _holds(self, request: Raw, item: Raw) -> bool:
        return self.ignores(request) or super()._holds(request, item)

    def on_TransactWriteItems(self, request: Raw) -> Raw:  # noqa: N802 - AWS's names
        token = request["ClientRequestToken"]
        if token not in self.done_before:
            if self._now_and_then(0.03):
                raise CancelledError([{"Code": "TransactionConflict"}])
            self.done_before[token] = super().on_TransactWriteItems(request)
        return self.done_before[token]

    def on_BatchGetItem(self, request: Raw) -> Raw:  # noqa: N802
        answer = super().on_BatchGetItem(request)
        ((name, wanted),) = request["RequestItems"].items()
        if self._now_and_then(0.03) and len(wanted["Keys"]) > 1:
            rest = wanted["Keys"][-1:]  # the last was too much for now
            items = [i for i in answer["Responses"][name] if _key(i) != _key(rest[0])]
            answer = {"Responses": {name: items}, "UnprocessedKeys": {name: {"Keys": rest}}}
        return answer

    def _due(self, request: Raw) -> list[Raw]:
        """The index lags now and then."""
        return [item for item in super()._due(request) if not self._now_and_then(0.05)]

    # ---- SQS

    def on_GetQueueAttributes(self, _request: Raw) -> Raw:  # noqa: N802
        if self._now_and_then(0.1):
            return _counts(0, 0)  # SQS says "approximate"
        return _counts(len(self.queue), self.in_flight)

    def on_SendMessageBatch(self, request: Raw) -> Raw:  # noqa: N802
        failed = [request["Entries"].pop()] if self._now_and_then(0.05) else []
        answer = super().on_SendMessageBatch(request)
        now = self.time()
        self.delayed += [(now + m["delay"], m) for m in self.queue if m.get("delay")]
        self.queue = [message for message in self.queue if not message.pop("delay", 0)]
        refused = [{"Id": e["Id"], "SenderFault": False, "Code": "InternalError"} for e in failed]
        return answer | {"Failed": refused}


def account(rate: float) -> Raw:
    return {
        "SendingEnabled": True,
        "ProductionAccessEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 1e6, "MaxSendRate": rate, "SentLast24Hours": 0.0},
    }


def _counts(waiting: int, taken: int) -> Raw:
    names = ("", "NotVisible", "Delayed")
    numbers = (waiting, taken, 0)
    pairs = zip(names, numbers, strict=True)
    return {"Attributes": {f"ApproximateNumberOfMessages{n}": str(count) for n, count in pairs}}


def address_of(entry: Raw) -> str:
    (address,) = entry["Destination"]["ToAddresses"]
    return str(address)


def twice(accepted: Counter[str]) -> int:
    return sum(1 for count in accepted.values() if count > 1)
