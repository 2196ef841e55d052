"""Markdown that takes plain words as they are, for the same HTML in half the time.

Python-Markdown tries each of its thirty inline patterns on every text of a page. Most texts hold
none of the characters that one of them needs.
"""

import re

from markdown import Markdown  # type: ignore[import-untyped]
from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.treeprocessors import InlineProcessor  # type: ignore[import-untyped]
from markdown.util import Registry  # type: ignore[import-untyped]

# Name and priority of those that run inline patterns: Markdown's own, and smarty's.
_PROCESSORS = {"inline": 20, "smarty": 6}
_KNOWN = (
    *("backtick", "escape", "linebreak", "html", "entity", "autolink", "automail"),
    *("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"),
    *("not_strong", "em_strong", "em_strong2", "smarty-em-dashes", "smarty-en-dashes"),
    *("smarty-ellipses", "smarty-left-angle-quotes", "smarty-right-angle-quotes"),
    *(f"smarty-quotes-{number}" for number in range(20)),
)
# Without one of these, none of the known patterns matches. STX and ETX enclose placeholders.
_SPECIAL = re.compile(r"[`\\\[<>&*_'\"\x02\x03]|--|\.\.\.|  \n")


class PlainText(Extension):  # type: ignore[misc]
    """Has to come after the extensions whose patterns it is to try less often."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        for name, priority in _PROCESSORS.items():
            if name in md.treeprocessors:
                patterns = md.treeprocessors[name].inlinePatterns
                md.treeprocessors.register(_Quick(md, patterns), name, priority)


class _Quick(InlineProcessor):  # type: ignore[misc]
    def __init__(self, md: Markdown, patterns: Registry) -> None:
        super().__init__(md)
        self.inlinePatterns = patterns
        self._knows_all: bool | None = None  # other extensions may still add patterns

    # A private method of Markdown, which has no hook for this. A test holds that it is still there.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if self._knows_all is None:
            known = sum(name in self.inlinePatterns for name in _KNOWN)
            self._knows_all = known == len(self.inlinePatterns)
        if self._knows_all and not _SPECIAL.search(data):
            return data
        text: str = super()._InlineProcessor__handleInline(data, patternIndex)
        return text
