"""An item's body as its page shows it: links, pictures, headings and tags, by the same Markdown
renderer as the page, so that checks and pages can't disagree.

The renderer keeps no line numbers, so each of these is then searched in the source, with code and
comments blanked out."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from markdown import Markdown  # type: ignore[import-untyped]

from microsite.content.company import Settings
from microsite.content.html_tags import Tags
from microsite.content.items import Item
from microsite.content.plain_text import PlainText
from microsite.content.quotation_marks import QuotationMarks

MARK = re.compile(r"^[ \t]*:{3,}[ \t]*(?P<text>.*?)[ \t]*$", re.MULTILINE)  # a line of ours
_NAME = "markoflinenumber"  # takes a mark's place, to see whether it ends up in code
_OF_MKDOCS = ("toc", "tables", "fenced_code")  # always on
# Whatever mkdocs.yml lists: without it, "18. September" becomes "1. September".
OF_THE_PRODUCT = ("sane_lists",)
# Paragraphs of plain words are most of a text and contain nothing to check. A horizontal rule in
# their place separates their neighbours in the same way, and takes a sixth of the time.
_PROSE = re.compile(r"(?<=\n\n)(?:[^\W\d_][\w ,.;!?()'\u2019-]*\n)+(?=\n)")
_BLIND = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[`~]*[ \t]*$"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
# What looks like a link to its writer, and is text to its reader.
_DEAD = re.compile(
    r"\] \((?:https?:|mailto:)[^)\s]*\)|\)\[(?:https?:|mailto:)[^\]\s]*\]|\]\[[^\]\n]+\]"
    r"|\bhttps?://[^\s<>\])]+|\bwww\.[\w-]+\.[\w./-]*\w|[\w.+-]+@[\w-]+\.[\w.-]*\w"
)
_H1 = re.compile(r"^#[ \t]*[^#\s]|^=+[ \t]*$|<h1\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """`line` counts from 1 within the body; `alt` is None unless it is a picture. Text that only
    looks like a link is `broken`, and `url` is the content of its parentheses."""

    url: str
    line: int
    alt: str | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """`tags` are lines with HTML that is no text's, or not closed, and the problem; `titles` the
    lines of headings of the first level. `ids` are all anchors."""

    links: tuple[Link, ...] = ()
    ids: frozenset[str] = frozenset()
    tags: tuple[tuple[int, str], ...] = ()
    titles: tuple[int, ...] = ()
    wordless: tuple[tuple[int, str], ...] = ()  # lines with a link without words
    dead: tuple[tuple[int, str], ...] = ()  # lines with text that only looks like a link


def read(text: str, settings: Settings, *, has_marks: bool = False) -> Body:
    """`has_marks` if lines that begin with `:::` are marks and not Markdown."""
    return _read(text, _extensions(settings), has_marks)


def read_item(item: Item, settings: Settings) -> Body:
    return read(item.body, settings, has_marks=item.kind == "newsletters")


def converter(settings: Settings, lang: str) -> Any:
    """The Markdown that MkDocs renders pages in `lang` with. Reset it before each use."""
    return _converter(_extensions(settings), lang)


def _extensions(settings: Settings) -> str:
    return json.dumps(settings.markdown_extensions)


@lru_cache(maxsize=8)
def _converter(extensions: str, lang: str = "en") -> Any:
    configs: dict[str, Any] = {}
    for extension in json.loads(extensions):
        entry = extension if isinstance(extension, dict) else {extension: {}}
        configs.update({name: config or {} for name, config in entry.items()})
    names = dict.fromkeys([*_OF_MKDOCS, *OF_THE_PRODUCT, *configs])
    own = [QuotationMarks(lang), PlainText()]
    return Markdown(extensions=[*names, *own], extension_configs=configs)


@lru_cache(maxsize=4096)
def _read(text: str, extensions: str, has_marks: bool) -> Body:  # noqa: FBT001  # a cache's key
    source = MARK.sub("", text) if has_marks else text
    shown = _Shown()
    markdown = _PROSE.sub("***\n", f"\n\n{source}\n")
    shown.feed(_converter(extensions).reset().convert(markdown))
    shown.close()
    shown.tags.close()
    lines = _Lines(visible(source))
    return Body(
        links=tuple(lines.of_links(shown)),
        ids=frozenset(shown.ids),
        tags=tuple((lines.next(tag, ignore_case=True), text) for tag, text in shown.tags.wrong),
        titles=tuple(lines.of_titles(shown.titles)),
        wordless=tuple((lines.next(url), url) for url in shown.wordless),
        dead=tuple((lines.next(text), text) for text in shown.dead),
    )


@dataclass
class _Shown(HTMLParser):
    """Collects links, anchors, tags and headings in the order of the page."""

    urls: list[tuple[str, str | None]] = field(default_factory=list)  # with a picture's text
    unread: list[str] = field(default_factory=list)  # of text that only looks like a link
    dead: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    tags: Tags = field(default_factory=Tags)
    titles: int = 0
    code: str = ""
    _in_code: int = 0
    _in_link: bool = False
    wordless: list[str] = field(default_factory=list)  # addresses of links that nobody sees
    _href: str = ""  # of the link that we are in, and its words
    _words: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values["id"]} if "id" in values else set()
        # A <code> that is never closed ends with its paragraph: what follows is for readers.
        self._in_code = 0 if tag == "p" else self._in_code + (tag == "code")
        self._in_link = tag == "a" or (self._in_link and tag != "p")
        self.titles += tag == "h1"
        self.tags.start(tag, attrs)
        if tag == "img":
            self.urls.append((values.get("src", ""), values.get("alt", "").strip()))
            self._words += "a picture"
        elif tag == "a" and "href" in values:
            self.urls.append((values["href"], None))
            self._href, self._words = values["href"], ""

    def handle_endtag(self, tag: str) -> None:
        self.tags.end(tag)
        self._in_code = max(0, self._in_code - (tag == "code"))
        if tag == "a":
            self.wordless += [self._href] if self._href and not self._words.strip() else []
            self._href = ""
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        self._words += data
        if self._in_code:
            self.code += data
        else:
            unread = re.findall(r"\]\(([^)\n]*)\)", data)
            self.unread += unread
            self.dead += [] if unread or self._in_link else _DEAD.findall(data)


class _Lines:
    """Searches the source: for the second of two equal texts, behind the first."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._behind: dict[str, int] = {}

    def of_links(self, shown: _Shown) -> Iterator[Link]:
        for url, alt in shown.urls:
            yield Link(url, self.next(url, ends=True), alt)
        for url in shown.unread:
            begins = re.split(r"[^\w/.:#-]", url)[0]  # smart quotes are not what HR wrote
            yield Link(url, self.next(f"]({begins}"), broken=True)

    def of_titles(self, count: int) -> Iterator[int]:
        lines = [self._line(match.start()) for match in _H1.finditer(self._source)]
        yield from lines[:count] if len(lines) >= count else [1] * count

    def next(self, text: str, *, ends: bool = False, ignore_case: bool = False) -> int:
        """The line of the next `text`, or of the last if the source has no more; 1 if it has none,
        because the renderer composed it. With `ends`, the text is a whole address."""
        behind = self._behind.get(text, 0)
        for spelling in (text, text.removeprefix("mailto:"), text.replace("&", "&amp;")):
            pattern = re.escape(spelling) + (r"(?![\w/.#?=&%-])" if ends else "")
            flags = re.IGNORECASE if ignore_case else 0
            match = re.compile(pattern, flags).search(self._source, behind) if spelling else None
            match = match or (re.search(pattern, self._source, flags) if spelling else None)
            if match:
                self._behind[text] = match.end()
                return self._line(match.start())
        return self._empty_link() if not text else 1

    def _empty_link(self) -> int:
        match = re.compile(r"\]\(\s*\)|(?:href|src)=(?:\"\"|'')").search(self._source)
        return self._line(match.start()) if match else 1

    def _line(self, position: int) -> int:
        return self._source.count("\n", 0, position) + 1


def marks_in_code(text: str, settings: Settings) -> frozenset[int]:
    """Lines, from 1, that begin with `:::` but are code, where marks are text."""
    return _marks_in_code(text, _extensions(settings)) if MARK.search(text) else frozenset()


@lru_cache(maxsize=512)
def _marks_in_code(text: str, extensions: str) -> frozenset[int]:
    lines = [text.count("\n", 0, match.start()) + 1 for match in MARK.finditer(text)]
    names = iter(range(len(lines)))
    # Apart from their neighbours, as the mark parts them: no backtick reaches across.
    named = MARK.sub(lambda _: f"\n\n{_NAME}{next(names)}z\n\n", text)
    shown = _Shown()
    shown.feed(_converter(extensions).reset().convert(named))
    return frozenset(lines[int(n)] for n in re.findall(_NAME + r"(\d+)z", shown.code))


def visible(text: str) -> str:
    """The text with code and comments blanked out; all other characters keep their position. A
    light scan: good enough for the line of something, not for whether it exists."""
    if "`" not in text and "~~~" not in text and "<!--" not in text:
        return text
    return _BLIND.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
