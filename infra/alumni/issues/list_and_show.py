"""`alumni issues`: what became of each newsletter, and a test mail before it goes out."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.alumni import console, options
from infra.alumni.issues import forecast, new, pause_resume_cancel, preview, report, settle
from infra.cloud import issue_test_email, table_access

if TYPE_CHECKING:
    from functions.newsletter.rules.ledger import Issue

app = typer.Typer(
    no_args_is_help=True, help="Look after newsletter issues.", epilog=console.EXIT_CODES
)

app.command("new")(new.new)
app.command("preview")(preview.preview)
app.command("forecast")(forecast.forecast)
app.command("pause")(pause_resume_cancel.pause)
app.command("resume")(pause_resume_cancel.resume)
app.command("cancel")(pause_resume_cancel.cancel)
app.command("report")(report.report)
app.command("settle")(settle.settle)


@app.command("list")
def list_issues(
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """List the issues that the functions know of, newest first."""
    table_access.connect(options.place(region, endpoint_url, profile), stack)
    from functions.newsletter.store import issues

    newest_first = issues.newest_first()
    if json:
        console.document([asdict(issue) for issue in newest_first])
        return
    columns = ("slug", "state", "send at (UTC)", "recipients", "subject")
    console.table(columns, map(_cells, newest_first))


def _cells(issue: "Issue") -> tuple[str, str, str, str, str]:
    return issue.slug, issue.state, _at(issue.send_at), str(issue.planned), issue.subject


def _at(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


@app.command("show")
def show_issue(  # noqa: PLR0913 - a command's options
    slug: options.Slug,
    *,
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
    json: options.Json = False,
) -> None:
    """Show one issue and what became of its recipients, by state and reason."""
    table_access.connect(options.place(region, endpoint_url, profile), stack)
    issue = pause_resume_cancel.found(slug)
    with console.progress() as report:
        report("reading the ledger", 0, 0)
        recipients = _recipients(slug)
    if json:
        console.document(asdict(issue) | {"recipients": recipients})
    else:
        _tell(issue, recipients)


def _recipients(slug: str) -> dict[str, int]:
    from functions.newsletter.store import batches

    counted: Counter[str] = Counter()
    for batch in batches.of_issue(slug):
        counted.update(str(batch.outcome(at)) for at in range(len(batch.recipients)))
    return dict(counted.most_common())


def _tell(issue: "Issue", recipients: dict[str, int]) -> None:
    facts: dict[str, Any] = {
        "subject": issue.subject,
        "state": issue.state,
        "send at": f"{_at(issue.send_at)} UTC",
        "deadline": f"{_at(issue.deadline)} UTC" if issue.deadline else "none",
        "variants": ", ".join(variant.name for variant in issue.variants),
        "recipients": issue.planned,
    }
    if issue.paused_at:
        facts["paused"] = f"{_at(issue.paused_at)} UTC, {issue.reason}"
    elif issue.reason:
        facts["because"] = issue.reason
    for name, value in (facts | recipients).items():
        console.line(f"{name}: {value}")


@app.command("test-send")
def send_test(  # noqa: PLR0913 - a command's options
    slug: options.Slug,
    to: Annotated[str, typer.Option(help="The address that gets the test mail.")],
    *,
    variant: Annotated[str, typer.Option(help="Which variant, such as en.")] = "en",
    stack: options.Stack = options.STACK,
    region: options.Region = options.REGION,
    endpoint_url: options.Endpoint = None,
    profile: options.Profile = None,
) -> None:
    """Send one published variant of an issue to one address. The ledger knows nothing of it."""
    place = options.place(region, endpoint_url, profile)
    found = table_access.connect(place, stack)
    message_id = issue_test_email.send(place, found, slug, variant, to)
    console.line(f"Sent to {to}: {message_id}")
