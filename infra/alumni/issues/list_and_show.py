"""`alumni issues list` and `show`: published issues, and the states of their recipients."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from infra.alumni import console, options
from infra.alumni.issues import pause_resume_cancel

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue


def list_issues() -> None:
    """List all published issues, newest first."""
    options.connect()
    from functions.newsletter.store import issues

    newest_first = issues.newest_first()
    if options.wants_json():
        console.print_json([asdict(issue) for issue in newest_first])
        return
    columns = ("slug", "kind", "state", "send at", "recipients", "subject")
    console.print_table(columns, map(_cells, newest_first))


def _cells(issue: "Issue") -> tuple[str, str, str, str, str, str]:
    at, planned = _at(issue.send_at), _planned(issue)
    return issue.slug, _kind(issue), issue.state, at, planned, issue.subject


def _kind(issue: "Issue") -> str:
    return "invitation" if issue.is_invitation else "newsletter"


def _planned(issue: "Issue") -> str:
    """Nobody is planned before an issue begins to go out; a 0 would alarm its writer."""
    from functions.newsletter.rules.ledger import IssueState

    return "not yet known" if issue.state is IssueState.SCHEDULED else str(issue.planned)


def _at(seconds: int) -> str:
    """On the clock of the site's zone, as HR wrote it in the file."""
    from functions.core import dates
    from functions.core.site import site

    return f"{dates.local(seconds, site()['time_zone']):%Y-%m-%d %H:%M}"


def show_issue(
    slug: options.Slug,
) -> None:
    """Show an issue, and count its recipients by state and reason."""
    options.connect()
    issue = pause_resume_cancel.find_issue(slug)
    with console.progress() as report:
        report("reading the ledger", 0, 0)
        recipients = _recipients(slug)
    if options.wants_json():
        console.print_json(asdict(issue) | {"recipients": recipients})
    else:
        _print_issue(issue, recipients)


def _recipients(slug: str) -> dict[str, int]:
    from functions.newsletter.store import batches

    counts: Counter[str] = Counter()
    for batch in batches.of_issue(slug):
        counts.update(str(batch.outcome(at)) for at in range(len(batch.recipients)))
    return dict(counts.most_common())


def _print_issue(issue: "Issue", recipients: dict[str, int]) -> None:
    from functions.newsletter.rules.ledger import IssueState
    from functions.newsletter.rules.pauses import waits_for_quota
    from functions.newsletter.words import waited, why_paused, why_skipped

    facts: dict[str, Any] = {
        "kind": _kind(issue),
        "subject": issue.subject,
        "state": issue.state,
        "send at": _at(issue.send_at),
        "deadline": _at(issue.deadline) if issue.deadline else "none",
        "variants": ", ".join(variant.name for variant in issue.variants),
        "recipients": _planned(issue),
    }
    if issue.pause:
        facts["paused"] = f"{_at(issue.paused_at)}, {why_paused(issue.pause, 'en')}"
        if waits_for_quota(issue):
            facts["resumes"] = "by itself, when SES's daily quota allows"
    elif issue.skipped:
        facts["because"] = why_skipped(issue, "en")
    elif issue.state is IssueState.ARCHIVED:
        facts["because"] = "first published after its time: on the website, and never sent"
    if issue.waited:
        facts["waited"] = f"{waited(issue)} for SES's daily quota"
    for name, value in (facts | recipients).items():
        console.print_line(f"{name}: {value}")
