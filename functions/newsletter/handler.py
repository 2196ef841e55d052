"""The newsletter's handlers: the minute tick, and the queue of batches."""

import json
from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.clock import MINUTE
from functions.core.log import error_fields, log
from functions.newsletter import planner, sender, sending_rate
from functions.newsletter.store import issues

WATCH_SECONDS = 5 * MINUTE
TICK_RESERVE_MS = 10_000  # enough to finish a page that has been started
# A batch that is started must be recorded, even after the longest waits for its turn and SES.
SEND_RESERVE_MS = (sending_rate.LONGEST_WAIT_SECONDS + sender.READ_SECONDS + 8) * 1000


def tick(_event: dict[str, Any], context: Any) -> None:
    """Every minute: advance the issues that are due, and send the reports that are due. An issue
    that fails doesn't hold up the others. Every five minutes it reads SES's state.

    Raises:
        RuntimeError: an issue failed, so that the alarm on errors goes off.
    """
    now = clock.now()
    if now % WATCH_SECONDS < MINUTE:
        _watch_account()
    failed = _apply(
        issues.due(now),
        lambda slug: planner.advance(slug, lambda: _has(context, TICK_RESERVE_MS)),
    )
    failed += _apply(issues.due_reports(now), lambda slug: issues.send_report(slug, now))
    if failed:
        raise RuntimeError(f"issues failed: {failed}")


def _watch_account() -> None:
    """Logs the line that raises the alarm: SES has no metric for a stopped account."""
    account = sending_rate.account()
    if account and account.stopped:
        log.error("SES sends nothing for this account", extra={"code": account.stopped})


def _apply(slugs: list[str], act: Callable[[str], object]) -> list[str]:
    """Apply `act` to each of these issues; returns those for which it failed."""
    failed: list[str] = []
    for slug in slugs:
        try:
            act(slug)
        except Exception as error:  # noqa: BLE001 - one issue's edge
            log.error("issue failed", extra={"issue": slug, **error_fields(error)})
            failed.append(slug)
    return failed


def send(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send batches from the queue. Only a batch that failed or had no time comes back through the
    queue; any other that isn't sent now stays planned in the table."""
    # A connection that was frozen with its container may be dead, and a call lost on it would be
    # uncertain; a new connection only costs a handshake.
    client("sesv2", attempts=1, read_seconds=sender.READ_SECONDS).close()
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not _has(context, SEND_RESERVE_MS) or not _deliver(record)
    ]
    return {"batchItemFailures": failures}


def _deliver(record: dict[str, Any]) -> bool:
    try:
        message = json.loads(record["body"])
        sender.deliver(message["issue"], message["number"])
    except Exception as error:  # noqa: BLE001 - one record's edge
        log.error("batch failed", extra={"id": record["messageId"], **error_fields(error)})
        return False
    return True


def _has(context: Any, milliseconds: int) -> bool:
    return int(context.get_remaining_time_in_millis()) > milliseconds
