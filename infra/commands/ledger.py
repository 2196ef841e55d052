"""`alumni issues report` and `settle`: what became of everyone, and what only a person decides."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands import course, options, show, table
from infra.commands.show import Exit

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Batch, Issue
    from functions.newsletter.rules.report import Report

# The conservation line, in this order; what is still open comes last.
ENDS = ("sent", "suppressed", "withdrawn", "failed", "expired", "cancelled", "uncertain")
OPEN = ("planned", "claimed")
PAGES = Path("build/reports")


class Decision(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    PLANNED = "planned"


def report(  # noqa: PLR0913 - a command's options
    slug: options.Slug,
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    html: Annotated[
        bool, typer.Option("--html", help="Write it as a page, and print where that is.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="The page's file: build/reports/SLUG.html unless you say.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Account for every recipient of an issue, and list those of whom no event has told."""
    table.connect(options.place(region, endpoint_url, profile), stack)
    from functions.core import clock
    from functions.newsletter import store
    from functions.newsletter.rules import report as rules

    with show.progress() as progress:
        progress("reading the ledger", 0, 0)
        issue = course.found(slug)
        found = rules.report(store.batches(slug), clock.now())
    written = _write(issue, found, to or PAGES / f"{issue.slug}.html") if html or to else None
    if json:
        _document(issue, found, written)
    elif written:
        show.line(str(written))
    else:
        _tell(issue, found)
    if not rules.is_conserved(issue, found):
        show.complain(f"The audience is {issue.planned}, but the ledger holds {found.total}.")
        raise typer.Exit(Exit.PROBLEMS)


def _write(issue: "Issue", found: "Report", path: Path) -> Path:
    """One page that needs nothing else, not even a network."""
    from functions.core import clock
    from functions.core.site import site
    from infra.report.page import page

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(issue, found, site(), clock.now()), encoding="utf-8")
    return path


def _document(issue: "Issue", found: "Report", page: Path | None) -> None:
    show.document(
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
    show.line(f"{issue.slug} is {issue.state}.")
    show.line(f"audience {issue.planned} = {_sum(found.states)}")
    groups = {f"variant {name}": each for name, each in found.variants.items()}
    if found.languages.keys() != found.variants.keys():
        groups |= {f"language {name}": each for name, each in found.languages.items()}
    for name, counts in sorted(groups.items()):
        show.line(f"{name}: {counts.total()} = {_sum(counts)}")
    for outcome, count in found.outcomes.most_common():
        show.line(f"{outcome}: {count}")
    if found.doubtful:
        show.line(f"Uncertain, and no event for a day: {len(found.doubtful)}")
    for each in found.doubtful:
        since = f"{datetime.fromtimestamp(each.since, UTC):%Y-%m-%d %H:%M} UTC"
        show.line(f"  member {each.member}, batch {each.batch}, place {each.position}, {since}")


def _sum(counts: Counter[str]) -> str:
    states = [*ENDS, *(state for state in OPEN if counts[state])]
    return " + ".join(f"{state} {counts[state]}" for state in states)


def settle(  # noqa: PLR0913 - a command's options
    slug: options.Slug,
    *,
    decision: Annotated[
        Decision,
        typer.Option("--as", help="What they are from now on; planned sends it to them again."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """Decide about the uncertain ones of whom no event has told for a day."""
    table.connect(options.place(region, endpoint_url, profile), stack)
    from functions.core import clock
    from functions.newsletter.rules.report import may_be_sent_again

    issue = course.found(slug)
    if decision is Decision.PLANNED and not may_be_sent_again(issue, clock.now()):
        show.complain(f"{slug} is {issue.state} or past its deadline: nothing of it is sent again.")
        raise typer.Exit(Exit.PROBLEMS)
    doubtful = _doubtful(slug)
    count = sum(len(positions) for _, positions in doubtful)
    if count and not (yes or course.ask(_question(decision, count))):
        show.complain("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    done = sum(_release(slug, *each, decision) for each in doubtful)
    _say({"slug": slug, "as": decision, "settled": done, "left": count - done}, json=json)


def _doubtful(slug: str) -> "list[tuple[Batch, list[int]]]":
    from functions.core import clock
    from functions.newsletter import store
    from functions.newsletter.rules.report import doubtful

    found = ((batch, doubtful(batch, clock.now())) for batch in store.batches(slug))
    return [(batch, positions) for batch, positions in found if positions]


def _question(decision: Decision, count: int) -> str:
    if decision is Decision.PLANNED:
        return f"Send it again to {count} who may have it already?"
    return f"Call {count} uncertain recipients {decision}?"


def _release(slug: str, batch: "Batch", positions: list[int], decision: Decision) -> int:
    """How many were released. The issue is read anew: the first to be sent again opens it."""
    from functions.core import clock
    from functions.newsletter.rules.ledger import State
    from functions.newsletter.rules.report import released
    from functions.newsletter.store.release import release

    after = released(batch, positions, State(decision))
    is_done = release(course.found(slug), batch, after, clock.now())
    return len(positions) if is_done else 0


def _say(told: dict[str, Any], *, json: bool) -> None:
    if json:
        show.document(told)
        return
    show.line(f"{told['settled']} are {told['as']} now.")
    if told["left"]:
        show.line(f"{told['left']} changed meanwhile and stay as they are.")
