"""The door for SES's events: stop mail to an address, settle the newsletter's ledger.

Events come early, late, twice and in any order: each is read first, and writes only what changes.
"""

import json
from typing import Any

from functions.core import clock, suppression
from functions.core.log import log, what_failed
from functions.core.settings import settings
from functions.feedback.rules import Notice, read
from functions.membership.store import member
from functions.newsletter import store
from functions.newsletter.rules import settled
from functions.newsletter.rules.health import Limits, trouble
from functions.newsletter.rules.ledger import Batch
from functions.newsletter.store import course, moves

COUNTED = {"bounce": "bounces", "complaint": "complaints"}  # reason → the issue's attribute
TRIES = 5  # when the batch changes between reading and writing


def settle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Messages of the queue; one that can't be read fails alone."""
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not _settle(record)
    ]
    return {"batchItemFailures": failures}


def _settle(record: dict[str, Any]) -> bool:
    try:
        notice = read(json.loads(record["body"]))
        batch = _batch(notice)
        if _stop(notice, batch) and batch:
            _watch(notice)
        _settle_ledger(notice, batch)
    except Exception as error:  # noqa: BLE001 - one record's edge
        log.error("event failed", extra={"id": record["messageId"], **what_failed(error)})
        return False
    return True


def _batch(notice: Notice) -> Batch | None:
    """The newsletter's batch that the event is about; None where it is about another mail."""
    if not notice.event or not notice.issue or notice.batch is None or notice.position is None:
        return None
    batch = store.batch(notice.issue, notice.batch)
    return batch if batch and notice.position < len(batch.recipients) else None


def _stop(notice: Notice, batch: Batch | None) -> bool:
    """True where this event is the first to stop the address."""
    if not notice.stops:
        return False
    address_hash = notice.address_hash or _address_of(notice, batch)
    if not address_hash or suppression.is_stopped(address_hash):
        return False
    suppression.stop(address_hash, notice.stops, clock.now())
    log.info("stopped", extra={"reason": notice.stops, "message_id": notice.message_id})
    return True


def _watch(notice: Notice) -> None:
    """Count what came back, and pause the issue where that is too much of what was sent.

    Only what stops an address counts, so an event that is told twice counts once.
    """
    course.count(notice.issue, COUNTED[notice.stops], 1)
    issue = store.issue(notice.issue)
    limits = Limits(settings().bounces_per_mille, settings().complaints_per_mille)
    reason = trouble(issue, limits) if issue else ""
    if reason and course.pause(notice.issue, reason, clock.now()):
        log.error("paused itself", extra={"issue": notice.issue, "reason": reason})


def _address_of(notice: Notice, batch: Batch | None) -> str:
    """The hash of the recipient's address; empty where they have been erased."""
    if batch is None or notice.position is None:
        return ""
    person = member(batch.recipients[notice.position])
    return str(person["address_hash"]) if person else ""


def _settle_ledger(notice: Notice, batch: Batch | None) -> None:
    for _ in range(TRIES):
        if not batch or not notice.event or notice.position is None:
            return
        outcome = settled(batch.outcome(notice.position), notice.event)
        if outcome is None or moves.settle(batch, notice.position, outcome):
            return
        batch = _batch(notice)
    raise RuntimeError("the batch keeps changing")  # the queue brings the event again
