"""The cost of a newsletter's functions: prices from `infra.costs`, limits from template.yaml.

A function is billed for its time here, for more if its memory buys less than a core, and for the
time that the real services, unlike the benchmark's, take to respond.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

from infra import costs

ONE_CORE_MB = 1769  # Lambda's guide: with that much memory a function has one vCPU
ONE_MILLISECOND = 0.001  # Lambda rounds up to it
# Assumed, on the high side: AWS promises single-digit milliseconds for a key in DynamoDB.
DYNAMODB_SECONDS = 0.005
AWAY_SECONDS = {
    "TransactWriteItems": 0.040,
    "SendMessageBatch": 0.010,
    "GetQueueAttributes": 0.010,
    "GetParameters": 0.030,
    "GetObject": 0.050,
    "GetAccount": 0.050,
    "SendBulkEmail": 0.500,  # fifty mails
}
COLD_START_SECONDS = 1.0  # Lambda bills the start of a container too
# The minute tick keeps its own warm; MaximumConcurrency; Lambda begins with five pollers.
CONTAINERS = {"NewsletterTick": 0, "NewsletterSend": 2, "Feedback": 5}
QUEUE_BATCH = 10  # SQS: the most messages in one receive or delete
QUEUE_CALLS = ("SendMessageBatch", "GetQueueAttributes")  # each below SQS's 64 KB a request


@dataclass
class Used:
    """The usage of one function over the whole issue."""

    function: str
    memory_mb: int
    invocations: int = 0
    messages: int = 0  # that came from its queue
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    log_bytes: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)

    @property
    def gb_seconds(self) -> float:
        away = sum(AWAY_SECONDS.get(name, DYNAMODB_SECONDS) * n for name, n in self.calls.items())
        slower = max(0.0, ONE_CORE_MB / self.memory_mb - 1) * self.cpu_seconds
        started = COLD_START_SECONDS * CONTAINERS[self.function]
        rounded = ONE_MILLISECOND / 2 * self.invocations
        return (self.wall_seconds + slower + away + started + rounded) * self.memory_mb / 1024

    @property
    def queue_requests(self) -> int:
        """The function's own, and Lambda's to receive and delete its messages in full batches."""
        if not self.messages:
            return sum(self.calls[name] for name in QUEUE_CALLS)
        a_batch = self.messages / self.invocations
        return self.invocations * 2 * ceil(a_batch / QUEUE_BATCH)


class Part(NamedTuple):
    name: str
    number: float
    unit: str
    dollars: float


def parts(used: list[Used], mails: int) -> list[Part]:
    """All costs of an issue to `mails` recipients, except SES's own price."""
    bus = [
        _part("EventBridge", mails, "events", costs.EVENT),
        _part("EventBridge to the feedback queue", mails, "requests", costs.QUEUE_REQUEST),
    ]
    return [*bus, *(part for function in used for part in _parts_of(function) if part.number)]


def _parts_of(used: Used) -> list[Part]:
    logged = used.invocations * costs.LOG_BYTES_PER_CALL + used.log_bytes
    writes = used.units["write"] + used.units["index_write"]
    parts = [
        _part("table reads", used.units["read"], "units", costs.READ_UNIT),
        _part("table writes", writes, "units", costs.WRITE_UNIT),
        _part("queue", used.queue_requests, "requests", costs.QUEUE_REQUEST),
        _part("time", used.gb_seconds, "GB s", costs.LAMBDA_GB_SECOND),
        _part("calls", used.invocations, "invocations", costs.LAMBDA_REQUEST),
        _part("files", used.calls["GetObject"], "reads", costs.S3_READ),
        _part("log", logged / 1e6, "MB", costs.LOG_GB / 1000),
    ]
    return [part._replace(name=f"{used.function}: {part.name}") for part in parts]


def _part(name: str, number: float, unit: str, price: float) -> Part:
    return Part(name, number, unit, number * price)


def details(parts: list[Part], ses: float) -> list[dict[str, Any]]:
    """As the report shows them: cents, and percent of SES's price."""
    return [
        {
            "part": part.name,
            "number": round(part.number, 2),
            "unit": part.unit,
            "cents": round(part.dollars * 100, 4),
            "percent": round(part.dollars / ses * 100, 3),
        }
        for part in parts
    ]
