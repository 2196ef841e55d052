"""The queue of batches to send. A message only names a batch; its state is in the table."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import log
from functions.core.settings import settings
from functions.newsletter.rules.ledger import Batch

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeFilterType
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

AT_ONCE = 10  # SQS: messages in one SendMessageBatch
WAITING: Sequence["QueueAttributeFilterType"] = ("ApproximateNumberOfMessages",)


def put(slug: str, batches: Sequence[Batch]) -> None:
    """Queue batches, each delayed until its turn. One that SQS refuses stays planned, and the sweep
    queues it again."""
    now = clock.now()
    for start in range(0, len(batches), AT_ONCE):
        entries = [_entry(batch, now) for batch in batches[start : start + AT_ONCE]]
        answer = client("sqs").send_message_batch(
            QueueUrl=settings().send_queue_url, Entries=entries
        )
        if answer.get("Failed"):
            log.warning("not queued", extra={"issue": slug, "count": len(answer["Failed"])})


def _entry(batch: Batch, now: int) -> "SendMessageBatchRequestEntryTypeDef":
    return {
        "Id": str(batch.number),
        "MessageBody": json.dumps({"issue": batch.issue, "number": batch.number}),
        "DelaySeconds": max(0, batch.sends_at - now),
    }


def has_backlog() -> bool:
    """True while batches wait for a worker although it is their turn, by SQS's approximate count.
    Messages that are still delayed, or with a worker, don't count."""
    answer = client("sqs").get_queue_attributes(
        QueueUrl=settings().send_queue_url, AttributeNames=WAITING
    )
    return any(int(count) for count in answer["Attributes"].values())
