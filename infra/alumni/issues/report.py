"""`alumni issues report`: what became of everyone, said, as JSON or as a page."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.issues import pause_resume_cancel

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue
    from functions.newsletter.rules.report import Report

# The conservation line, in this order; what is still open comes last.
ENDS = ("sent", "suppressed", "withdrawn", "failed", "expired", "cancelled", "uncertain")
OPEN = ("planned", "claimed")
PAGES = Path("build/reports")


def report(
    slug: options.Slug,
    *,
    html: Annotated[
        bool, typer.Option("--html", help="Write it as a page, and print where that is.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="The page's file: build/reports/SLUG.html unless you say.")
    ] = None,
) -> None:
    """Account for every recipient of an issue, and list those of whom no event has told."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules import report as rules
    from functions.newsletter.store import batches

    with console.progress() as progress:
        progress("reading the ledger", 0, 0)
        issue = pause_resume_cancel.found(slug)
        found = rules.report(batches.of_issue(slug), clock.now())
    written = _write(issue, found, to or PAGES / f"{issue.slug}.html") if html or to else None
    if options.wants_json():
        _document(issue, found, written)
    elif written:
        console.line(str(written))
    else:
        _tell(issue, found)
    if not rules.is_conserved(issue, found):
        console.complain(f"The audience is {issue.planned}, but the ledger holds {found.total}.")
        raise typer.Exit(Exit.PROBLEMS)


def _write(issue: "Issue", found: "Report", path: Path) -> Path:
    """One page that needs nothing else, not even a network."""
    from functions.core import clock
    from functions.core.site import site
    from infra.issue_report.page import page

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(issue, found, site(), clock.now()), encoding="utf-8")
    return path


def _document(issue: "Issue", found: "Report", page: Path | None) -> None:
    console.document(
        {
            "slug": issue.slug,
            "state": issue.state,
            "audience": issue.planned,
            "states": dict.fromkeys(ENDS, 0) | found.states,
            "outcomes": found.outcomes,
            "variants": found.variants,
            "languages": found.languages,
            "doubtful": [asdict(each) for each in found.doubtful],
            "bounced": found.bounced,
            "complained": issue.complained,
            "timeline": {"width": found.timeline.width, "sent": list(found.timeline)},
            "page": str(page) if page else None,
        }
    )


def _tell(issue: "Issue", found: "Report") -> None:
    console.line(f"{issue.slug} is {issue.state}.")
    console.line(f"audience {issue.planned} = {_sum(found.states)}")
    groups = {f"variant {name}": each for name, each in found.variants.items()}
    if found.languages.keys() != found.variants.keys():
        groups |= {f"language {name}": each for name, each in found.languages.items()}
    for name, counts in sorted(groups.items()):
        console.line(f"{name}: {counts.total()} = {_sum(counts)}")
    for outcome, count in found.outcomes.most_common():
        console.line(f"{outcome}: {count}")
    if found.doubtful:
        console.line(f"Uncertain, and no event for a day: {len(found.doubtful)}")
    for each in found.doubtful:
        since = f"{datetime.fromtimestamp(each.since, UTC):%Y-%m-%d %H:%M} UTC"
        console.line(f"  member {each.member}, batch {each.batch}, place {each.position}, {since}")


def _sum(counts: Counter[str]) -> str:
    states = [*ENDS, *(state for state in OPEN if counts[state])]
    return " + ".join(f"{state} {counts[state]}" for state in states)
