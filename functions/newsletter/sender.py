"""One batch: read, decide, claim, call SES once, record what came back.

At most once: after the claim nothing but the call, and a batch that is not planned is left alone.

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
from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.log import log
from functions.core.mail import suppression
from functions.newsletter import bulk_email, sending_rate
from functions.newsletter.rules.ledger import Batch, Issue, Outcome, State
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.rules.recipients import attributes_of, chosen_by_reader, decide
from functions.newsletter.rules.ses_results import (
    WAIT_SECONDS,
    Answer,
    Record,
    first_stop,
    meaning_of_error,
    record,
)
from functions.newsletter.store import batches, claims, issues
from functions.people.store import member_key

READ_SECONDS = 20  # SES's answer to fifty mails; longer than that is an answer lost
HALVE_TRIES = 5
READER = ("name", "email", "address_hash", "newsletter", "frequency")
# Not a byte had left.
NOT_SENT: dict[type[Exception], Answer] = {
    ConnectTimeoutError: Answer.LATER,
    EndpointConnectionError: Answer.LATER,
    ProxyConnectionError: Answer.LATER,
    CredentialRetrievalError: Answer.STOP,
    NoCredentialsError: Answer.STOP,
}

Readers = dict[int, dict[str, Any]]


def deliver(slug: str, number: int) -> None:
    """Send one batch if it is to be sent now; whatever stays planned, the sweep queues again."""
    issue, batch = batches.get_with_issue(slug, number)
    if not issue or not batch or batch.state is not State.PLANNED:
        return
    read = None
    # Waiting comes before reading, so that what was read is fresh.
    its_turn = issue.accepts_sending(clock.now()) and sending_rate.wait_for(
        len(batch.open_positions())
    )
    if its_turn and not issue.is_late(clock.now()):  # the deadline may have come meanwhile
        read = _read(issue, batch)
    if read is None:
        log.info("left planned", extra={"issue": slug, "batch": number})
        return
    readers, outcomes = read
    if readers:
        _send(batch, readers, outcomes)
    else:
        claims.close(batch, outcomes)


def _read(issue: Issue, batch: Batch) -> tuple[Readers, dict[int, Outcome]] | None:
    """Who gets the mail and who does not, as of now; None where not all of it could be read."""
    positions = batch.open_positions()
    keys = {at: member_key(batch.recipients[at]) for at in positions}
    asked = attributes_of(chosen_by_reader(issue.audience))
    members, unread = table.get_many(keys.values(), only=(*READER, *asked))
    hashes = [member["address_hash"] for member in members.values()]
    stopped, all_read = suppression.stopped_among(hashes)
    if unread or not all_read:
        return None
    readers: Readers = {}
    outcomes: dict[int, Outcome] = {}
    for at in positions:
        member = members.get(keys[at])
        outcome = decide(member, stopped, issue)
        if outcome:
            outcomes[at] = outcome
        elif member:
            readers[at] = member
    return readers, outcomes


def _send(batch: Batch, readers: Readers, outcomes: dict[int, Outcome]) -> None:
    request = bulk_email.request(batch, readers)
    ses = client("sesv2", attempts=1, read_seconds=READ_SECONDS)
    attempt = uuid.uuid4().hex
    if not claims.claim(batch, attempt, outcomes, clock.now()):
        return
    try:
        answer = ses.send_bulk_email(**request)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        code = error.response["Error"]["Code"]
        came = meaning_of_error(code, status)
    except BotoCoreError as error:
        code, came = type(error).__name__, NOT_SENT.get(type(error), Answer.UNCERTAIN)
    else:
        results = [each.get("Status", "") for each in answer["BulkEmailEntryResults"]]
        _take_in(batch, attempt, list(readers), results)
        return
    log.warning("refused", extra={**_name(batch), "code": code, "means": came})
    claimed = replace(batch, outcomes=batch.outcomes | outcomes)
    _take_back(claimed, attempt, came, list(readers))
    if came is Answer.STOP:
        _pause(batch, code)


def _take_in(batch: Batch, attempt: str, positions: list[int], results: list[str]) -> None:
    """SES took the call, and said of each recipient what became of them."""
    _record(batch, attempt, record(positions, results))
    if stop := first_stop(results):
        _pause(batch, stop)
    if accepted := results.count("SUCCESS"):
        issues.count(batch.issue, "accepted", accepted)


def _take_back(batch: Batch, attempt: str, came: Answer, positions: list[int]) -> None:
    """What a refusal of the whole call means for the batch."""
    if came is Answer.UNCERTAIN:
        _record(batch, attempt, Record(State.UNCERTAIN, {}))
    elif came is Answer.HALVE and len(positions) == 1:
        outcome = Outcome(State.FAILED, "refused")
        _record(batch, attempt, Record(State.SENT, {positions[0]: outcome}))
    elif came is not Answer.HALVE or not _halved(batch, attempt):
        wait = WAIT_SECONDS[came]
        _record(batch, attempt, Record(State.PLANNED, {}, wait))


def _pause(batch: Batch, code: str) -> None:
    """SES will take nothing before a person has looked; of many workers the first pauses."""
    log.error("SES sends nothing of ours", extra={**_name(batch), "code": code})
    issues.pause(batch.issue, refused_by_ses(code), clock.now(), tells=True)


def _halved(batch: Batch, attempt: str) -> bool:
    # The planner may take the next number at the same time.
    return any(claims.halve(batch, attempt, clock.now()) for _ in range(HALVE_TRIES))


def _record(batch: Batch, attempt: str, came_back: Record) -> None:
    if not claims.record(batch, attempt, came_back, clock.now()):
        log.warning("recorded too late", extra=_name(batch))


def _name(batch: Batch) -> dict[str, Any]:
    return {"issue": batch.issue, "batch": batch.number}
