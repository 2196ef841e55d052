"""Handles SES's events: stops email to an address, and settles the newsletter's ledger.

Events come early, late, twice and in any order: the batch is read first, and only a change is
written.
"""

import json
from dataclasses import replace
from typing import Any

from functions.core import clock
from functions.core.log import error_fields, log
from functions.core.mail import suppression
from functions.core.settings import settings
from functions.feedback.rules import Notice, read
from functions.newsletter.rules.ledger import Batch
from functions.newsletter.rules.pauses import Limits, over_limit
from functions.newsletter.rules.ses_results import outcome_after
from functions.newsletter.store import batches, claims, issues
from functions.newsletter.store.batches import Name
from functions.people.store.members import member

COUNTED = {"bounce": "bounces", "complaint": "complaints"}  # reason → the issue's attribute
TRIES = 5  # if the batch changes between reading and writing

Known = dict[Name, Batch | None]  # the batches read in this call; None for one that is absent


def settle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Handle the queue's messages; one that can't be read doesn't hold up the others."""
    notices = [(record["messageId"], _read(record)) for record in event["Records"]]
    # Events of one batch come together, so it is read once for all of them.
    names = {name for _, notice in notices if notice and (name := _name(notice))}
    known = batches.get_many(names)
    failures = [
        {"itemIdentifier": message_id}
        for message_id, notice in notices
        if notice is None or not _settle(message_id, notice, known)
    ]
    return {"batchItemFailures": failures}


def _read(record: dict[str, Any]) -> Notice | None:
    try:
        return read(json.loads(record["body"]))
    except Exception as error:  # noqa: BLE001 - one record's edge
        log.error("event failed", extra={"id": record["messageId"], **error_fields(error)})
        return None


def _settle(message_id: str, notice: Notice, known: Known) -> bool:
    try:
        notice, batch = _place(notice, known)
        if _stop(notice, batch) and batch:
            _count(notice)
        _settle_ledger(notice, batch, known)
    except Exception as error:  # noqa: BLE001 - one record's edge
        log.error("event failed", extra={"id": message_id, **error_fields(error)})
        return False
    return True


def _name(notice: Notice) -> Name | None:
    """The newsletter's batch that the event is about; None if it is about another email."""
    if not notice.event or not notice.issue or notice.batch is None or notice.position is None:
        return None
    return notice.issue, notice.batch


def _place(notice: Notice, known: Known) -> tuple[Notice, Batch | None]:
    """The event's batch, and the event with its recipient's present batch and position: it names
    those of the time of sending, and the batch may have been halved since."""
    while (name := _name(notice)) is not None and notice.position is not None:
        if name not in known:
            known[name] = batches.get(*name)
        batch = known[name]
        if batch is None or notice.position in batch.positions:
            return notice, batch
        moved = batch.moved_to(notice.position)
        if moved is None:
            break
        notice = replace(notice, batch=moved[0], position=moved[1])
    return notice, None


def _stop(notice: Notice, batch: Batch | None) -> bool:
    """Stop all email to the address, if the event demands it; True if no earlier event has."""
    if not notice.stops:
        return False
    address_hash = notice.address_hash or _address_of(notice, batch)
    if not address_hash or not suppression.stop(address_hash, notice.stops, clock.now()):
        return False
    log.info("stopped", extra={"reason": notice.stops, "message_id": notice.message_id})
    return True


def _count(notice: Notice) -> None:
    """Count the bounce or complaint, and pause the issue if there are too many.

    Only an event that stops an address counts, so a repeated event counts once.
    """
    issues.count(notice.issue, COUNTED[notice.stops], 1)
    issue = issues.get(notice.issue)
    limits = Limits(settings().bounces_per_mille, settings().complaints_per_mille)
    why = over_limit(issue, limits) if issue else None
    if why and issues.pause(notice.issue, why, clock.now(), notify_team=True):
        log.error("paused itself", extra={"issue": notice.issue, "cause": why.cause})


def _address_of(notice: Notice, batch: Batch | None) -> str:
    """The hash of the recipient's address; empty if they have been erased."""
    if batch is None or notice.position is None:
        return ""
    person = member(batch.recipients[notice.position])
    return person.address_hash if person else ""


def _settle_ledger(notice: Notice, batch: Batch | None, known: Known) -> None:
    for _ in range(TRIES):
        if not batch or not notice.event or notice.position is None:
            return
        outcome = outcome_after(batch.outcome(notice.position), notice.event)
        if outcome is None:
            return
        name = (batch.issue, batch.number)
        if claims.settle(batch, notice.position, outcome):
            known[name] = replace(batch, outcomes=batch.outcomes | {notice.position: outcome})
            return
        del known[name]  # it has changed since it was read
        notice, batch = _place(notice, known)
    raise RuntimeError("the batch keeps changing")  # the queue brings the event again
