"""Lines that Markdown shows as something else than what was written, each with its remedy: lists
that are none, numbers that change, and headings that nobody meant."""

import re
from collections.abc import Iterator
from itertools import pairwise

from microsite.content.rendered_body import MARK, visible

_ITEM = re.compile(r"(?P<indent> *)(?:[-*+]|(?P<number>\d{1,9})\.)[ \t]+\S")
# As Word lists: Markdown runs their lines together.
_OF_WORD = re.compile(
    r"[ \t]*(?:[\u2022\u2023\u25aa\u25cb\u25cf\u25e6\u00b7\uf0b7]|\d+\)|[a-z]\))[ \t]+\S"
)
_DASHED = re.compile(r"[ \t]*[\u2013\u2014][ \t]+\S")
_UNDERLINE = re.compile(r"-+[ \t]*")
_HASH = re.compile(r"(?:(?:[>*+-]|\d+\.)[ \t]+)*(?P<word>#{1,6}[^#\s]\S*)")
_TAB = 4  # spaces that nest a list
_APART = re.compile(r"#|[>|<]|={3,}|-{3,}")  # a list may follow these directly


def line_traps(body: str) -> Iterator[tuple[int, str]]:
    """Lines, from 1 within the body, with their problem."""
    lists = _Lists()
    lines = visible(body).split("\n")
    yield from _of_word(lines)
    yield from _underlined(lines)
    for number, line in enumerate(lines, 1):
        if hashed := _HASH.match(line):
            word = hashed["word"]
            yield number, f"'{word}' becomes a heading: write \\{word}, or a space after the #"
        problem = lists.problem(line)
        if problem:
            yield number, problem


def _of_word(lines: list[str]) -> Iterator[tuple[int, str]]:
    """One for each list. A dash alone may begin what somebody says."""
    for number, (before, line) in enumerate(pairwise(["", *lines]), 1):
        after = lines[number] if number < len(lines) else ""
        for pattern in (_OF_WORD, _DASHED):
            if pattern.match(line) and pattern.match(after) and not pattern.match(before):
                yield number, "is no list: begin its lines with a hyphen, or with 1. and so on"


def _underlined(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A line of a letter's end, above the line that is to part it from what follows."""
    for number, (above, text, line) in enumerate(
        zip(["", *lines], lines, lines[1:], strict=False), 1
    ):
        is_text = text.strip() and not _APART.match(text) and not _ITEM.match(text)
        if is_text and not above.strip() and _UNDERLINE.fullmatch(line):
            yield number, "becomes a heading: put an empty line below it, or begin it with ##"


class _Lists:
    """Follows the lists of a text, line by line. `_last` is the last number by indent."""

    def __init__(self) -> None:
        self._inside = False
        self._blank = True
        self._last: dict[int, int] = {}

    def problem(self, line: str) -> str:
        item = _ITEM.match(line)
        if item and (self._inside or (self._blank and len(item["indent"]) < _TAB)):
            self._inside, self._blank = True, False
            return self._item(len(item["indent"]), item["number"])
        glued = item and not self._blank and item["number"] in {None, "1"}
        self._follow(line)
        return "is no list: put an empty line before the list" if glued else ""

    def _item(self, indent: int, number: str | None) -> str:
        if indent % _TAB in {2, 3}:
            return "is not nested: indent a list within a list by four spaces"
        level = indent // _TAB
        self._last = {key: last for key, last in self._last.items() if key <= level}
        last = self._last.pop(level, None)
        if number is None:
            return ""
        self._last[level] = int(number)
        if last is None or int(number) == last + 1 or (last == 1 and number == "1"):
            return ""
        return f"'{number}.' would be counted on from '{last}.': write {number}\\. for a date"

    def _follow(self, line: str) -> None:
        blank = not line.strip() or bool(MARK.fullmatch(line))
        if not blank and self._blank and not line.startswith(" "):
            self._inside, self._last = False, {}
        if MARK.fullmatch(line):
            self._inside, self._last = False, {}
        self._blank = blank or (not self._inside and bool(_APART.match(line)))
