"""The issues to come, each rendered as its readers would get it, and what is wrong with it."""

from collections.abc import Iterator

from microsite.checks.mail import Found, misspelt, problems
from microsite.content.items import Newsletter
from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem
from microsite.edition import Edition
from microsite.letters.rendering import variants


def of(edition: Edition, wrong: set[str]) -> Iterator[Problem]:
    """`wrong` are files that have problems already: an issue with such a file can wait."""
    for issue in edition.items:
        if isinstance(issue, Newsletter) and not issue.is_past(edition.now):
            files = {f"{CONTENT}/{version.path}" for version in edition.versions(issue)}
            if not wrong & files:
                yield from of_one(issue, edition)


def of_one(issue: Newsletter, edition: Edition) -> Iterator[Problem]:
    """One issue, past or not, in all its languages; a silent variant goes to nobody."""
    files = {version.lang: version for version in edition.versions(issue)}
    for version in files.values():
        yield from _placed(misspelt(version, edition.settings), version)
    try:
        made = variants(issue, edition)
    except ContentError as error:
        yield from error.problems
        return
    for variant in made:
        if not variant.is_silent:
            version = files[variant.language]
            yield from _placed(problems(variant, version, edition), version)


def _placed(found: Found, issue: Newsletter) -> Iterator[Problem]:
    for where, text in found:
        line = where if isinstance(where, int) else issue.lines.get(where, 1)
        yield Problem(f"{CONTENT}/{issue.path}", line, text)
