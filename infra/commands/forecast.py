"""`alumni issues forecast`: how many an issue goes to, and whether, how fast and for how much."""

import math
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import typer

from infra.cloud.account import account
from infra.cloud.place import ROOT
from infra.commands import options, preview, show, table
from infra.commands.show import Exit

if TYPE_CHECKING:
    from microsite.items import Newsletter

    from infra.forecast import Forecast

MINUTE = 60


def forecast(  # noqa: PLR0913 - a command's options
    slug: options.Slug,
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """Count an issue's readers by variant; compare with SES's quota; say how long and how much.

    The issue is the working copy's, its readers are those of this moment.
    """
    place = options.place(region, endpoint_url, profile)
    table.connect(place, stack)
    from microsite.edition import read
    from microsite.newsletters import variants

    from infra.forecast import forecast as counted

    edition = read(ROOT)
    issue = preview.found(slug, edition)
    made = variants(issue, edition)
    with show.progress() as report:
        report("counting readers", 0, 0)
        people = _people(issue)
        found = counted(people, issue, made, edition.settings.languages, account(place))
    show.document(_document(slug, found)) if json else _tell(slug, found)
    if found.problems:
        raise typer.Exit(Exit.PROBLEMS)


def _people(issue: "Newsletter") -> Iterator[dict[str, Any]]:
    """Every member, or those who got what the issue corrects, as the table has them."""
    from functions.membership import store as members

    every = chain.from_iterable(members.members(shard) for shard in members.SHARDS)
    if not issue.corrects:
        return every
    got = _recipients(issue.corrects)
    return (person for person in every if person["sk"] in got)


def _recipients(slug: str) -> set[str]:
    """The ids of those to whom an issue was sent."""
    from functions.newsletter import store
    from functions.newsletter.rules.ledger import State

    return {
        who
        for batch in store.batches(slug)
        for at, who in enumerate(batch.recipients)
        if batch.outcome(at).state is State.SENT
    }


def _document(slug: str, found: "Forecast") -> dict[str, Any]:
    account = found.account
    return {
        "slug": slug,
        "recipients": found.recipients,
        "variants": dict(found.variants),
        "silent": found.silent,
        "quota": {
            "daily": account.daily,
            "sent": account.sent,
            "left": account.left,
            "rate": account.rate,
            "sandbox": account.in_sandbox,
        },
        "seconds": found.seconds,
        "dollars": round(found.cost, 4),
        "problems": found.problems,
    }


def _tell(slug: str, found: "Forecast") -> None:
    show.line(f"{slug}: {found.recipients:,} recipient{'s' * (found.recipients != 1)}")
    width = max((len(name) for name in found.variants), default=0)
    for name, count in found.variants.items():
        show.line(f"  {name:{width}}  {count:,}")
    if found.silent:
        show.line(f"  and {found.silent:,} whom it has nothing to say to")
    account = found.account
    left = (
        "no limit" if account.left is None else f"{account.left:,} of {account.daily:,} mails left"
    )
    show.line(f"SES: {left} for these 24 hours, {account.rate:g} a second")
    if found.seconds is not None:
        show.line(f"It takes about {duration(found.seconds)} and costs about ${found.cost:.2f}.")
    for problem in found.problems:
        show.complain(problem)


def duration(seconds: int) -> str:
    """Such as `40 seconds`, `12 minutes`, `2 hours 5 minutes`."""
    if seconds < 2 * MINUTE:
        return f"{seconds} second{'s' * (seconds != 1)}"
    hours, minutes = divmod(math.ceil(seconds / MINUTE), MINUTE)
    parts = [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{n} {what}{'s' * (n != 1)}" for n, what in parts if n)
