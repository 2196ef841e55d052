"""The newsletter's doors: the minute tick, and the queue of batches."""

import json
from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import log, what_failed
from functions.newsletter import planner, sender, sending_rate
from functions.newsletter.store import issues

TICK_RESERVE_MS = 10_000  # what a page in the making may need to come to its end
# A batch that is begun must be recorded, however long it waits for its turn and for SES.
SEND_RESERVE_MS = (sending_rate.LONGEST_WAIT_SECONDS + sender.READ_SECONDS + 8) * 1000


def tick(_event: dict[str, Any], context: Any) -> None:
    """Every minute: bring on the issues that are due, and tell of those that ended yesterday. One
    that fails holds up no other."""
    now = clock.now()
    failed = _failing(
        issues.due(now),
        lambda slug: planner.advance(slug, lambda: _has(context, TICK_RESERVE_MS)),
    )
    failed += _failing(issues.due_reports(now), lambda slug: issues.send_report(slug, now))
    if failed:
        raise RuntimeError(f"issues failed: {failed}")  # so that the alarm hears of it


def _failing(slugs: list[str], act: Callable[[str], object]) -> list[str]:
    """Do it to each of these issues; those with which it failed."""
    failed: list[str] = []
    for slug in slugs:
        try:
            act(slug)
        except Exception as error:  # noqa: BLE001 - one issue's edge
            log.error("issue failed", extra={"issue": slug, **what_failed(error)})
            failed.append(slug)
    return failed


def send(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Batches from the queue. Only those that could not be looked at come back through the queue:
    whatever else is not sent now stays planned in the table."""
    # A connection that was frozen with its container may be dead, and a call that is lost on it
    # is uncertain; a new one costs a handshake.
    client("sesv2", attempts=1, read_seconds=sender.READ_SECONDS).close()
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not _has(context, SEND_RESERVE_MS) or not _deliver(record)
    ]
    return {"batchItemFailures": failures}


def _deliver(record: dict[str, Any]) -> bool:
    try:
        named = json.loads(record["body"])
        sender.deliver(named["issue"], named["number"])
    except Exception as error:  # noqa: BLE001 - one record's edge
        log.error("batch failed", extra={"id": record["messageId"], **what_failed(error)})
        return False
    return True


def _has(context: Any, milliseconds: int) -> bool:
    return int(context.get_remaining_time_in_millis()) > milliseconds
