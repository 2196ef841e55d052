"""What SES's results, errors and events mean for a batch and its recipients."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from functions.core.clock import MINUTE
from functions.newsletter.rules.ledger import Outcome, State

# ---- Results and errors of a call


class Answer(StrEnum):
    """The meaning of a result or an error for the recipients it is about."""

    SENT = "sent"
    FAILED = "failed"  # this recipient, for good
    LATER = "later"  # not sent; may work soon
    STOP = "stop"  # not sent, nor will the others be before a person has acted
    HALVE = "halve"  # the call was refused because of one recipient in it
    UNCERTAIN = "uncertain"


# SES v2, BulkEmailEntryResult.Status. Its documentation names some otherwise than its model.
RESULTS: dict[str, Answer] = {
    "SUCCESS": Answer.SENT,
    "MESSAGE_REJECTED": Answer.FAILED,
    "INVALID_PARAMETER": Answer.FAILED,
    "INVALID_PARAMETER_VALUE": Answer.FAILED,
    "FAILED": Answer.FAILED,
    "TRANSIENT_FAILURE": Answer.LATER,
    "ACCOUNT_THROTTLED": Answer.LATER,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Answer.STOP,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Answer.STOP,
    "CONFIGURATION_SET_NOT_FOUND": Answer.STOP,
    "CONFIGURATION_SET_DOES_NOT_EXIST": Answer.STOP,
    "TEMPLATE_NOT_FOUND": Answer.STOP,
    "TEMPLATE_DOES_NOT_EXIST": Answer.STOP,
    "ACCOUNT_SUSPENDED": Answer.STOP,
    "INVALID_SENDING_POOL_NAME": Answer.STOP,
    "ACCOUNT_SENDING_PAUSED": Answer.STOP,
    "CONFIGURATION_SET_SENDING_PAUSED": Answer.STOP,
}
# SES v2, errors of SendBulkEmail as a whole. Any other 4xx stops the issue, too.
ERRORS: dict[str, Answer] = {
    "TooManyRequestsException": Answer.LATER,
    "ThrottlingException": Answer.LATER,
    "LimitExceededException": Answer.STOP,  # the day's quota is used up
    "AccountSuspendedException": Answer.STOP,
    "SendingPausedException": Answer.STOP,
    "MailFromDomainNotVerifiedException": Answer.STOP,
    "NotFoundException": Answer.STOP,
    "MessageRejected": Answer.STOP,  # its content or sender: the halves would fare no better
    "BadRequestException": Answer.HALVE,
}
# By SES's developer guide these may mean that the rate is exceeded, or the day's quota.
THROTTLED = frozenset({"ACCOUNT_THROTTLED", "TooManyRequestsException", "ThrottlingException"})
# If SES refuses so many recipients of a call, and accepts none, it is not about their addresses.
ALL_REFUSED = 5
# A stop pauses the issue as well: its batches are due again when a person resumes it.
WAIT_SECONDS = {Answer.LATER: MINUTE, Answer.STOP: MINUTE, Answer.HALVE: 0}


def meaning_of_error(code: str, status: int) -> Answer:
    """What an error of the whole call means: after a 4xx nothing was sent, a 5xx leaves it open."""
    if status >= 500 or status < 400:  # noqa: PLR2004 - HTTP's classes
        return Answer.UNCERTAIN
    throttled = status == 429  # noqa: PLR2004 - Too Many Requests
    return ERRORS.get(code, Answer.LATER if throttled else Answer.STOP)


def first_stop(results: Sequence[str]) -> str:
    """The first of these per-recipient results that stops the issue; empty if none does."""
    answers = [RESULTS.get(result) for result in results]
    if len(results) >= ALL_REFUSED and set(answers) == {Answer.FAILED}:
        return results[0]
    stops = (result for result in results if RESULTS.get(result) is Answer.STOP)
    return next(stops, "")


class Record(NamedTuple):
    """What to write about a batch once SES has answered."""

    state: State
    outcomes: dict[int, Outcome]
    wait_seconds: int = 0  # until the next try, if the state is planned


def read_results(positions: Sequence[int], results: Sequence[str]) -> Record:
    """Assigns the per-recipient results of a call to `positions`.

    If all were sent, the batch's state is enough. If some must be sent again, the batch is planned
    again, and everybody else gets an outcome of their own, so that they are left out.
    """
    answers = {
        at: RESULTS.get(result, Answer.UNCERTAIN)
        for at, result in zip(positions, results, strict=False)
    }
    answers |= dict.fromkeys(positions[len(results) :], Answer.UNCERTAIN)
    waits = [WAIT_SECONDS[answer] for answer in answers.values() if answer in WAIT_SECONDS]
    outcomes = {
        at: Outcome(State(answer), _reason(at, positions, results))
        for at, answer in answers.items()
        if answer not in WAIT_SECONDS and (waits or answer is not Answer.SENT)
    }
    return Record(State.PLANNED if waits else State.SENT, outcomes, max(waits, default=0))


def _reason(at: int, positions: Sequence[int], results: Sequence[str]) -> str:
    place = positions.index(at)
    result = results[place] if place < len(results) else "no-result"
    return "" if result == "SUCCESS" else result.lower().replace("_", "-")


# ---- Events that follow a call


class Event(StrEnum):
    """SES's events that change the ledger; a soft bounce only proves that SES sent the email."""

    SEND = "SEND"
    SOFT_BOUNCE = "SOFT_BOUNCE"
    COMPLAINT = "COMPLAINT"
    HARD_BOUNCE = "HARD_BOUNCE"
    REJECT = "REJECT"
    RENDERING_FAILURE = "RENDERING_FAILURE"


FAILURES = {
    Event.HARD_BOUNCE: "bounce",
    Event.REJECT: "reject",
    Event.RENDERING_FAILURE: "rendering-failure",
}
SETTLED = "settled"  # the reason of an outcome that a person decided


def outcome_after(current: Outcome, event: Event) -> Outcome | None:
    """A recipient's new outcome, or None if the event adds nothing.

    The order of events does not matter: `failed` replaces `sent`, and `sent` replaces what was
    only assumed. A recipient who is `sent` by the batch's state gets no outcome of their own.
    An event that comes late replaces a person's decision.
    """
    if current.state is State.FAILED and current.reason != SETTLED:
        return None
    if event in FAILURES:
        return Outcome(State.FAILED, FAILURES[event])
    return None if current.state is State.SENT else Outcome(State.SENT)
