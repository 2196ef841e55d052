"""The newsletter's decisions: who gets which variant, what became of whom. No I/O here."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from functions.newsletter.rules.audience import chosen_by_reader, is_inside
from functions.newsletter.rules.ledger import Batch, Issue, IssueState, Outcome, State

MINUTE = 60
DAY = 24 * 60 * MINUTE

SEND_TIMEOUT_SECONDS = MINUTE  # of the function NewsletterSend, as template.yaml has it
CLAIM_SECONDS = SEND_TIMEOUT_SECONDS + MINUTE  # a claim that is older has lost its worker
REQUEUE_SECONDS = 5 * MINUTE  # a planned batch whose message nobody has by then is queued again
MISSED_SECONDS = DAY  # an issue first published so long after its time is not sent any more


def utc_seconds(text: str) -> int:
    """`2026-11-18T11:06:40Z` as seconds since the epoch."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def first_state(send_at: int, deadline: int | None, now: int) -> IssueState:
    """A network that is set up anew must not mail out the issues of past years."""
    missed = now > send_at + MISSED_SECONDS or (deadline is not None and now > deadline)
    return IssueState.MISSED if missed else IssueState.SCHEDULED


def why_unsaid(issue: Issue) -> str:
    """Why the issue is not sent to anybody; empty where it has something to say."""
    return issue.nothing or ("" if issue.variants else "it has no variant")


def has_outlasted_its_pause(issue: Issue, now: int) -> bool:
    """Nothing of it may go out any more, whoever's clock is a little behind; the pause has no use
    then, and what is left gets its end."""
    return issue.state is IssueState.PAUSED and issue.is_late(now - MINUTE)


# ---- Sending


def decide(member: dict[str, Any] | None, stopped: Container[str], issue: Issue) -> Outcome | None:
    """At the moment of sending: why this person gets no mail, or None if they get it.

    What they have asked for since planning holds: less often, other topics.
    """
    if member is None:
        return Outcome(State.WITHDRAWN, "erased")
    if not member.get("newsletter"):
        return Outcome(State.WITHDRAWN, "unsubscribed")
    if not issue.corrects and not issue.is_as_often_as(member):
        return Outcome(State.WITHDRAWN, "less-often")
    if not is_inside(chosen_by_reader(issue.audience), member):
        return Outcome(State.WITHDRAWN, "other-topics")
    suppressed = Outcome(State.SUPPRESSED, "stopped")
    return suppressed if member["address_hash"] in stopped else None


class Answer(StrEnum):
    """What SES's answer means for those it is about."""

    SENT = "sent"
    FAILED = "failed"  # this one, for good
    LATER = "later"  # not sent; soon it may be
    STOP = "stop"  # not sent, nor will the others be before a person has looked
    HALVE = "halve"  # the call was refused because of one in it
    UNCERTAIN = "uncertain"


# SES v2, BulkEmailEntryResult.Status.
RESULTS: dict[str, Answer] = {
    "SUCCESS": Answer.SENT,
    "MESSAGE_REJECTED": Answer.FAILED,
    "INVALID_PARAMETER": Answer.FAILED,
    "FAILED": Answer.FAILED,
    "TRANSIENT_FAILURE": Answer.LATER,
    "ACCOUNT_THROTTLED": Answer.LATER,
    # Nothing goes today: to try each minute until tomorrow would cost more than the mails.
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Answer.STOP,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Answer.STOP,
    "CONFIGURATION_SET_NOT_FOUND": Answer.STOP,
    "TEMPLATE_NOT_FOUND": Answer.STOP,
    "ACCOUNT_SUSPENDED": Answer.STOP,
    "INVALID_SENDING_POOL_NAME": Answer.STOP,
    "ACCOUNT_SENDING_PAUSED": Answer.STOP,
    "CONFIGURATION_SET_SENDING_PAUSED": Answer.STOP,
}
# SES v2, errors of SendBulkEmail as a whole. MessageRejected is about content or sender, so the
# halves would fare no better.
THROTTLED = frozenset({"TooManyRequestsException", "LimitExceededException", "ThrottlingException"})
ONE_IS_BAD = frozenset({"BadRequestException"})
# A stop pauses the issue as well: its batches are due again when a person resumes it.
WAIT_SECONDS = {Answer.LATER: MINUTE, Answer.STOP: MINUTE, Answer.HALVE: 0}


def refusal(code: str, status: int) -> Answer:
    """What an error of the whole call means: 4xx sent nothing, of 5xx nobody knows."""
    if status >= 500 or status < 400:  # noqa: PLR2004 - HTTP's classes
        return Answer.UNCERTAIN
    if code in THROTTLED or status == 429:  # noqa: PLR2004 - Too Many Requests
        return Answer.LATER
    return Answer.HALVE if code in ONE_IS_BAD else Answer.STOP


def stop_among(results: Iterable[str]) -> str:
    """The first of these per-recipient results that stops everything; empty if none does."""
    return next((each for each in results if RESULTS.get(each) is Answer.STOP), "")


class Record(NamedTuple):
    """What to write about a batch once SES has answered."""

    state: State
    outcomes: dict[int, Outcome]
    wait_seconds: int = 0  # before it is tried again, where it is planned


def record(positions: Sequence[int], results: Sequence[str]) -> Record:
    """The per-recipient results of a call for `positions`, each into its own place.

    Where all were sent the batch's state says it. Where some have to be sent again the batch is
    planned again, and those who have an outcome are out of it.
    """
    answers = {
        at: RESULTS.get(result, Answer.UNCERTAIN)
        for at, result in zip(positions, results, strict=False)
    }
    answers |= dict.fromkeys(positions[len(results) :], Answer.UNCERTAIN)
    again = [WAIT_SECONDS[each] for each in answers.values() if each in WAIT_SECONDS]
    outcomes = {
        at: Outcome(State(answer), _reason(at, positions, results))
        for at, answer in answers.items()
        if answer not in WAIT_SECONDS and (again or answer is not Answer.SENT)
    }
    return Record(State.PLANNED if again else State.SENT, outcomes, max(again, default=0))


def _reason(at: int, positions: Sequence[int], results: Sequence[str]) -> str:
    place = positions.index(at)
    result = results[place] if place < len(results) else "no-result"
    return "" if result == "SUCCESS" else result.lower().replace("_", "-")


def halves(batch: Batch, number: int) -> tuple[Batch, Batch]:
    """The batch with the first half of its recipients, and one numbered `number` with the rest.

    Outcomes move along. Of an earlier attempt SES may have accepted some, whose events name the
    batch and position of that time: the first half knows where the others are.
    """
    middle = len(batch.recipients) // 2
    first = {at: each for at, each in batch.outcomes.items() if at < middle}
    rest = {at - middle: each for at, each in batch.outcomes.items() if at >= middle}
    fresh = replace(batch, state=State.PLANNED, attempt="", claimed_at=0)
    moved = batch.moved | {middle: number}
    return (
        replace(fresh, recipients=batch.recipients[:middle], outcomes=first, moved=moved),
        replace(
            fresh, number=number, recipients=batch.recipients[middle:], outcomes=rest, moved={}
        ),
    )


# ---- Sweep and settle


def is_abandoned(batch: Batch, now: int) -> bool:
    """A claim whose worker can't be running any more."""
    return batch.state is State.CLAIMED and now > batch.claimed_at + CLAIM_SECONDS


class Event(StrEnum):
    """SES's events that the ledger listens to; a soft bounce proves the sending, no more."""

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


def settled(current: Outcome, event: Event) -> Outcome | None:
    """A recipient's new outcome, or None where the event says nothing new.

    The order of events does not matter: failed outdoes sent, and sent outdoes what was only
    thought. `sent` without an outcome of its own stays the batch's word. What a person decided
    without any event gives way to one that comes after all.
    """
    if current.state is State.FAILED and current.reason != SETTLED:
        return None
    if event in FAILURES:
        return Outcome(State.FAILED, FAILURES[event])
    return None if current.state is State.SENT else Outcome(State.SENT)


def tally(batches: Iterable[Batch]) -> Counter[str]:
    """Recipients by state: the conservation line. Together they are the audience."""
    counts: Counter[str] = Counter()
    for batch in batches:
        own = Counter(str(outcome.state) for outcome in batch.outcomes.values())
        counts.update(own)
        counts[batch.state] += len(batch.recipients) - own.total()
    return +counts
