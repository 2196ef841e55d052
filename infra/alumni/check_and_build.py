"""`alumni check` and `alumni build`: they read the items of the working copy and need no cloud."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from microsite.content.problems import ContentError, Problem

from infra.alumni import annotations, console, options
from infra.alumni.annotations import Host
from infra.alumni.console import Exit
from infra.paths import BUILD, ROOT

if TYPE_CHECKING:
    from microsite.build import Built
    from microsite.checks.reach import Checked
    from microsite.content.edition import PublishedIssues

    from infra.external_links import LinkReport


def print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        console.error(str(problem))


def check(
    *,
    links: Annotated[bool, typer.Option("--links", help="Also test every external link.")] = False,
    annotate: Annotated[
        Host | None,
        typer.Option(
            help="For CI: also show each problem on its line. 'github' prints workflow commands on "
            "stderr, 'gitlab' writes build/code-quality.json."
        ),
    ] = None,
) -> None:
    """Check every item; print all problems at once, each with its file, line and remedy.

    Warnings are printed as well, and hold up nothing. Without problems, print the variants of each
    coming issue and the readers they reach.
    """
    from microsite.checks import reach

    with console.progress() as report:
        report("checking items", 0, 0)
        checked = reach.checked(ROOT)
        report("testing external links", 0, 0)
        tested = _test_links() if links else None
    problems = [*checked.problems, *(tested.problems if tested else ())]
    if options.wants_json():
        console.print_json(_check_document(checked, problems, tested))
    else:
        _print_check(checked, problems, tested)
    _annotate(annotate, problems, checked.warnings)
    if problems:
        raise typer.Exit(Exit.PROBLEMS)


def _annotate(host: Host | None, problems: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    if host is Host.GITHUB:
        for problem in problems:
            typer.echo(annotations.github(problem), err=True)
        for warning in warnings:
            typer.echo(annotations.github(warning, "warning"), err=True)
    elif host is Host.GITLAB:
        annotations.write_code_quality(problems, warnings)


def _test_links() -> "LinkReport | None":
    """None if mkdocs.yml can't be read, which is among the problems already."""
    from microsite.content.edition import read

    from infra import external_links

    try:
        return external_links.test_links(read(ROOT))
    except ContentError:
        return None


def _print_check(
    checked: "Checked", problems: Iterable[Problem], tested: "LinkReport | None"
) -> None:
    print_problems(problems)
    for warning in checked.warnings:
        console.warning(f"{warning.file}:{warning.line}: warning: {warning.text}")
    for issue in checked.issues:
        for line in issue.lines:
            console.print_line(line)
    if tested:
        _print_links(tested)
    if not problems:
        console.print_line("No problems found.")


def _print_links(tested: "LinkReport") -> None:
    for problem in tested.unanswered:
        console.print_line(str(problem))
    if tested.has_network:
        console.print_line(f"External links tested: {tested.count}")
    else:
        console.print_line("No network: external links not tested")


def _check_document(
    checked: "Checked", problems: Iterable[Problem], tested: "LinkReport | None"
) -> dict[str, Any]:
    issues = [{**asdict(issue), "send_at": issue.send_at.isoformat()} for issue in checked.issues]
    links = {"links": _links_document(tested)} if tested else {}
    shown = {"problems": problems, "warnings": checked.warnings}
    listed = {name: [asdict(entry) for entry in entries] for name, entries in shown.items()}
    return {**listed, "issues": issues, **links}


def _links_document(tested: "LinkReport") -> dict[str, Any]:
    unanswered = [
        {"file": problem.file, "line": problem.line, "text": problem.text}
        for problem in tested.unanswered
    ]
    return {"tested": tested.count, "unanswered": unanswered, "network": tested.has_network}


def build(
    *,
    site_url: Annotated[
        str | None,
        typer.Option(envvar="SITE_URL", help="Address of the site, instead of mkdocs.yml's."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for site/ and private/.")] = BUILD,
) -> None:
    """Check every item, then build the site and the functions' files into build/."""
    built = build_site(site_url, out)
    if options.wants_json():
        console.print_json(
            {
                "site": str(built.site),
                "private": str(built.private),
                "pages": built.pages,
                "seconds": round(built.seconds, 2),
            }
        )
    else:
        console.print_line(f"Built {built.pages} pages in {built.seconds:.1f} s: {built.site}")


def build_site(
    site_url: str | None, out: Path = BUILD, published: "PublishedIssues | None" = None
) -> "Built":
    """Check and build. Without `published`, every issue whose time is past is taken for sent.

    Raises:
        ContentError: with every problem; nothing was built.
    """
    # MkDocs and Material take a second to import: only builds wait for them.
    from microsite import build

    with console.progress() as report:
        report("building the site", 0, 0)
        return build.build(ROOT, out, site_url, published=published)
