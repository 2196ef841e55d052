"""`alumni issues pause`, `resume` and `cancel`: each takes effect within one batch per worker."""

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue

TRIES = 5  # the planner may move the issue on between reading and writing


def pause(
    slug: options.Slug,
    *,
    reason: Annotated[str, typer.Option(help="Why, for those who look at it.")] = "by hand",
) -> None:
    """Hold an issue that is going out. What SES has not been given yet waits."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.ledger import Cause, IssueState, Pause
    from functions.newsletter.store import issues

    changed = issues.pause(slug, Pause(Cause.PERSON, words=reason), clock.now())
    _tell(slug, {IssueState.PAUSED}, changed=changed)


def resume(
    slug: options.Slug,
) -> None:
    """Let a paused issue go on where it stopped."""
    options.connect()
    from functions.core import clock
    from functions.newsletter.rules.ledger import RUNNING
    from functions.newsletter.store import issues

    _tell(slug, RUNNING, changed=issues.resume(slug, clock.now()))


def cancel(
    slug: options.Slug,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """End an issue for good: whoever has not got it by now doesn't get it."""
    options.connect()
    from functions.newsletter.rules.ledger import CANCELLABLE, IssueState
    from functions.newsletter.store import issues

    issue = found(slug)
    if issue.state in CANCELLABLE and not (yes or ask(f"Cancel {slug} for good?")):
        console.complain("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    changed = _until_done(slug, issues.cancel)
    _tell(slug, {IssueState.CANCELLED}, changed=changed)


def ask(question: str) -> bool:
    return typer.confirm(question, err=True)


def found(slug: str) -> "Issue":
    """The issue; complains and exits where there is none."""
    from functions.newsletter.store import issues

    issue = issues.get(slug)
    if issue is None:
        console.complain(f"There is no issue {slug}.")
        raise typer.Exit(Exit.PROBLEMS)
    return issue


def _until_done(slug: str, change: "Callable[[Issue], bool]") -> bool:
    return any(change(found(slug)) for _ in range(TRIES))


def _tell(slug: str, wanted: Container[str], *, changed: bool) -> None:
    """The issue as it stands now; a problem where that is not what was wanted."""
    issue = found(slug)
    if options.wants_json():
        console.document({"slug": slug, "state": issue.state, "changed": changed})
    elif issue.state in wanted:
        console.line(f"{slug} is {issue.state}{'' if changed else ' already'}.")
    if not changed and issue.state not in wanted:
        console.complain(f"{slug} is {issue.state}; nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
