"""`alumni issues pause`, `resume` and `cancel`: workers stop before their next batch."""

from collections.abc import Container
from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options, terminal
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.core.aws.table import Write
    from functions.newsletter.rules.ledger import Issue
    from functions.team.rules import Deed

TRIES = 5  # the planner may move the issue on between reading and writing


def pause(
    slug: options.Slug,
    *,
    reason: Annotated[str, typer.Option(help="Why, for colleagues.")] = "by hand",
) -> None:
    """Pause an issue that is being sent. Batches not yet handed to SES wait."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.ledger import Cause, IssueState, Pause
    from functions.newsletter.store import issues
    from functions.team.rules import Deed

    now, line = clock.now(), _line(Deed.NEWSLETTER_PAUSED, slug)
    changed = issues.pause(slug, Pause(Cause.PERSON, words=reason), now, line)
    _print_state(slug, {IssueState.PAUSED}, changed=changed)


def resume(
    slug: options.Slug,
) -> None:
    """Resume a paused issue where it stopped."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.ledger import RUNNING
    from functions.newsletter.store import issues
    from functions.team.rules import Deed

    changed = issues.resume(slug, clock.now(), _line(Deed.NEWSLETTER_RESUMED, slug))
    _print_state(slug, RUNNING, changed=changed)


def cancel(
    slug: options.Slug,
    *,
    yes: options.Yes = False,
) -> None:
    """Cancel an issue for good: recipients who haven't been sent it won't get it."""
    options.connect()
    from functions.newsletter.rules.ledger import CANCELLABLE, IssueState
    from functions.newsletter.store import issues
    from functions.team.rules import Deed

    issue = find_issue(slug)
    if issue.state in CANCELLABLE and not (yes or console.confirm(f"Cancel {slug} for good?")):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    line = _line(Deed.NEWSLETTER_CANCELLED, slug)
    changed = any(issues.cancel(find_issue(slug), line) for _ in range(TRIES))
    _print_state(slug, {IssueState.CANCELLED}, changed=changed)


def find_issue(slug: str) -> "Issue":
    """The issue; if there is none, prints an error and exits."""
    from functions.newsletter.store import issues

    issue = issues.get(slug)
    if issue is None:
        console.error(f"No issue found: {slug}")
        raise typer.Exit(Exit.PROBLEMS)
    return issue


def _line(deed: "Deed", slug: str) -> "Write":
    """The line of the desk's log for the transaction that does it."""
    from functions.core import clock
    from functions.team.store import deeds

    return deeds.line(terminal.actor(), deed, slug, clock.now())


def _print_state(slug: str, wanted: Container[str], *, changed: bool) -> None:
    """Print the issue's state now; exit with an error if it isn't among the wanted ones."""
    issue = find_issue(slug)
    if options.wants_json():
        console.print_json({"slug": slug, "state": issue.state, "changed": changed})
    elif issue.state in wanted:
        console.print_line(f"{slug} is {'' if changed else 'already '}{issue.state}.")
    if not changed and issue.state not in wanted:
        console.error(f"{slug} is {issue.state}. Nothing was changed.{_next_step(issue)}")
        raise typer.Exit(Exit.PROBLEMS)


def _next_step(issue: "Issue") -> str:
    from functions.newsletter.rules.ledger import IssueState

    if issue.state is not IssueState.SCHEDULED:
        return ""
    return (
        " To hold it back, write a later send_at in its file and publish, "
        f"or `alumni issues cancel {issue.slug}`."
    )
