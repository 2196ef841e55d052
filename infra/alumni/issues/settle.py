"""`alumni issues settle`: a person decides about recipients whose delivery stays unknown."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit
from infra.alumni.issues import pause_resume_cancel

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Batch


class Decision(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    PLANNED = "planned"


def settle(
    slug: options.Slug,
    *,
    decision: Annotated[
        Decision,
        typer.Option("--as", help="Their new state; planned sends the issue to them again."),
    ],
    yes: options.Yes = False,
) -> None:
    """Decide about recipients whose delivery has been unknown for a day."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.report import may_be_sent_again

    issue = pause_resume_cancel.find_issue(slug)
    if decision is Decision.PLANNED and not may_be_sent_again(issue, clock.now()):
        console.error(f"{slug} is {issue.state} or past its deadline: nothing can be sent again")
        raise typer.Exit(Exit.PROBLEMS)
    doubtful = _doubtful(slug)
    count = sum(len(positions) for _, positions in doubtful)
    if count and not (yes or console.confirm(_question(decision, count))):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    by = terminal.actor() if doubtful else ""
    done = sum(_release(slug, batch, positions, decision, by) for batch, positions in doubtful)
    _print_settled({"slug": slug, "as": decision, "settled": done, "left": count - done})


def _doubtful(slug: str) -> "list[tuple[Batch, list[int]]]":
    from functions.core import clock
    from functions.newsletter.rules.report import doubtful
    from functions.newsletter.store import batches

    by_batch = ((batch, doubtful(batch, clock.now())) for batch in batches.of_issue(slug))
    return [(batch, positions) for batch, positions in by_batch if positions]


def _question(decision: Decision, count: int) -> str:
    if decision is Decision.PLANNED:
        return f"Send the issue again to {_recipients(count)}, who may have it already?"
    return f"Mark {_recipients(count, 'uncertain ')} as {decision}?"


def _recipients(count: int, kind: str = "") -> str:
    return f"{count} {kind}recipient{'s' * (count != 1)}"


def _release(slug: str, batch: "Batch", positions: list[int], decision: Decision, by: str) -> int:
    """Returns how many were settled, with a line in the desk's log. It reads the issue again,
    because the first batch to be sent again reopens it."""
    from functions.core import clock
    from functions.events.store import invited_facts
    from functions.newsletter.rules.ledger import State
    from functions.newsletter.rules.report import released
    from functions.newsletter.store.claims import release
    from functions.team.rules import Deed
    from functions.team.store import deeds

    now, after = clock.now(), released(batch, positions, State(decision))
    line = deeds.line(
        by, Deed.NEWSLETTER_SETTLED, slug, now, state=decision, recipients=len(positions)
    )
    issue = pause_resume_cancel.find_issue(slug)
    is_invited_again = issue.is_invitation and decision is Decision.PLANNED
    known = invited_facts.invited_again(issue, batch, positions, now) if is_invited_again else ()
    is_done = release(issue, batch, after, now, line, *known)
    return len(positions) if is_done else 0


def _print_settled(settled: dict[str, Any]) -> None:
    if options.wants_json():
        console.print_json(settled)
        return
    console.print_line(f"Marked {_recipients(settled['settled'])} as {settled['as']}.")
    if settled["left"]:
        console.print_line(f"Left unchanged, because they changed meanwhile: {settled['left']}")
