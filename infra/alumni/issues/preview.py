"""`alumni issues preview`: every variant of an issue as mail, in the browser; a link for others."""

import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from microsite.content.problems import ContentError, Problem, meant

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud import preview_link as sharing
from infra.cloud.place import BUILD, ROOT

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
        bool, typer.Option("--link", help="Also make a link for others, good for seven days.")
    ] = False,
) -> None:
    """Show every variant of an issue as mail: desktop, phone, dark, pictures off, text part.

    It is what the working copy says, published or not; only --link needs the cloud.
    """
    with console.progress() as report:
        report("rendering", 0, 0)
        made = of(slug)
    path = _written(slug, made.page)
    shared = _share(slug, made.page) if link else None
    if options.wants_json():
        console.document(_document(path, made, shared))
    else:
        _tell(path, made, shared)
    if opens:
        webbrowser.open(path.as_uri())
    if made.problems:
        raise typer.Exit(Exit.PROBLEMS)


def of(slug: str) -> Preview:
    """Rendered from the working copy.

    Raises:
        ContentError: there is no such issue, or it can't be rendered as it is written.
    """
    from microsite.content.edition import read
    from microsite.output.site import Site

    from infra.issue_preview import page

    site = Site(read(ROOT))
    issue = found(slug, site.edition)
    problems = _problems(issue, site)
    made = site.variants(issue)
    files = {version.lang: version for version in site.edition.versions(issue)}
    every = [page.shown(each, made, site, files[each.language]) for each in made]
    return Preview(page.render(issue, every, problems, site.edition), every, problems)


def found(slug: str, edition: "Edition") -> "Newsletter":
    """The issue in the site's language, a draft too; else says what was meant, or is broken."""
    from microsite.content.items import Newsletter

    known = {i.slug: i for i in edition.paths.values() if isinstance(i, Newsletter)}
    if slug in known:
        return known[slug]
    if edition.content.problems:
        raise ContentError(edition.content.problems)
    console.complain(f"There is no issue {slug} here: {meant(slug, sorted(known))}")
    raise typer.Exit(Exit.PROBLEMS)


def _problems(issue: "Newsletter", site: "Site") -> list[Problem]:
    """What `alumni check` says of the issue's files, be it past or a draft.

    Raises:
        ContentError: what is wrong leaves nothing to render.
    """
    from microsite.checks import check
    from microsite.checks.mail import mail_check
    from microsite.content.loading import CONTENT

    files = {f"{CONTENT}/{version.path}" for version in site.edition.versions(issue)}
    written = [problem for problem in check.written_problems(site) if problem.file in files]
    if written:
        raise ContentError(written)
    return sorted(set(mail_check.issue_problems(issue, site)))


def _written(slug: str, page: str) -> Path:
    path = BUILD / "preview" / f"{slug}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _share(slug: str, page: str) -> sharing.Link:
    bucket = options.connect()["PrivateBucket"]
    return sharing.share(options.shared().place, bucket, slug, page, datetime.now(UTC))


def _document(path: Path, made: Preview, shared: sharing.Link | None) -> dict[str, object]:
    return {
        "file": str(path),
        "variants": [
            {"name": one.variant.name, "readers": one.reach, "bytes": one.bytes}
            for one in made.every
        ],
        "problems": [str(problem) for problem in made.problems],
        "link": shared and {"url": shared.url, "until": shared.until.isoformat()},
    }


def _tell(path: Path, made: Preview, shared: sharing.Link | None) -> None:
    for one in made.every:
        size = "nothing to say" if one.variant.is_silent else one.kilobytes
        console.line(f"{one.variant.name}: {one.language}, {one.reach} ({size})")
    for problem in made.problems:
        console.complain(str(problem))
    console.line(f"Preview: {path}")
    if shared:
        console.line(f"Link until {shared.until:%Y-%m-%d %H:%M} UTC: {shared.url}")
        if shared.is_brief:
            console.line(
                "Your credentials are temporary: the link ends when they do, if that is first."
            )
