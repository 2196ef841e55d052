"""The newsletter's mails to the team: what became of an issue while nobody looked.

Whom they go to stands in the site's settings (`team`) and is read when a mail is sent.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from functions.core import clock, dates
from functions.core.aws.table import Item
from functions.core.figures import dollars, figure
from functions.core.mail.message import Mail, Skip
from functions.core.settings import settings
from functions.core.site import site
from functions.core.translations import translations
from functions.newsletter import words
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause, SkipReason, State
from functions.newsletter.rules.report import Report, Timeline, tally
from functions.newsletter.store import batches, issues

NOBODY = Skip("no team to tell")
UNCERTAIN_SHOWN = 20  # `alumni issues report` lists them all
BARS = 8

Context = dict[str, Any]


def issue_paused(waiting: Item) -> Mail | Skip:
    issue = issues.get(waiting["ref"]["issue"])
    if issue is None or issue.state is not IssueState.PAUSED:
        return Skip("paused no more")
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
    """`context` may read the whole ledger, so only where there is somebody to tell."""
    team = site().get("team")
    if not team:
        return NOBODY
    language = team.get("language") or site()["languages"][0]
    url = f"{settings().site_url}/newsletters/{issue.slug}/"
    about = {"slug": issue.slug, "subject": issue.subject, "url": url}
    told = {"issue": about, **context(issue, language)}
    return Mail(template, language, name="", address=team["email"], context=told)


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
    return {
        "is_missed": issue.state is IssueState.MISSED,
        "corrects": issue.corrects if issue.skipped is SkipReason.NOBODY_TO_CORRECT else "",
        "reason": words.why_skipped(issue, language),
        "send_at": _at(issue.send_at, language),
        "deadline": _at(issue.deadline, language),
    }


def _report(issue: Issue, language: str) -> Context:
    found = reporting.report(batches.of_issue(issue.slug), clock.now(), UNCERTAIN_SHOWN)
    return {
        "is_cancelled": issue.state is IssueState.CANCELLED,
        "is_conserved": reporting.is_conserved(issue, found),
        "total": figure(found.total, language),
        "states": _states(found, language),
        "variants": _group(found.variants, language) if len(found.variants) > 1 else [],
        "languages": _group(found.languages, language) if _are_several(found) else [],
        "times": _times(found.timeline.within(BARS), language),
        "silent": figure(issue.silent, language) if issue.silent else "",
        "bounced": figure(found.bounced, language),
        "complained": figure(issue.complained, language),
        "uncertain": [each.member for each in found.doubtful],
        "uncertain_count": figure(found.doubtful_count, language),
        "uncertain_left": found.doubtful_count - len(found.doubtful),
        "cost": dollars(found.cents, language),
    }


def _are_several(found: Report) -> bool:
    """Languages, and more than one variant in any."""
    return 1 < len(found.languages) < len(found.variants)


def _states(found: Report, language: str) -> list[Context]:
    """The conservation line: each state that anybody is in, and who has it in any case."""
    return [
        _bar(state, found.states[state], found.total, language)
        for state in reporting.ENDS
        if found.states[state] or state is State.SENT
    ]


def _group(counts: Mapping[str, Counter[str]], language: str) -> list[tuple[str, ...]]:
    """Name, recipients in all, sent, and not sent, of each variant or language."""
    return [
        (
            name,
            figure(each.total(), language),
            figure(each[State.SENT], language),
            figure(each.total() - each[State.SENT], language),
        )
        for name, each in sorted(counts.items())
    ]


def _times(line: Timeline, language: str) -> list[Context]:
    """The sending, bar by bar: at the site's own time, with the day where there are several."""
    rows = line.filled()
    most = max((count for _, count in rows), default=0)
    days = {dates.local(at, site()["time_zone"]).date() for at, _ in rows}
    shape = "%H:%M" if len(days) < 2 else "%Y-%m-%d %H:%M"  # noqa: PLR2004 - one day or several
    return [
        _bar(f"{dates.local(at, site()['time_zone']):{shape}}", count, most, language)
        for at, count in rows
    ]


def _bar(name: str, count: int, most: int, language: str) -> Context:
    """A bar is seen where there is anybody at all."""
    percent = max(1, count * 100 // most) if count else 0
    return {"name": name, "count": figure(count, language), "percent": percent}


def _at(seconds: int | None, language: str) -> str:
    if not seconds:
        return ""
    return dates.moment(dates.local(seconds, site()["time_zone"]), translations(language))
