"""Newsletters: what is scheduled, going out and sent, with the report; pause, resume, cancel."""

from itertools import islice

from functions.core.errors import GoneError
from functions.core.slugs import is_slug
from functions.core.translations import N_, translations
from functions.core.web.responses import Response, redirect
from functions.desk import newsletter_report
from functions.desk.layout import page
from functions.desk.request import Request
from functions.desk.rows import newsletter_row
from functions.newsletter import words
from functions.newsletter.rules.ledger import (
    CANCELLABLE,
    RUNNING,
    Cause,
    Issue,
    IssueState,
    Pause,
    State,
)
from functions.newsletter.rules.pauses import waits_for_quota
from functions.newsletter.store import issues
from functions.team.rules import Deed, Role
from functions.team.store import deeds

PLACE = "/desk/newsletters/"
GOING_OUT = (*RUNNING, IssueState.PAUSED)
EARLIER_SHOWN = 100
TRIES = 5  # the planner may move the issue on between reading and writing
PAUSED, RESUMED, CANCELLED = "paused", "resumed", "cancelled"
SAYS = {
    PAUSED: N_("Sending is paused. Emails that were handed over already still arrive."),
    RESUMED: N_("Sending goes on where it was paused."),
    CANCELLED: N_("It is cancelled. Nobody else gets it."),
}
BY_HAND = N_("by hand, at the desk")
TOO_LATE = N_("That isn't possible any more, because something has changed. This is how it is now.")


def show(request: Request) -> Response:
    every = issues.newest_first()
    earlier = [i for i in every if i.state not in (*GOING_OUT, IssueState.SCHEDULED)]
    return page(
        request,
        "desk/newsletters.html",
        N_("Newsletters"),
        going_out=[newsletter_row(issue, request) for issue in every if issue.state in GOING_OUT],
        scheduled=[
            newsletter_row(issue, request)
            for issue in reversed(every)
            if issue.state is IssueState.SCHEDULED
        ],
        earlier=[newsletter_row(issue, request) for issue in islice(earlier, EARLIER_SHOWN)],
    )


def show_one(request: Request, slug: str) -> Response:
    return _issue(request, _find(slug))


def pause(request: Request, slug: str) -> Response:
    why = Pause(Cause.PERSON, words=translations(request.site["language"]).gettext(BY_HAND))
    line = deeds.line(request.actor, Deed.NEWSLETTER_PAUSED, _find(slug).slug, request.now)
    return _done(request, slug, PAUSED, issues.pause(slug, why, request.now, line))


def resume(request: Request, slug: str) -> Response:
    line = deeds.line(request.actor, Deed.NEWSLETTER_RESUMED, _find(slug).slug, request.now)
    return _done(request, slug, RESUMED, issues.resume(slug, request.now, line))


def ask_to_cancel(request: Request, slug: str) -> Response:
    issue = _find(slug)
    if issue.state not in CANCELLABLE:
        return _issue(request, issue, TOO_LATE)
    return page(
        request,
        "desk/newsletter_cancel.html",
        N_("Cancel the newsletter?"),
        issue=newsletter_row(issue, request),
        waiting=(newsletter_report.counts(issue) or {}).get(State.PLANNED, 0),
    )


def cancel(request: Request, slug: str) -> Response:
    line = deeds.line(request.actor, Deed.NEWSLETTER_CANCELLED, slug, request.now)
    is_done = any(issues.cancel(_find(slug), line) for _ in range(TRIES))
    return _done(request, slug, CANCELLED, is_done)


def _done(request: Request, slug: str, step: str, is_done: bool) -> Response:  # noqa: FBT001 - what the store has just answered
    """Pressing a button twice is harmless: the second time, nothing is written."""
    issue = _find(slug)
    is_as_wanted = {
        PAUSED: issue.state is IssueState.PAUSED,
        RESUMED: issue.state in RUNNING,
        CANCELLED: issue.state is IssueState.CANCELLED,
    }[step]
    if is_done or is_as_wanted:
        return redirect(f"{PLACE}{slug}/?step={step}")
    return _issue(request, issue, TOO_LATE)


def _find(slug: str) -> Issue:
    issue = issues.get(slug) if is_slug(slug) else None  # a part of the path becomes a key
    if issue is None:
        raise GoneError("issue")
    return issue


def _issue(request: Request, issue: Issue, error: str = "") -> Response:
    language = request.site["language"]
    return page(
        request,
        "desk/newsletter.html",
        N_("Newsletter"),
        status=400 if error else 200,
        error=error,
        says=SAYS.get(request.query("step"), ""),
        issue=newsletter_row(issue, request),
        why=words.why_paused(issue.pause, language)
        if issue.pause
        else words.why_skipped(issue, language),
        resumes_by_itself=waits_for_quota(issue),
        is_scheduled=issue.state is IssueState.SCHEDULED,
        may_pause=issue.state in RUNNING,
        may_resume=issue.state is IssueState.PAUSED and request.actor.may(Role.COORDINATOR),
        may_cancel=issue.state in CANCELLABLE and request.actor.may(Role.COORDINATOR),
        report=newsletter_report.whole(issue, request),
    )
