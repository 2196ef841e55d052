"""`alumni issues settle`: what only a person decides about those of whom nobody knows."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
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
        typer.Option("--as", help="What they are from now on; planned sends it to them again."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Decide about the uncertain ones of whom no event has told for a day."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.report import may_be_sent_again

    issue = pause_resume_cancel.found(slug)
    if decision is Decision.PLANNED and not may_be_sent_again(issue, clock.now()):
        console.complain(
            f"{slug} is {issue.state} or past its deadline: nothing of it is sent again."
        )
        raise typer.Exit(Exit.PROBLEMS)
    doubtful = _doubtful(slug)
    count = sum(len(positions) for _, positions in doubtful)
    if count and not (yes or pause_resume_cancel.ask(_question(decision, count))):
        console.complain("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    done = sum(_release(slug, *each, decision) for each in doubtful)
    _tell({"slug": slug, "as": decision, "settled": done, "left": count - done})


def _doubtful(slug: str) -> "list[tuple[Batch, list[int]]]":
    from functions.core import clock
    from functions.newsletter.rules.report import doubtful
    from functions.newsletter.store import batches

    found = ((batch, doubtful(batch, clock.now())) for batch in batches.of_issue(slug))
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
    from functions.newsletter.store.claims import release

    after = released(batch, positions, State(decision))
    is_done = release(pause_resume_cancel.found(slug), batch, after, clock.now())
    return len(positions) if is_done else 0


def _tell(told: dict[str, Any]) -> None:
    if options.wants_json():
        console.document(told)
        return
    console.line(f"{told['settled']} are {told['as']} now.")
    if told["left"]:
        console.line(f"{told['left']} changed meanwhile and stay as they are.")
