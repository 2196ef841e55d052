"""`alumni issues new`: a file to write an issue into, where HR's items stand."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud.place import ROOT

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
            help="When it goes, in the company's time: '2026-12-01 09:00'. Else in a week."
        ),
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="One for quarterly readers.")] = False,
) -> None:
    """Write the file of a new issue, a draft that only needs its words. Never overwrites one."""
    from microsite.content import edition, fields
    from microsite.letters import new_issue

    known = edition.read(ROOT)
    try:
        fields.slug(slug, known.settings)
        moment = _moment(send_at, known.settings)
    except fields.FieldError as error:
        raise typer.BadParameter(str(error)) from None
    path = ROOT / FOLDER / f"{moment:%Y-%m-%d}-{slug}.md"
    taken = [item.path for item in known.content.items if item.slug == slug]
    if taken or not _written(path, new_issue.text(moment, digest=digest)):
        name = f"site/content/{taken[0]}" if taken else path.relative_to(ROOT)
        console.complain(f"{name} has the slug {slug} already: take another")
        raise typer.Exit(Exit.PROBLEMS)
    name = str(path.relative_to(ROOT))
    if options.wants_json():
        console.document({"file": name, "send_at": moment.isoformat()})
    else:
        console.line(
            f"{name}: write it, look at it with `mkdocs serve`, then take out the line draft"
        )


def _moment(said: str | None, settings: "Settings") -> datetime:
    from microsite.content import fields

    if said:
        return fields.localise(fields.moment(said, settings), settings.time_zone)
    day = datetime.now(ZoneInfo(settings.time_zone)) + timedelta(days=IN_DAYS)
    return day.replace(hour=HOUR, minute=0, second=0, microsecond=0)


def _written(path: Path, text: str) -> bool:
    """Whether it could be written; what is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
