"""Finds links, pictures and anchors in Markdown by a light scan, without rendering it. Code and
comments are passed over; positions are kept, so that a link knows its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown.extensions.toc import (  # type: ignore[import-untyped]
    slugify,
    unique,
)

_BLIND = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[`~]*[ \t]*$"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
_TARGET = r"\(\s*(?P<url><[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_IMAGE = re.compile(r"!\[(?P<text>[^\]]*)\]" + _TARGET)
_LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]" + _TARGET)
_DEFINED = re.compile(r"^ {0,3}\[(?P<text>[^\]^]+)\]:\s*<?(?P<url>[^\s>]+)", re.MULTILINE)
_AUTO = re.compile(r"<(?P<url>(?:https?|mailto|tel):[^>\s]+)>")
_HTML = re.compile(r"<(?P<tag>a|img)\b(?P<rest>[^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(href|src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_BROKEN = re.compile(r"\]\((?P<url>[^)\n]*)\)")
_HEADING = re.compile(
    r"^(#{1,6})[ \t]*(?P<text>.+?)[ \t]*#*$|^(?P<under>[^\n]+)\n(?:=+|-+)[ \t]*$", re.MULTILINE
)
_OWN_ID = re.compile(r"\{:?[^}\n]*#([\w-]+)[^}\n]*\}|\bid\s*=\s*[\"']([^\"']+)[\"']")
_ACTIVE = re.compile(r"<(script|iframe|object|embed|style|form)\b", re.IGNORECASE)
_H1 = re.compile(r"^#[ \t]+\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Link:
    """`line` counts from 1 within the body; `alt` is None for what is no picture."""

    url: str
    line: int
    alt: str | None = None
    broken: bool = False


def visible(body: str) -> str:
    """The body with code and comments blanked out, every line where it was."""
    if "`" not in body and "~~~" not in body and "<!--" not in body:
        return body
    return _BLIND.sub(lambda match: _blank(match[0]), body)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def links(text: str) -> Iterator[Link]:
    """All links and pictures of `visible` text."""
    for match in _IMAGE.finditer(text):
        yield Link(_bare(match["url"]), _line(text, match.start()), match["text"].strip())
    text = _IMAGE.sub(lambda match: "x" + _blank(match[0])[1:], text)
    for pattern in (_LINK, _DEFINED, _AUTO):
        for match in pattern.finditer(text):
            yield Link(_bare(match["url"]), _line(text, match.start()))
    if "<" in text:
        yield from _html(text)
    for match in _BROKEN.finditer(_LINK.sub(lambda m: _blank(m[0]), text)):
        yield Link(match["url"], _line(text, match.start()), broken=True)


def _bare(url: str) -> str:
    return url.removeprefix("<").removesuffix(">")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _html(text: str) -> Iterator[Link]:
    for match in _HTML.finditer(text):
        found = {m[1].lower(): m[2] or m[3] or "" for m in _ATTRIBUTE.finditer(match["rest"])}
        line = _line(text, match.start())
        if match["tag"].lower() == "img":
            yield Link(found.get("src", ""), line, found.get("alt", "").strip())
        elif "href" in found:
            yield Link(found["href"], line)


def active(text: str) -> Iterator[tuple[int, str]]:
    """Lines with HTML that runs, embeds or restyles: (line, tag)."""
    for match in _ACTIVE.finditer(text):
        yield _line(text, match.start()), match[1].lower()


def first_headings(text: str) -> Iterator[int]:
    """Lines with a heading of the first level, which is the page's own title."""
    for match in _H1.finditer(text):
        yield _line(text, match.start())


def anchors(text: str) -> set[str]:
    """The ids that the page will have, named as Markdown's own toc extension names them."""
    used: set[str] = {match[1] or match[2] for match in _OWN_ID.finditer(text)}
    for match in _HEADING.finditer(text):
        words = match["text"] or match["under"]
        if not _OWN_ID.search(words):
            unique(slugify(_plain(words), "-"), used)
    return used


def _plain(words: str) -> str:
    words = _LINK.sub(lambda match: match["text"], words)
    return re.sub(r"[*_`]+|<[^>]+>", "", words)
