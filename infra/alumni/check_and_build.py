"""`alumni check` and `alumni build`: what HR wrote, without any cloud."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from microsite.build import Built
from microsite.content.problems import Problem

from infra.alumni import console, link_report, options
from infra.alumni.console import Exit
from infra.cloud.place import BUILD, ROOT

if TYPE_CHECKING:
    from microsite.checks.reach import Checked

    from infra.external_links import Answers


def show_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        console.complain(str(problem))


def check(
    *,
    links: Annotated[
        bool, typer.Option("--links", help="Ask every external link, too, whether it answers.")
    ] = False,
) -> None:
    """Check every item that HR wrote: all problems at once, as file:line: what to write.

    If nothing is wrong, it says for each issue to come which variants it has and whom they reach.
    """
    from microsite.checks import reach

    with console.progress() as report:
        report("checking", 0, 0)
        found = reach.checked(ROOT)
        report("asking links", 0, 0)
        asked = link_report.of(ROOT) if links else None
    problems = [*found.problems, *(asked.problems if asked else ())]
    if options.wants_json():
        console.document(_told(found, problems, asked))
    else:
        show_problems(problems)
        _tell(found, asked)
    if problems:
        raise typer.Exit(Exit.PROBLEMS)
    if not options.wants_json():
        console.line("Everything is in order.")


def _tell(found: "Checked", asked: "Answers | None") -> None:
    for line in (line for issue in found.issues for line in issue.lines):
        console.line(line)
    if asked:
        link_report.tell(asked)


def _told(found: "Checked", problems: Iterable[Problem], asked: "Answers | None") -> dict[str, Any]:
    """The whole answer for programs."""
    issues = [{**asdict(issue), "send_at": issue.send_at.isoformat()} for issue in found.issues]
    links = {"links": link_report.document(asked)} if asked else {}
    return {"problems": [asdict(each) for each in problems], "issues": issues, **links}


def build(
    *,
    site_url: Annotated[
        str | None,
        typer.Option(envvar="SITE_URL", help="The site's address instead of mkdocs.yml's."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where site/ and private/ are put.")] = BUILD,
) -> None:
    """Build the site and what the functions need into build/, if nothing is wrong with any item."""
    built = built_site(site_url, out)
    if options.wants_json():
        console.document(
            {
                "site": str(built.site),
                "private": str(built.private),
                "pages": built.pages,
                "seconds": round(built.seconds, 2),
            }
        )
    else:
        console.line(f"{built.pages} pages in {built.seconds:.1f} s: {built.site}")


def built_site(site_url: str | None, out: Path = BUILD) -> Built:
    """Check and build.

    Raises:
        ContentError: with everything that is wrong; nothing was built then.
    """
    # MkDocs and Material take a second to import: only those wait who build.
    from microsite.build import build as build_site

    with console.progress() as report:
        report("building the site", 0, 0)
        return build_site(ROOT, out, site_url)
