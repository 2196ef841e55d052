"""`alumni issues forecast`: recipients, duration and cost of an issue, and SES's quota."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from functions.core.clock import HOUR, MINUTE
from functions.core.mail.ses_account import read_account
from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.alumni.issues import preview
from infra.paths import ROOT

if TYPE_CHECKING:
    from functions.newsletter.rules.batches import Subscriber
    from functions.newsletter.rules.ledger import Issue
    from infra.issue_forecast import Forecast


def forecast(
    slug: options.Slug,
) -> None:
    """Count recipients by variant, compare with SES's quota, estimate duration and cost.

    The issue is the working copy's; its recipients are today's members.
    """
    options.connect()
    from microsite.content.edition import read
    from microsite.output.site import Site

    from infra import issue_forecast as rules

    site = Site(read(ROOT))
    issue = preview.find_issue(slug, site.edition)
    planned = rules.as_planned(issue, site.variants(issue))
    with console.progress() as report:
        report("counting recipients", 0, 0)
        languages = site.edition.settings.languages
        ses = read_account(options.shared().aws.client("sesv2"))
        result = rules.forecast(_readers(planned), planned, languages, ses)
    if options.wants_json():
        console.print_json(_document(slug, result))
    else:
        _print_forecast(slug, result)
    if result.problems:
        raise typer.Exit(Exit.PROBLEMS)


def _readers(issue: "Issue") -> Iterator["Subscriber"]:
    """The subscribers that the planner would choose now, read page by page."""
    from functions.newsletter.rules.batches import PAGE_SIZE
    from functions.newsletter.store import readers

    while issue.cursor != readers.END:
        page, cursor = readers.next_page(issue, PAGE_SIZE)
        yield from page
        issue = replace(issue, cursor=cursor)


def _document(slug: str, result: "Forecast") -> dict[str, Any]:
    account = result.account
    return {
        "slug": slug,
        "recipients": result.recipients,
        "variants": dict(result.variants),
        "silent": result.silent,
        "quota": {
            "daily": account.daily,
            "sent": account.sent,
            "left": account.left,
            "rate": account.rate,
            "sandbox": account.in_sandbox,
        },
        "seconds": result.seconds,
        "dollars": round(result.cost, 4),
        "problems": result.problems,
    }


def _print_forecast(slug: str, result: "Forecast") -> None:
    console.print_line(f"{slug}: {result.recipients:,} recipient{'s' * (result.recipients != 1)}")
    width = max((len(name) for name in result.variants), default=0)
    for name, count in result.variants.items():
        console.print_line(f"  {name:{width}}  {count:,}")
    if result.silent:
        console.print_line(f"  {result.silent:,} more get no email (nothing for them in it)")
    account = result.account
    left = (
        "no limit" if account.left is None else f"{account.left:,} of {account.daily:,} emails left"
    )
    console.print_line(f"SES: {left} in these 24 hours; rate: {account.rate:g} per second")
    if result.seconds is not None:
        console.print_line(f"Duration: about {duration(result.seconds)}")
        console.print_line(f"Cost: about ${result.cost:.2f}")
    for problem in result.problems:
        console.error(problem)


def duration(seconds: int) -> str:
    """For example `40 seconds`, `12 minutes`, `2 hours 5 minutes`."""
    if seconds < 2 * MINUTE:
        return f"{seconds} second{'s' * (seconds != 1)}"
    hours, minutes = divmod(math.ceil(seconds / MINUTE), HOUR // MINUTE)
    parts = [(hours, "hour"), (minutes, "minute")]
    return " ".join(f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n)
