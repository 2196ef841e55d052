"""Advances one issue in the minute tick: begins it, makes its page public, plans it, sweeps its
batches, finishes it.

Each step is one conditional write, so if a tick dies, the next one takes over.

See docs/newsletter.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from functions.core import clock
from functions.core.clock import DAY
from functions.core.keep import keep_of
from functions.core.log import log
from functions.core.settings import settings
from functions.core.site import site
from functions.events.store import events
from functions.newsletter import issue_pages, preflight, send_queue, sending_rate
from functions.newsletter.rules.batches import (
    REQUEUE_SECONDS,
    batch_size,
    is_abandoned,
    page_size,
    plan,
)
from functions.newsletter.rules.issues import (
    has_outlasted_its_pause,
    skip_reason,
    unused_before,
    why_called_off,
)
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
from functions.newsletter.rules.pacing import is_overdue, needs_message
from functions.newsletter.rules.pauses import may_resume, waits_for_quota
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches, claims, issues, readers, turns

QUEUED_AT_ONCE = 50

HasTime = Callable[[], bool]


def advance(slug: str, has_time: HasTime) -> None:
    """Bring one issue as far forward as there is time for."""
    issue = _begin(slug)
    if issue and _call_off(issue):
        issue = issues.get(slug)
    if issue and issue.state is IssueState.PLANNING and not issue.cursor:
        issue = _check(issue)
    if issue and issue.state in RUNNING and not (issue.is_online or issue.is_invitation):
        _put_online(issue)
    if issue and issue.state is IssueState.PLANNING:
        issue = _plan(issue, has_time)
    if issue is None:
        return
    _sweep(issue, has_time)
    if issue.state in ENDING and not batches.is_any_open(slug):
        _finish(issue)


def _begin(slug: str) -> Issue | None:
    """Begins an issue that is due, or ends it if nobody is to get it. Returns the issue as stored
    now; None if there is nothing to do about it."""
    issue = issues.get(slug)
    if issue and _resume(issue):
        issue = issues.get(slug)
    if issue is None or issue.state is not IssueState.SCHEDULED:
        return issue
    if issue.send_at > clock.now() or _drop(issue) or not _may_correct(issue):
        return None
    months = keep_of(site()).consent_months
    unused = unused_before(issues.begun_at(issue.kind), clock.now(), months)
    return issues.get(slug) if issues.begin(issue, unused) else None


def _resume(issue: Issue) -> bool:
    """Resumes an issue whose pause has no use any more; returns whether it is resumed."""
    now = clock.now()
    if has_outlasted_its_pause(issue, now):
        log.warning("paused until past its deadline", extra={"issue": issue.slug})
        return issues.resume(issue.slug)
    account = sending_rate.account() if waits_for_quota(issue) else None
    if account is None or account.stopped:
        return False
    if not may_resume(issue, account.left_for_newsletters, account.day_for_newsletters, now):
        return False
    log.info("resumed: SES's quota is free again", extra={"issue": issue.slug})
    return issues.resume_by_itself(issue, now)


def _drop(issue: Issue) -> bool:
    """Ends an issue that is too late or empty, without sending it; returns whether it is."""
    if issue.is_late(clock.now()):
        log.error("missed its deadline", extra={"issue": issue.slug})
        issues.miss(issue, clock.now())
        return True
    reason = skip_reason(issue) or _why_called_off(issue)
    if reason:
        log.warning("skipped", extra={"issue": issue.slug})
        issues.skip(issue, reason, clock.now())
    return bool(reason)


def _call_off(issue: Issue) -> bool:
    """Ends an invitation that is going out, or paused, once the event takes no more sign-ups;
    returns whether it does."""
    if issue.state not in (*RUNNING, IssueState.PAUSED) or issue.is_late(clock.now()):
        return False
    reason = _why_called_off(issue)
    return bool(reason) and issues.cancel(issue, because=reason)


def _why_called_off(issue: Issue) -> SkipReason | None:
    event = events.get(issue.slug) if issue.is_invitation else None
    return why_called_off(event, clock.now()) if issue.is_invitation else None


def _may_correct(issue: Issue) -> bool:
    """False until the recipients of the corrected issue are settled. If there are none, this issue
    is skipped."""
    if not issue.corrects:
        return True
    corrected = issues.get(issue.corrects)
    if corrected is None or corrected.state in CHANGEABLE:
        issues.skip(issue, SkipReason.NOBODY_TO_CORRECT, clock.now())
        return False
    return corrected.is_finished and not batches.is_any_open(corrected.slug)


def _check(issue: Issue) -> Issue | None:
    """The last check before planning; None if it paused the issue, of which nothing is sent yet."""
    why = preflight.problem(issue)
    return None if why and _pause(issue, why) else issue


def _put_online(issue: Issue) -> None:
    """Before anybody is planned, because the emails link to the page."""
    issue_pages.put_online(issue)
    issues.mark_online(issue.slug)


def _pause(issue: Issue, why: Pause) -> bool:
    """Pauses the issue and emails the team; returns whether it is paused.

    A late issue is not paused but ends: the tick would resume it at once, and the team would get
    an email every minute.
    """
    if issue.is_late(clock.now()):
        return False
    log.error("paused itself", extra={"issue": issue.slug, "cause": why.cause, "code": why.code})
    return issues.pause(issue.slug, why, clock.now(), notify_team=True)


def _plan(issue: Issue, has_time: HasTime) -> Issue | None:
    """Plans page by page. Returns the issue as stored now; None if another planner is at work."""
    size = batch_size(sending_rate.rate(), settings().send_workers)
    limit = page_size(size, len(issue.variants))
    while issue.state is IssueState.PLANNING and has_time():
        subscribers, cursor = readers.next_page(issue, limit)
        page = plan(issue, subscribers, site()["languages"], clock.now(), size)
        page = page._replace(batches=_in_turn(page.batches))
        saved = readers.save_page(issue, page, cursor)
        if saved and not issue.is_late(clock.now()):
            _put(issue, page.batches)
        following = issues.get(issue.slug)
        if following is None or (not saved and following.cursor != issue.cursor):
            return None
        issue = following
    if issue.state is IssueState.SENDING and (why := preflight.too_many(issue)):
        _pause(issue, why)
    return issue


def _sweep(issue: Issue, has_time: HasTime) -> None:
    """Requeue batches without a message, give up claims without a worker, end late batches."""
    now = clock.now()
    for batch in _due(State.CLAIMED, issue, now, has_time):
        if is_abandoned(batch, now) and claims.mark_uncertain(batch):
            log.error("uncertain: its worker is gone", extra=_ids(batch))
    if issue.state is IssueState.CANCELLED:
        _end_all(issue, claims.cancel, "cancelled", has_time)
    elif issue.is_late(now):
        _end_all(issue, claims.expire, "past the deadline", has_time)
    elif issue.state in RUNNING:
        _queue_again(issue, now, has_time)


def _queue_again(issue: Issue, now: int, has_time: HasTime) -> None:
    """Queues planned batches that have no message: none yet, or none any more. After a pause they
    need not be due: the workers used up their messages while the issue was paused."""
    is_resumed = now < issue.resumed_at + REQUEUE_SECONDS
    due = _due(State.PLANNED, issue, issues.FOREVER if is_resumed else now, has_time)
    waiting = _without_message(due, issue, now)
    while some := list(islice(waiting, QUEUED_AT_ONCE)):
        timed = [batch for batch in _in_turn(some) if batch.sends_at]
        again = [batch for batch in timed if claims.requeue(batch, now)]
        _put(issue, again)
        log.info("queued", extra={"issue": issue.slug, "batches": len(again)})
        if len(timed) < len(some):
            return  # the next turns are for a later tick


def _without_message(due: Iterable[Batch], issue: Issue, now: int) -> Iterator[Batch]:
    """If the queue has a backlog, a message that seems lost may only be waiting in it."""
    has_backlog = cache(send_queue.has_backlog)
    for batch in due:
        if needs_message(batch, issue) or (is_overdue(batch, now) and not has_backlog()):
            yield batch


def _in_turn(planned: Sequence[Batch]) -> list[Batch]:
    return turns.take(planned, sending_rate.for_newsletters(), clock.now())


def _put(issue: Issue, planned: Iterable[Batch]) -> None:
    send_queue.put(issue.slug, [batch for batch in planned if batch.sends_at])


def _end_all(issue: Issue, end: Callable[[Batch], bool], why: str, has_time: HasTime) -> None:
    """End every planned batch, even one that is not due yet."""
    count = 0
    # The index returns some at a time, and for a moment batches that have already ended.
    while ended := sum(map(end, _due(State.PLANNED, issue, issues.FOREVER, has_time))):
        count += ended
    log.warning(why, extra={"issue": issue.slug, "batches": count})


def _due(state: State, issue: Issue, until: int, has_time: HasTime) -> Iterator[Batch]:
    """The index may be stale, so each batch is read before it is used."""
    for number in batches.due(state, issue.slug, until):
        batch = batches.get(issue.slug, number) if has_time() else None
        if batch and batch.state is state:
            yield batch


def _ids(batch: Batch) -> dict[str, Any]:
    return {"issue": batch.issue, "batch": batch.number}


def _finish(issue: Issue) -> None:
    """Finish an issue if no batch is open. The index may be stale, so all batches are read."""
    counts = tally(batches.of_issue(issue.slug))
    # A day later SES's events have arrived.
    report_at = clock.now() + DAY if site().get("team") else 0
    if counts.keys() <= {str(state) for state in FINAL} and issues.finish(issue, counts, report_at):
        log.info("finished", extra={"issue": issue.slug, **counts})
        if counts[State.UNCERTAIN]:
            log.warning("some are uncertain", extra={"issue": issue.slug})
