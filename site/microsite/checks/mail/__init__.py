"""What is wrong with an issue's mail, before it may go. Takes what was rendered; opens nothing.

Every problem completes a line `file:line: ` and says what to do. The line is that of a key of the
issue's front matter, or a number."""

from collections.abc import Callable, Iterator

from microsite.checks.mail import contrast, headers, links, markup, outlook, size
from microsite.checks.mail.names import misspelt
from microsite.checks.mail.page import read
from microsite.content.items import Newsletter
from microsite.edition import Edition
from microsite.letters.variant import Variant

__all__ = ["Found", "misspelt", "problems"]

Found = Iterator[tuple[str | int, str]]  # the key, or the line, that is wrong, and why


def problems(variant: Variant, issue: Newsletter, edition: Edition) -> Found:
    """All that is wrong with one variant; `issue` is the file in the variant's language."""
    page = read(variant.html)
    for where, text in headers.problems(variant):
        inherited = where == "preheader" and where not in issue.lines
        yield ("summary" if inherited else where), text
    body: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: size.problems(variant.html),
        lambda: markup.problems(variant, page, edition.settings),
        lambda: links.problems(variant, page, edition),
        lambda: contrast.problems(page),
        lambda: outlook.problems(variant.html),
    )
    for rule in body:
        yield from ((issue.body_line, text) for text in rule())
