"""Today: who waits, what is on this week, what went out, and what needs a person.

A bounded number of queries, however large the network: the events and newsletters that are kept,
and the index of who waits.
"""

from typing import Any

from functions.approvals.store import queue
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.core.translations import N_
from functions.core.web.responses import Response
from functions.desk.layout import page
from functions.desk.request import Request
from functions.desk.rows import event_row, is_seen, newsletter_row
from functions.events.rules import Event
from functions.events.store import events
from functions.newsletter.rules.ledger import RUNNING, Issue, IssueState, State
from functions.newsletter.store import issues
from functions.post import store as outbox
from functions.team.rules import Role

WEEK_SECONDS = 7 * DAY
SHOWN = 20  # of who waits, and of whose emails came back
MOST_COUNTED = 100  # emails
NO_CONTACT = N_("has no contact: nobody gets the guest list")
IS_PAUSED = N_("is paused")
NO_EMAIL = {
    suppression.BOUNCE: N_("gets no email: one came back. Is there a newer address?"),
    suppression.COMPLAINT: N_("reported an email as spam, and gets no more"),
}
UNCERTAIN = N_("has recipients of whom nobody knows whether they got it")


def show(request: Request) -> Response:
    """An editor sees nobody who waits."""
    kept = [event for event in events.by_start() if is_seen(request, event)]
    coming = [event for event in kept if event.ends_at > request.now and not event.withdrawn]
    newsletters = issues.newest_first()
    waiting = _waiting(request) if request.actor.may(Role.COORDINATOR) else []
    recent = [issue for issue in newsletters if _is_recent(issue, request.now)]
    return page(
        request,
        "desk/today.html",
        N_("Today"),
        waiting=waiting[:SHOWN],
        more_wait=len(waiting) > SHOWN,
        this_week=[
            event_row(event, request)
            for event in coming
            if event.starts_at <= request.now + WEEK_SECONDS
        ],
        next_one=event_row(coming[0], request) if coming else None,
        newsletters=[newsletter_row(issue, request) for issue in recent],
        needs=[
            *_events_that_need_somebody(coming),
            *_newsletters_that_do(newsletters),
            *(_people_without_email(request) if request.actor.may(Role.COORDINATOR) else []),
        ],
        given_up=outbox.given_up_since(request.now - WEEK_SECONDS, MOST_COUNTED),
        is_empty=not (kept or newsletters or waiting),
    )


def _waiting(request: Request) -> list[dict[str, Any]]:
    """Those who wait, one more than is shown."""
    if queue.is_empty():
        return []
    from functions.desk import approval_pages  # most networks are open: nobody waits

    return approval_pages.waiting(request, SHOWN + 1)


def _people_without_email(request: Request) -> list[dict[str, str]]:
    """Whose emails came back within a week, or who reported one as spam."""
    stopped = suppression.newest(request.now - WEEK_SECONDS, SHOWN)
    if not stopped:
        return []
    from functions.desk import person_contents  # on most days there is nobody

    return [
        {"url": person.path, "name": person.title, "why": NO_EMAIL[reason]}
        for hashed, reason in stopped.items()
        if reason in NO_EMAIL and (person := person_contents.find(request, address_hash=hashed))
    ]


def _is_recent(issue: Issue, now: int) -> bool:
    """Going out, or sent within a week."""
    is_going_out = issue.state in (*RUNNING, IssueState.PAUSED)
    was_sent = issue.state is IssueState.SENT and issue.send_at >= now - WEEK_SECONDS
    return is_going_out or was_sent


def _events_that_need_somebody(coming: list[Event]) -> list[dict[str, str]]:
    return [
        {"url": f"/desk/events/{event.slug}/", "name": event.facts["title"], "why": NO_CONTACT}
        for event in coming
        if not event.facts.get("contact") and not event.cancelled
    ]


def _newsletters_that_do(newsletters: list[Issue]) -> list[dict[str, str]]:
    needs = {
        IS_PAUSED: [issue for issue in newsletters if issue.state is IssueState.PAUSED],
        UNCERTAIN: [issue for issue in newsletters if issue.counts.get(State.UNCERTAIN)],
    }
    return [
        {"url": f"/desk/newsletters/{issue.slug}/", "name": issue.subject, "why": why}
        for why, those in needs.items()
        for issue in those
    ]
