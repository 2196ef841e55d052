"""Sends one batch: read its recipients, decide, claim it, call SES once, record the result.

Nobody gets an issue twice: a batch that is not planned is left alone, and once it is claimed only
the call follows, so that a crash leaves it uncertain instead of sending it again.

See docs/newsletter.md.
"""

import uuid
from dataclasses import replace
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import log
from functions.events.rules import Event
from functions.newsletter import bulk_email, sending_rate
from functions.newsletter.rules.issues import why_called_off
from functions.newsletter.rules.ledger import Batch, Cause, Issue, Outcome, Pause, State
from functions.newsletter.rules.pacing import is_late
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.rules.recipients import decide
from functions.newsletter.rules.ses_results import (
    THROTTLED,
    WAIT_SECONDS,
    Answer,
    Record,
    first_stop,
    meaning_of_error,
    read_results,
)
from functions.newsletter.store import claims, issues, sending_reads
from functions.people.member import Member

READ_SECONDS = 20  # for SES's reply to fifty emails; a later reply counts as lost
HALVE_TRIES = 5
# Errors raised before a byte was sent.
NOT_SENT: dict[type[Exception], Answer] = {
    ConnectTimeoutError: Answer.LATER,
    EndpointConnectionError: Answer.LATER,
    ProxyConnectionError: Answer.LATER,
    CredentialRetrievalError: Answer.STOP,
    NoCredentialsError: Answer.STOP,
}

Readers = dict[int, Member]  # by their position in the batch


def deliver(slug: str, number: int) -> None:
    """Send one batch if it may be sent now. What stays planned is queued again by the sweep."""
    issue, batch, event = sending_reads.named(slug, number)
    if not issue or not batch or batch.state is not State.PLANNED:
        return
    decided = _decide(issue, batch) if _may_send(issue, batch, event) else None
    if decided is None:
        log.info("left planned", extra=_ids(batch))
        return
    readers, outcomes = decided
    if readers:
        _send(issue, batch, readers, outcomes)
    else:
        claims.close(batch, outcomes)


def _may_send(issue: Issue, batch: Batch, event: Event | None) -> bool:
    """Waits if this worker is ahead of SES's rate. It comes before the members are read, so that
    their wishes are current; the deadline may pass while it waits."""
    if not issue.accepts_sending(clock.now()):
        return False
    if issue.is_invitation and why_called_off(event, clock.now()):
        return False  # the tick ends it
    recipients, late = len(batch.open_positions()), is_late(batch, clock.now())
    return sending_rate.wait_for(recipients, late=late) and not issue.is_late(clock.now())


def _decide(issue: Issue, batch: Batch) -> tuple[Readers, dict[int, Outcome]] | None:
    """Who gets the email now, and why the others don't; None if not everybody could be read."""
    ids = {at: batch.recipients[at] for at in batch.open_positions()}
    people = sending_reads.people(issue, ids.values())
    if people is None:
        return None
    readers: Readers = {}
    outcomes: dict[int, Outcome] = {}
    for at, member_id in ids.items():
        member = people.members.get(member_id)
        outcome = decide(member, people.stopped, issue, people.answered)
        if outcome:
            outcomes[at] = outcome
        elif member:
            readers[at] = member
    return readers, outcomes


def _send(issue: Issue, batch: Batch, readers: Readers, outcomes: dict[int, Outcome]) -> None:
    request = bulk_email.request(batch, readers, issue.kind)
    ses = client("sesv2", attempts=1, read_seconds=READ_SECONDS)
    attempt = uuid.uuid4().hex
    if not claims.claim(batch, attempt, outcomes, clock.now()):
        return
    try:
        answer = ses.send_bulk_email(**request)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        code = error.response["Error"]["Code"]
        meaning = meaning_of_error(code, status)
    except BotoCoreError as error:
        code, meaning = type(error).__name__, NOT_SENT.get(type(error), Answer.UNCERTAIN)
    else:
        results = [entry.get("Status", "") for entry in answer["BulkEmailEntryResults"]]
        _record_results(batch, attempt, list(readers), results)
        return
    log.warning("refused", extra={**_ids(batch), "code": code, "means": meaning})
    claimed = replace(batch, outcomes=batch.outcomes | outcomes)
    _record_error(claimed, attempt, meaning, list(readers))
    if meaning is Answer.STOP:
        _pause(batch, refused_by_ses(code))
    elif code in THROTTLED:
        _slow_down(batch, code)


def _record_results(batch: Batch, attempt: str, positions: list[int], results: list[str]) -> None:
    """SES took the call: each recipient has a result."""
    _record(batch, attempt, read_results(positions, results))
    if stop := first_stop(results):
        _pause(batch, refused_by_ses(stop))
    elif throttled := THROTTLED.intersection(results):
        _slow_down(batch, min(throttled))
    if accepted := results.count("SUCCESS"):
        issues.count(batch.issue, "accepted", accepted)


def _record_error(batch: Batch, attempt: str, meaning: Answer, positions: list[int]) -> None:
    """SES refused the call as a whole, or its reply was lost."""
    if meaning is Answer.UNCERTAIN:
        _record(batch, attempt, Record(State.UNCERTAIN, {}))
    elif meaning is Answer.HALVE and len(positions) == 1:
        outcome = Outcome(State.FAILED, "refused")
        _record(batch, attempt, Record(State.SENT, {positions[0]: outcome}))
    elif meaning is not Answer.HALVE or not _halve(batch, attempt):
        _record(batch, attempt, Record(State.PLANNED, {}, WAIT_SECONDS[meaning]))


def _slow_down(batch: Batch, code: str) -> None:
    """SES was called too fast, or has accepted all that it accepts in a day."""
    sending_rate.read_again()
    account = sending_rate.account()
    if account and account.is_used_up:
        _pause(batch, Pause(Cause.QUOTA, code))


def _pause(batch: Batch, why: Pause) -> None:
    """SES sends nothing more for now. If several workers pause the issue, only the first does."""
    log.error("SES sends nothing of ours", extra={**_ids(batch), "code": why.code})
    issues.pause(batch.issue, why, clock.now(), notify_team=True)


def _halve(batch: Batch, attempt: str) -> bool:
    """Tries several times: the planner may take the next batch number at the same moment."""
    return any(claims.halve(batch, attempt, clock.now()) for _ in range(HALVE_TRIES))


def _record(batch: Batch, attempt: str, result: Record) -> None:
    if not claims.record(batch, attempt, result, clock.now()):
        log.warning("recorded too late", extra=_ids(batch))


def _ids(batch: Batch) -> dict[str, Any]:
    return {"issue": batch.issue, "batch": batch.number}
