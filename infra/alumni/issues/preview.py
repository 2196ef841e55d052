"""`alumni issues preview`: every variant of an issue as an email; a link to share it."""

import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from microsite.content.problems import ContentError, Problem, suggestion

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud import preview_link as sharing
from infra.paths import BUILD, ROOT

if TYPE_CHECKING:
    from microsite.content.edition import Edition
    from microsite.content.items import Newsletter
    from microsite.output.site import Site

    from infra.issue_preview.page import Shown


@dataclass(frozen=True)
class Preview:
    page: str
    every: "Sequence[Shown]"
    problems: Sequence[Problem]


def preview(
    slug: options.Slug,
    *,
    opens: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
    link: Annotated[
        bool, typer.Option("--link", help="Also create a link to share it, valid for seven days.")
    ] = False,
) -> None:
    """Preview every variant as an email: desktop, phone, dark, images off, plain text.

    It renders the working copy, published or not; only --link needs the cloud.
    """
    with console.progress() as report:
        report("rendering", 0, 0)
        rendered = render(slug)
    path = _write(slug, rendered.page)
    shared = _share(slug, rendered.page) if link else None
    if options.wants_json():
        console.print_json(_document(path, rendered, shared))
    else:
        _print_preview(path, rendered, shared)
    if opens:
        webbrowser.open(path.as_uri())
    if rendered.problems:
        raise typer.Exit(Exit.PROBLEMS)


def render(slug: str) -> Preview:
    """Render the issue from the working copy.

    Raises:
        ContentError: the issue can't be rendered.
        Exit: there is no such issue.
    """
    from microsite.content.edition import read
    from microsite.output.site import Site

    from infra.issue_preview import page

    site = Site(read(ROOT))
    issue = find_issue(slug, site.edition)
    of_issue = problems(issue, site)
    variants = site.variants(issue)
    files = {version.lang: version for version in site.edition.versions(issue)}
    every = [page.shown(variant, variants, site, files[variant.language]) for variant in variants]
    return Preview(page.render(issue, every, of_issue, site.edition), every, of_issue)


def find_issue(slug: str, edition: "Edition") -> "Newsletter":
    """The issue or invitation in the site's language, even a draft; else prints a suggestion and
    exits."""
    from microsite.content.invitation import invitation
    from microsite.content.items import Event, Newsletter

    items, lang = edition.paths.values(), edition.settings.language
    known = {i.slug: i for i in items if isinstance(i, Newsletter)}
    events = (i for i in items if isinstance(i, Event) and i.invite is not None and i.invite_at)
    known |= {event.slug: invitation(event, lang) for event in events}
    if slug in known:
        return known[slug]
    if edition.content.problems:
        raise ContentError(edition.content.problems)
    console.error(f"No issue found: {slug}: {suggestion(slug, sorted(known))}")
    raise typer.Exit(Exit.PROBLEMS)


def problems(issue: "Newsletter", site: "Site") -> list[Problem]:
    """The problems of `alumni check` in the issue's files, even if it is past or a draft.

    Raises:
        ContentError: with problems that make rendering impossible.
    """
    from microsite.checks import check
    from microsite.checks.mail import mail_check
    from microsite.content.loading import CONTENT

    files = {f"{CONTENT}/{version.path}" for version in site.edition.versions(issue)}
    written = [problem for problem in check.written_problems(site) if problem.file in files]
    if written:
        raise ContentError(written)
    return sorted(set(mail_check.issue_problems(issue, site)))


def _write(slug: str, page: str) -> Path:
    path = BUILD / "preview" / f"{slug}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _share(slug: str, page: str) -> sharing.Link:
    bucket = options.connect()["PrivateBucket"]
    return sharing.share(options.shared().aws, bucket, slug, page, datetime.now(UTC))


def _document(path: Path, rendered: Preview, shared: sharing.Link | None) -> dict[str, object]:
    return {
        "file": str(path),
        "variants": [
            {"name": shown.variant.name, "readers": shown.reach, "bytes": shown.bytes}
            for shown in rendered.every
        ],
        "problems": [str(problem) for problem in rendered.problems],
        "link": shared and {"url": shared.url, "until": shared.until.isoformat()},
    }


def _print_preview(path: Path, rendered: Preview, shared: sharing.Link | None) -> None:
    for shown in rendered.every:
        size = "no email" if shown.variant.is_silent else shown.kilobytes
        console.print_line(f"{shown.variant.name}: {shown.language}, {shown.reach} ({size})")
    for problem in rendered.problems:
        console.error(str(problem))
    console.print_line(f"Preview: {path}")
    if shared:
        console.print_line(f"Link, valid until {shared.until:%Y-%m-%d %H:%M} UTC: {shared.url}")
        if shared.is_brief:
            console.print_line(
                "Your credentials are temporary: if they expire earlier, so does the link."
            )
