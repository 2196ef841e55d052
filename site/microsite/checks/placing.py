"""Turns the findings of a rule into problems with their file and line."""

from collections.abc import Iterator

from microsite.content.items import Item
from microsite.content.loading import CONTENT
from microsite.content.problems import Problem

Findings = Iterator[tuple[str | int, str]]  # a key of the front matter or a line; the problem


def placed(findings: Findings, item: Item) -> Iterator[Problem]:
    """A key that the file lacks is reported on its first line."""
    for where, text in findings:
        line = where if isinstance(where, int) else item.lines.get(where, 1)
        yield Problem(f"{CONTENT}/{item.path}", line, text)
