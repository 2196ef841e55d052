"""Decisions about an issue as a whole: whether it is scheduled, skipped, or too late."""

from collections.abc import Iterable
from itertools import pairwise

from functions.core.clock import MINUTE
from functions.core.handover import ISSUE_LATE_SECONDS
from functions.core.keep import MONTH
from functions.events.rules import Event, is_open
from functions.newsletter.rules.ledger import Issue, IssueState, SkipReason


def first_state(
    send_at: int, deadline: int | None, now: int, *, is_archived: bool = False
) -> IssueState:
    """ARCHIVED if publishing says so: a new network must not send the issues of past years. MISSED
    if the time of an issue that was to be sent has passed."""
    if is_archived:
        return IssueState.ARCHIVED
    missed = now > send_at + ISSUE_LATE_SECONDS or (deadline is not None and now > deadline)
    return IssueState.MISSED if missed else IssueState.SCHEDULED


def skip_reason(issue: Issue) -> SkipReason | None:
    """Why the issue is not sent; None if there is something to send."""
    if issue.nothing:
        return SkipReason.EMPTY
    return None if issue.variants else SkipReason.NO_VARIANT


def why_called_off(event: Event | None, now: int) -> SkipReason | None:
    """Why nobody more is invited to the event; None if it takes sign-ups."""
    if event is None or event.withdrawn:
        return SkipReason.EVENT_WITHDRAWN
    if event.cancelled:
        return SkipReason.EVENT_CANCELLED
    return None if is_open(event, now) else SkipReason.SIGN_UP_CLOSED


def unused_before(sent: Iterable[int], now: int, months: int) -> int:
    """Consents that were given or renewed last before this time aren't used until renewed: once,
    no newsletter was sent for so many months after it. `sent` are the times of all issues so
    far; 0 if there was no such pause."""
    unused = months * MONTH
    pauses = pairwise((0, *sorted(sent), now))
    ends = [later for earlier, later in pauses if later - earlier >= unused]
    return max(ends) - unused if ends else 0


def has_outlasted_its_pause(issue: Issue, now: int) -> bool:
    """True once nothing of a paused issue may go out, even if a worker's clock is a minute slow.

    The pause has no use then, and the waiting recipients get their final state.
    """
    return issue.state is IssueState.PAUSED and issue.is_late(now - MINUTE)
