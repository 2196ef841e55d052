"""What the minute tick does about one issue: plan it, look after its batches, finish it.

Whoever dies here is taken over by the next tick: each step is one conditional write.

See docs/newsletter.md.
"""

from collections.abc import Callable, Iterator
from typing import Any

from functions.core import clock
from functions.core.clock import DAY
from functions.core.log import log
from functions.core.settings import settings
from functions.core.site import site
from functions.newsletter import preflight, send_queue, sending_rate
from functions.newsletter.rules.batches import (
    REQUEUE_SECONDS,
    batch_size,
    is_abandoned,
    page_size,
    plan,
)
from functions.newsletter.rules.issues import has_outlasted_its_pause, skip_reason
from functions.newsletter.rules.ledger import (
    CHANGEABLE,
    ENDING,
    FINAL,
    RUNNING,
    Batch,
    Issue,
    IssueState,
    Pause,
    SkipReason,
    State,
)
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches, claims, issues, readers

HasTime = Callable[[], bool]


def advance(slug: str, has_time: HasTime) -> None:
    """Bring one issue as far as there is time."""
    issue = _begun(slug)
    if issue and issue.state is IssueState.PLANNING and not issue.cursor:
        issue = _checked(issue)
    if issue and issue.state is IssueState.PLANNING:
        issue = _plan(issue, has_time)
    if issue is None:
        return
    _sweep(issue, has_time)
    if issue.state in ENDING and not batches.is_any_open(slug):
        _finish(issue)


def _begun(slug: str) -> Issue | None:
    """The issue as it stands; one that is due is begun, or gets its end if nobody is to get it."""
    issue = issues.get(slug)
    if issue and has_outlasted_its_pause(issue, clock.now()):
        log.warning("paused until past its deadline", extra={"issue": slug})
        issues.resume(slug)
        issue = issues.get(slug)
    if issue is None or issue.state is not IssueState.SCHEDULED:
        return issue
    if issue.send_at > clock.now() or _is_dropped(issue) or not _may_correct(issue):
        return None
    return issues.get(slug) if issues.begin(issue) else None


def _is_dropped(issue: Issue) -> bool:
    """Too late, or nothing to say: it gets its end without having been sent."""
    if issue.is_late(clock.now()):
        log.error("missed its deadline", extra={"issue": issue.slug})
        issues.miss(issue, clock.now())
        return True
    reason = skip_reason(issue)
    if reason:
        log.warning("skipped", extra={"issue": issue.slug})
        issues.skip(issue, reason, clock.now())
    return bool(reason)


def _may_correct(issue: Issue) -> bool:
    """A correction waits until it is settled who got what it corrects."""
    if not issue.corrects:
        return True
    wrong = issues.get(issue.corrects)
    if wrong is None or wrong.state in CHANGEABLE:
        issues.skip(issue, SkipReason.NOBODY_TO_CORRECT, clock.now())
        return False
    return wrong.is_finished and not batches.is_any_open(wrong.slug)


def _checked(issue: Issue) -> Issue | None:
    """Nobody is in a batch yet: what can't be sent is found now, and waits for a person."""
    why = preflight.problem(issue)
    return None if why and _hold(issue, why) else issue


def _hold(issue: Issue, why: Pause) -> bool:
    """Pause it and tell the team; whether it is paused. What is late gets its end instead: the
    tick would resume it, and the team be told of a pause each minute."""
    if issue.is_late(clock.now()):
        return False
    log.error("paused itself", extra={"issue": issue.slug, "cause": why.cause, "code": why.code})
    return issues.pause(issue.slug, why, clock.now(), tells=True)


def _plan(issue: Issue, has_time: HasTime) -> Issue | None:
    """Plan page by page; None where another planner is at it."""
    size = batch_size(sending_rate.rate(), settings().send_workers)
    limit = page_size(size, len(issue.variants))
    while issue.state is IssueState.PLANNING and has_time():
        subscribers, cursor = readers.next_page(issue, limit)
        page = plan(issue, subscribers, site()["languages"], clock.now(), size)
        saved = readers.save_page(issue, page, cursor)
        if saved and not issue.is_late(clock.now()):
            send_queue.put(issue.slug, [each.number for each in page.batches])
        following = issues.get(issue.slug)
        if following is None or (not saved and following.cursor != issue.cursor):
            return None
        issue = following
    if issue.state is IssueState.SENDING and (why := preflight.too_many(issue)):
        _hold(issue, why)
    return issue


def _sweep(issue: Issue, has_time: HasTime) -> None:
    """Look after batches that nobody holds, that lost their worker, or that came too late."""
    now = clock.now()
    for batch in _due(State.CLAIMED, issue, now, has_time):
        if is_abandoned(batch, now) and claims.mark_uncertain(batch):
            log.error("uncertain: its worker is gone", extra=_name(batch))
    if issue.state is IssueState.CANCELLED:
        _end_all(issue, claims.cancel, "cancelled", has_time)
    elif issue.is_late(now):
        _end_all(issue, claims.expire, "past the deadline", has_time)
    elif issue.state in RUNNING:
        _queue_again(issue, now, has_time)


def _queue_again(issue: Issue, now: int, has_time: HasTime) -> None:
    """What waits, and has no message. The workers took those of a pause for nothing, so what waits
    after it need not be due."""
    is_resumed = now < issue.resumed_at + REQUEUE_SECONDS
    until = issues.FOREVER if is_resumed else now
    # A queue that is not empty holds what waits: queueing it again would only make it longer.
    if batches.due(State.PLANNED, issue.slug, until) and send_queue.is_idle():
        waiting = _due(State.PLANNED, issue, until, has_time)
        again = [batch.number for batch in waiting if claims.requeue(batch, now)]
        send_queue.put(issue.slug, again)
        log.info("queued again", extra={"issue": issue.slug, "batches": len(again)})


def _end_all(issue: Issue, end: Callable[[Batch], bool], why: str, has_time: HasTime) -> None:
    """Give every batch that waits its end, whenever it would have been due."""
    count = 0
    # The index gives some at a time, and for a moment those that have theirs.
    while ended := sum(map(end, _due(State.PLANNED, issue, issues.FOREVER, has_time))):
        count += ended
    log.warning(why, extra={"issue": issue.slug, "batches": count})


def _due(state: State, issue: Issue, until: int, has_time: HasTime) -> Iterator[Batch]:
    """The index finds them; what each is decides when it is changed."""
    for number in batches.due(state, issue.slug, until):
        batch = batches.get(issue.slug, number) if has_time() else None
        if batch and batch.state is state:
            yield batch


def _name(batch: Batch) -> dict[str, Any]:
    return {"issue": batch.issue, "batch": batch.number}


def _finish(issue: Issue) -> None:
    """The index says that nothing is open; the batches themselves decide."""
    counts = tally(batches.of_issue(issue.slug))
    # The day after: by then SES's events have come.
    report_at = clock.now() + DAY if site().get("team") else 0
    if counts.keys() <= {str(state) for state in FINAL} and issues.finish(issue, counts, report_at):
        log.info("finished", extra={"issue": issue.slug, **counts})
        if counts[State.UNCERTAIN]:
            log.warning("some are uncertain", extra={"issue": issue.slug})
