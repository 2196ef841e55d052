"""`alumni issues new`: a draft file for a new issue."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.paths import ROOT

if TYPE_CHECKING:
    from microsite.content.company import Settings

FOLDER = "site/content/newsletters"
IN_DAYS = 7
HOUR = 9


def new(
    slug: options.Slug,
    *,
    send_at: Annotated[
        str | None,
        typer.Option(
            help="When to send it, in the company's time zone, such as '2026-12-01 09:00'. "
            "Default: in a week."
        ),
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="For quarterly readers.")] = False,
) -> None:
    """Create the file of a new issue: a draft to write into. It never overwrites a file."""
    from microsite.content import edition, fields
    from microsite.letters import new_issue

    known = edition.read(ROOT)
    try:
        fields.slug(slug, known.settings)
        moment = _send_at(send_at, known.settings)
    except fields.FieldError as error:
        raise typer.BadParameter(str(error)) from None
    path = ROOT / FOLDER / f"{moment:%Y-%m-%d}-{slug}.md"
    taken = [item.path for item in known.content.items if item.slug == slug]
    if taken or not _create(path, new_issue.text(moment, known.settings, digest=digest)):
        name = f"site/content/{taken[0]}" if taken else path.relative_to(ROOT)
        console.error(f"{name} already has the slug {slug}: choose another")
        raise typer.Exit(Exit.PROBLEMS)
    name = str(path.relative_to(ROOT))
    if options.wants_json():
        console.print_json({"file": name, "send_at": moment.isoformat()})
    else:
        console.print_line(
            f"Created {name}: write it, preview it with `alumni issues preview {slug}`, "
            "then delete the line `draft: true`"
        )


def _send_at(text: str | None, settings: "Settings") -> datetime:
    from microsite.content import fields

    if text:
        return fields.localise(fields.moment(text, settings), settings.time_zone)
    day = datetime.now(ZoneInfo(settings.time_zone)) + timedelta(days=IN_DAYS)
    return day.replace(hour=HOUR, minute=0, second=0, microsecond=0)


def _create(path: Path, text: str) -> bool:
    """Returns False if the file exists already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
