"""What the minute tick does about one issue: plan it, look after its batches, finish it.

Whoever dies here is taken over by the next tick: each step is one conditional write.
"""

from collections.abc import Callable, Iterator
from typing import Any

from functions.core import clock
from functions.core.log import log
from functions.core.site import site
from functions.newsletter import queue, rules, store
from functions.newsletter.rules.ledger import (
    ENDING,
    FINAL,
    RUNNING,
    Batch,
    Issue,
    IssueState,
    State,
)
from functions.newsletter.store import course, moves

HasTime = Callable[[], bool]


def advance(slug: str, has_time: HasTime) -> None:
    """Bring one issue as far as there is time."""
    issue = _begun(slug)
    if issue and issue.state is IssueState.PLANNING:
        issue = _plan(issue, has_time)
    if issue is None:
        return
    _sweep(issue, has_time)
    if issue.state in ENDING and not store.is_anything_open(slug):
        _finish(issue)


def _begun(slug: str) -> Issue | None:
    """The issue as it stands; one that is due is begun, or missed if its deadline is past."""
    issue = store.issue(slug)
    if issue and rules.has_outlasted_its_pause(issue, clock.now()):
        log.warning("paused until past its deadline", extra={"issue": slug})
        course.resume(slug)
        issue = store.issue(slug)
    if issue is None or issue.state is not IssueState.SCHEDULED:
        return issue
    if issue.send_at > clock.now():
        return None
    if issue.is_late(clock.now()):
        log.error("missed its deadline", extra={"issue": slug})
        store.miss(issue)
        return None
    # Read anew: what HR published a moment ago is what is fixed.
    return store.issue(slug) if store.begin(issue) else None


def _plan(issue: Issue, has_time: HasTime) -> Issue | None:
    """Plan page by page; None where another planner is at it."""
    while issue.state is IssueState.PLANNING and has_time():
        members, cursor = store.members_behind(issue.cursor, rules.PAGE_SIZE, issue.audience)
        batches = rules.plan(issue, members, site()["languages"], clock.now())
        saved = store.save_page(issue, batches, cursor)
        if saved and not issue.is_late(clock.now()):
            queue.put(issue.slug, [each.number for each in batches])
        following = store.issue(issue.slug)
        if following is None or (not saved and following.cursor != issue.cursor):
            return None
        issue = following
    return issue


def _sweep(issue: Issue, has_time: HasTime) -> None:
    """Look after batches that nobody holds, that lost their worker, or that came too late."""
    now = clock.now()
    for batch in _due(State.CLAIMED, issue, now, has_time):
        if rules.is_abandoned(batch, now) and moves.doubt(batch):
            log.error("uncertain: its worker is gone", extra=_name(batch))
    if issue.state is IssueState.CANCELLED:
        _end_all(issue, moves.cancel, "cancelled", has_time)
    elif issue.is_late(now):
        _end_all(issue, moves.expire, "past the deadline", has_time)
    # A queue that is not empty holds what waits: queueing it again would only make it longer.
    elif (
        issue.state in RUNNING
        and store.due_batches(State.PLANNED, issue.slug, now)
        and queue.is_idle()
    ):
        waiting = _due(State.PLANNED, issue, now, has_time)
        again = [batch.number for batch in waiting if moves.requeue(batch, now)]
        queue.put(issue.slug, again)
        log.info("queued again", extra={"issue": issue.slug, "batches": len(again)})


def _end_all(issue: Issue, end: Callable[[Batch], bool], why: str, has_time: HasTime) -> None:
    """Give every batch that waits its end, whenever it would have been due."""
    waiting = _due(State.PLANNED, issue, store.FOREVER, has_time)
    count = sum(end(batch) for batch in waiting)
    log.warning(why, extra={"issue": issue.slug, "batches": count})


def _due(state: State, issue: Issue, until: int, has_time: HasTime) -> Iterator[Batch]:
    """The index finds them; what each is decides when it is changed."""
    for number in store.due_batches(state, issue.slug, until):
        batch = store.batch(issue.slug, number) if has_time() else None
        if batch and batch.state is state:
            yield batch


def _name(batch: Batch) -> dict[str, Any]:
    return {"issue": batch.issue, "batch": batch.number}


def _finish(issue: Issue) -> None:
    """The index says that nothing is open; the batches themselves decide."""
    counts = rules.tally(store.batches(issue.slug))
    if counts.keys() <= {str(state) for state in FINAL} and store.finish(issue, counts):
        log.info("finished", extra={"issue": issue.slug, **counts})
        if counts[State.UNCERTAIN]:
            log.warning("some are uncertain", extra={"issue": issue.slug})
