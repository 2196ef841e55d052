"""Finds problems in the emails of coming issues. Takes rendered emails; opens nothing.

Every problem completes a line `file:line: ` and names the remedy."""

from collections.abc import Callable, Iterator

from microsite.checks.mail import (
    addresses,
    contrast,
    headers,
    markup,
    misspelt_names,
    outlook,
    size,
)
from microsite.checks.mail.mail_page import read
from microsite.checks.placing import Findings, placed
from microsite.content.items import Newsletter
from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem
from microsite.letters.variants import Variant
from microsite.output.site import Site


def coming_problems(site: Site, broken: set[str]) -> Iterator[Problem]:
    """Problems of all coming issues, except those with a file in `broken`, the files that have
    problems already."""
    edition = site.edition
    for issue in edition.mailings:
        files = {f"{CONTENT}/{version.path}" for version in edition.versions(issue)}
        if not issue.is_past(edition.now) and not broken & files:
            yield from issue_problems(issue, site)


def issue_problems(issue: Newsletter, site: Site) -> Iterator[Problem]:
    """Problems of one issue, past or not, in all its languages; silent variants are not sent."""
    files = {version.lang: version for version in site.edition.versions(issue)}
    for version in files.values():
        yield from placed(misspelt_names.problems(version, site.edition.settings), version)
    try:
        variants = site.variants(issue)
    except ContentError as error:
        yield from error.problems
        return
    for variant in variants:
        if not variant.is_silent:
            version = files[variant.language]
            findings = variant_problems(variant, version, site)
            of = "the invitation: " if issue.event else ""
            yield from placed(((where, of + text) for where, text in findings), version)


def variant_problems(variant: Variant, issue: Newsletter, site: Site) -> Findings:
    """Problems of one variant; `issue` is the file in the variant's language."""
    page = read(variant.html)
    for where, text in headers.problems(variant):
        inherited = where == "preheader" and where not in issue.lines
        yield ("summary" if inherited else where), text
    rules: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: size.problems(variant.html),
        lambda: markup.problems(variant, page, site.edition.settings),
        lambda: addresses.problems(variant, page, site),
        lambda: contrast.problems(page),
        lambda: outlook.problems(variant.html),
    )
    for rule in rules:
        yield from ((issue.body_line, text) for text in rule())
