"""The queue of batches to send. A message only names a batch; its state is in the table."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from functions.core.aws.clients import client
from functions.core.log import log
from functions.core.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeFilterType
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

AT_ONCE = 10  # SQS: messages in one SendMessageBatch
COUNTS: Sequence["QueueAttributeFilterType"] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def put(slug: str, numbers: Sequence[int]) -> None:
    """Queue batches. One that SQS refuses stays planned, and the sweep queues it again."""
    for start in range(0, len(numbers), AT_ONCE):
        entries = [_entry(slug, number) for number in numbers[start : start + AT_ONCE]]
        answer = client("sqs").send_message_batch(
            QueueUrl=settings().send_queue_url, Entries=entries
        )
        if answer.get("Failed"):
            log.warning("not queued", extra={"issue": slug, "count": len(answer["Failed"])})


def _entry(slug: str, number: int) -> "SendMessageBatchRequestEntryTypeDef":
    return {"Id": str(number), "MessageBody": json.dumps({"issue": slug, "number": number})}


def is_idle() -> bool:
    """False while batches are in the queue or with a worker, by SQS's approximate count."""
    answer = client("sqs").get_queue_attributes(
        QueueUrl=settings().send_queue_url, AttributeNames=COUNTS
    )
    return not any(int(count) for count in answer["Attributes"].values())
