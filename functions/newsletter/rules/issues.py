"""Decisions about an issue as a whole: whether it is scheduled, skipped, or too late."""

from functions.core.clock import DAY, MINUTE
from functions.newsletter.rules.ledger import Issue, IssueState, SkipReason

MISSED_SECONDS = DAY  # an issue first published so long after its time is no longer sent


def first_state(send_at: int, deadline: int | None, now: int) -> IssueState:
    """MISSED if its time has passed: a new network must not send the issues of past years."""
    missed = now > send_at + MISSED_SECONDS or (deadline is not None and now > deadline)
    return IssueState.MISSED if missed else IssueState.SCHEDULED


def skip_reason(issue: Issue) -> SkipReason | None:
    """Why the issue is not sent; None if there is something to send."""
    if issue.nothing:
        return SkipReason.EMPTY
    return None if issue.variants else SkipReason.NO_VARIANT


def has_outlasted_its_pause(issue: Issue, now: int) -> bool:
    """True once nothing of a paused issue may go out, even if a worker's clock is a minute slow.

    The pause has no use then, and the waiting recipients get their final state.
    """
    return issue.state is IssueState.PAUSED and issue.is_late(now - MINUTE)
