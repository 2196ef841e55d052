"""The emails to the team: an issue was paused or not sent, and the report a day after it ended.

Their address is in the site's settings (`team`) and is read when an email is sent.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from functions.core import clock, dates
from functions.core.aws.table import Item
from functions.core.figures import dollars, figure
from functions.core.mail.message import Mail, Skip
from functions.core.site import site
from functions.core.translations import translations
from functions.newsletter import words
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause, SkipReason, State
from functions.newsletter.rules.report import Report, Timeline, tally
from functions.newsletter.store import batches, issues

NO_TEAM = Skip("no team is set")
UNCERTAIN_SHOWN = 20  # `alumni issues report` lists them all
BARS = 8

Context = dict[str, Any]


def issue_paused(waiting: Item) -> Mail | Skip:
    issue = issues.get(waiting["ref"]["issue"])
    if issue is None or issue.state is not IssueState.PAUSED:
        return Skip("no longer paused")
    if issue.paused_at != waiting["revision"] or not issue.pause:
        return Skip("another pause")
    if issue.pause.cause is Cause.PERSON:
        return Skip("paused by a person")
    return _to_team("issue_paused", issue, partial(_paused, issue.pause))


def issue_skipped(waiting: Item) -> Mail | Skip:
    issue = issues.get(waiting["ref"]["issue"])
    if issue is None or issue.state not in {IssueState.SKIPPED, IssueState.MISSED}:
        return Skip("it goes out after all")
    return _to_team("issue_skipped", issue, _skipped)


def issue_report(waiting: Item) -> Mail | Skip:
    issue = issues.get(waiting["ref"]["issue"])
    if issue is None or issue.state not in {IssueState.SENT, IssueState.CANCELLED}:
        return Skip("it goes out again")
    return _to_team("issue_report", issue, _report)


def _to_team(template: str, issue: Issue, context: Callable[[Issue, str], Context]) -> Mail | Skip:
    """`context` may read the whole ledger, so it is only called if there is a team."""
    team = site().get("team")
    if not team:
        return NO_TEAM
    language = team.get("language") or site()["languages"][0]
    about = {"slug": issue.slug, "subject": issue.subject, "url": issue.url}
    kind = {"kind": words.ISSUE_KINDS[issue.kind], "is_invitation": issue.is_invitation}
    values = {"issue": about | kind, **context(issue, language)}
    return Mail(template, language, name="", address=team["email"], context=values)


def _paused(pause: Pause, issue: Issue, language: str) -> Context:
    counts = tally(batches.of_issue(issue.slug))
    return {
        "cause": pause.cause,
        "reason": words.why_paused(pause, language),
        "paused_at": _at(issue.paused_at, language),
        "deadline": _at(issue.deadline, language),
        "sent": figure(counts[State.SENT], language),
        "waiting": figure(counts[State.PLANNED] + counts[State.CLAIMED], language),
    }


def _skipped(issue: Issue, language: str) -> Context:
    closed = words.why_skipped(replace(issue, skipped=SkipReason.SIGN_UP_CLOSED), language)
    return {
        "why_not_invited": (words.why_skipped(issue, language) or closed)
        if issue.is_invitation
        else "",
        "is_missed": issue.state is IssueState.MISSED,
        "corrects": issue.corrects if issue.skipped is SkipReason.NOBODY_TO_CORRECT else "",
        "reason": words.why_skipped(issue, language),
        "send_at": _at(issue.send_at, language),
        "deadline": _at(issue.deadline, language),
    }


def _report(issue: Issue, language: str) -> Context:
    report = reporting.report(batches.of_issue(issue.slug), clock.now(), UNCERTAIN_SHOWN)
    return {
        "is_cancelled": issue.state is IssueState.CANCELLED,
        "is_conserved": reporting.is_conserved(issue, report),
        "total": figure(report.total, language),
        "states": _states(report, language),
        "variants": _group(report.variants, language) if len(report.variants) > 1 else [],
        "languages": _group(report.languages, language) if _has_several(report) else [],
        "times": _times(report.timeline.within(BARS), language),
        "silent": figure(issue.silent, language) if issue.silent else "",
        "bounced": figure(report.bounced, language),
        "complained": figure(issue.complained, language),
        "waited": words.waited(issue),
        "uncertain": [doubtful.member for doubtful in report.doubtful],
        "uncertain_count": figure(report.doubtful_count, language),
        "uncertain_left": report.doubtful_count - len(report.doubtful),
        "cost": dollars(report.cents, language),
    }


def _has_several(report: Report) -> bool:
    """There are several languages, and at least one of them has several variants."""
    return 1 < len(report.languages) < len(report.variants)


def _states(report: Report, language: str) -> list[Context]:
    """The conservation line: each state that somebody is in, and `sent` in any case."""
    return [
        _bar(state, report.states[state], report.total, language)
        for state in reporting.ENDS
        if report.states[state] or state is State.SENT
    ]


def _group(counts: Mapping[str, Counter[str]], language: str) -> list[tuple[str, ...]]:
    """For each variant or language: name, recipients in all, sent, and not sent."""
    return [
        (
            name,
            figure(states.total(), language),
            figure(states[State.SENT], language),
            figure(states.total() - states[State.SENT], language),
        )
        for name, states in sorted(counts.items())
    ]


def _times(line: Timeline, language: str) -> list[Context]:
    """Bars of what was sent when, in the site's time zone; with dates if it took several days."""
    rows = [(dates.local(at, site()["time_zone"]), count) for at, count in line.filled()]
    most = max((count for _, count in rows), default=0)
    is_one_day = len({at.date() for at, _ in rows}) == 1
    written = dates.time if is_one_day else dates.short_moment
    words = translations(language)
    return [_bar(written(at, words), count, most, language) for at, count in rows]


def _bar(name: str, count: int, most: int, language: str) -> Context:
    """A count above zero always has a visible bar."""
    percent = max(1, count * 100 // most) if count else 0
    return {"name": name, "count": figure(count, language), "percent": percent}


def _at(seconds: int | None, language: str) -> str:
    if not seconds:
        return ""
    return dates.moment(dates.local(seconds, site()["time_zone"]), translations(language))
