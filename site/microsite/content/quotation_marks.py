"""Quotation marks as the language of a text has them, where its writer typed straight ones."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown  # type: ignore[import-untyped]
from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.extensions.smarty import SubstituteTextPattern  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from markdown.util import AtomicString  # type: ignore[import-untyped]

_ENGLISH = ("&ldquo;", "&rdquo;", "&lsquo;", "&rsquo;")  # as smarty writes them
_MARKS = {
    "de": ("&bdquo;", "&ldquo;", "&sbquo;", "&lsquo;"),
    "sv": ("&rdquo;", "&rdquo;", "&rsquo;", "&rsquo;"),
}
_CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"
_MARK = re.compile("|".join(_ENGLISH))
# To smarty an apostrophe ends a quotation, and German writes that in another way. There is one
# within a word (geht's), and one after a word (Hans' Haus) that ends no quotation.
_WITHIN = re.compile(r"(?<=[^\W_])'(?=[^\W_])")
_AFTER = re.compile(r"(?<![^\W_])'[^']*[^\s']'(?![^\W_])|(?<=[^\W_])(?P<one>')")
_BEFORE_SMARTY = 7  # which is a treeprocessor of priority 6


class QuotationMarks(Extension):  # type: ignore[misc]
    """Comes after smarty and translates its marks; without smarty it does nothing. `language` may
    be changed between two texts."""

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        self.language = language

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        if self.language not in _MARKS or "smarty" not in md.treeprocessors:
            return
        marks = dict(zip(_ENGLISH, _MARKS[self.language], strict=True))
        patterns = md.treeprocessors["smarty"].inlinePatterns
        for pattern in patterns:
            if isinstance(pattern, SubstituteTextPattern):
                pattern.replace = [_translated(part, marks) for part in pattern.replace]
        if marks["&rsquo;"] != "&rsquo;":
            md.treeprocessors.register(_Apostrophes(md), "apostrophes", _BEFORE_SMARTY)


class _Apostrophes(Treeprocessor):  # type: ignore[misc]
    def run(self, root: Element) -> None:
        for element in root.iter():
            element.text, element.tail = _curly(element.text), _curly(element.tail)


def _curly(text: str | None) -> str | None:
    if text is None or isinstance(text, AtomicString) or "'" not in text:
        return text
    return _AFTER.sub(lambda match: _CURLY if match["one"] else match[0], _WITHIN.sub(_CURLY, text))


def _translated(part: Any, marks: dict[str, str]) -> Any:
    """A part of smarty's replacements: marks, or the number of a group."""
    return _MARK.sub(lambda mark: marks[mark[0]], part) if isinstance(part, str) else part
