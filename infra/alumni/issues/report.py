"""`alumni issues report`: the state of every recipient, as text, JSON or an HTML page."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.issues import pause_resume_cancel

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue
    from functions.newsletter.rules.report import Report

# The order of the sum; states that are not final come last.
ENDS = ("sent", "suppressed", "withdrawn", "failed", "expired", "cancelled", "uncertain")
OPEN = ("planned", "claimed")
PAGES = Path("build/reports")


def report(
    slug: options.Slug,
    *,
    html: Annotated[
        bool, typer.Option("--html", help="Write an HTML page, and print its path.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="File of the page, instead of build/reports/SLUG.html.")
    ] = None,
) -> None:
    """Account for every recipient, and list those whose delivery has been unknown for a day."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules import report as rules
    from functions.newsletter.store import batches

    with console.progress() as progress:
        progress("reading the ledger", 0, 0)
        issue = pause_resume_cancel.find_issue(slug)
        result = rules.report(batches.of_issue(slug), clock.now())
    written = _write(issue, result, to or PAGES / f"{issue.slug}.html") if html or to else None
    if options.wants_json():
        _print_document(issue, result, written)
    elif written:
        console.print_line(str(written))
    else:
        _print_report(issue, result)
    if not rules.is_conserved(issue, result):
        console.error(f"The audience is {issue.planned}, but the ledger holds {result.total}.")
        raise typer.Exit(Exit.PROBLEMS)


def _write(issue: "Issue", result: "Report", path: Path) -> Path:
    """Write one HTML file that loads nothing."""
    from functions.core import clock
    from functions.core.site import site
    from infra.issue_report.page import page

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(issue, result, site(), clock.now()), encoding="utf-8")
    return path


def _print_document(issue: "Issue", result: "Report", page: Path | None) -> None:
    console.print_json(
        {
            "slug": issue.slug,
            "state": issue.state,
            "audience": issue.planned,
            "states": dict.fromkeys(ENDS, 0) | result.states,
            "outcomes": result.outcomes,
            "variants": result.variants,
            "languages": result.languages,
            "doubtful": [asdict(recipient) for recipient in result.doubtful],
            "bounced": result.bounced,
            "complained": issue.complained,
            "timeline": {"width": result.timeline.width, "sent": list(result.timeline)},
            "page": str(page) if page else None,
        }
    )


def _print_report(issue: "Issue", result: "Report") -> None:
    console.print_line(f"{issue.slug} is {issue.state}.")
    console.print_line(f"Audience: {issue.planned} = {_sum(result.states)}")
    groups = {f"Variant {name}": counts for name, counts in result.variants.items()}
    if result.languages.keys() != result.variants.keys():
        groups |= {f"Language {name}": counts for name, counts in result.languages.items()}
    for name, counts in sorted(groups.items()):
        console.print_line(f"{name}: {counts.total()} = {_sum(counts)}")
    for outcome, count in result.outcomes.most_common():
        console.print_line(f"{outcome}: {count}")
    if result.doubtful:
        console.print_line(f"Delivery unknown for a day: {len(result.doubtful)}")
    for recipient in result.doubtful:
        since = console.utc(recipient.since)
        where = f"batch {recipient.batch}, position {recipient.position}"
        console.print_line(f"  member {recipient.member}, {where}, since {since}")


def _sum(counts: Counter[str]) -> str:
    states = [*ENDS, *(state for state in OPEN if counts[state])]
    return " + ".join(f"{counts[state]} {state}" for state in states)
