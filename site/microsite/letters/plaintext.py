"""HTML to text that is pleasant to read in a mail: headings, lists, links as `text: url`."""

import re
import textwrap
from html.parser import HTMLParser

WIDTH = 72
_BLOCKS = {"p", "div", "ul", "ol", "blockquote", "table", "tr", "pre", "hr", "h1", "h2", "h3", "h4"}
_RULES = {"h1": "=", "h2": "-"}


def from_html(html: str) -> str:
    """`html` is what Markdown made; blocks are separated by an empty line."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return parser.text()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[tuple[str, int]] = []  # with the number of its list, or 0
        self._words = ""
        self._first, self._indent = "", ""
        self._tight = 0  # the list or table that we are in
        self._begun = 0
        self._lists: list[int] = []
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        self._flush()
        result, before = "", 0
        for block, tight in self._blocks:
            result += ("\n" if tight and tight == before else "\n\n") + block
            before = tight
        return result.strip()

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _BLOCKS or tag == "li":
            self._flush()
        if tag in {"ul", "ol", "table"} and not self._tight:
            self._begun += 1
            self._tight = self._begun
        if tag in {"ul", "ol"}:
            start = values.get("start") or "1"
            first = int(start) if start.isdecimal() else 1
            self._lists.append(first - 1 if tag == "ol" else -1)
        elif tag == "blockquote":
            self._first = self._indent = "> "
        elif tag == "li":
            self._bullet()
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self._words)))
        elif tag == "img" and values.get("alt"):
            self._words += f"[{values['alt']}]"
        elif tag == "br":
            self._words += "\v"
        elif tag in {"td", "th"} and self._words.strip():
            self._words += " | "

    def _bullet(self) -> None:
        depth = "  " * (len(self._lists) - 1)
        mark = "- "
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            mark = f"{self._lists[-1]}. "
        self._first, self._indent = depth + mark, depth + " " * len(mark)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._link(*self._links.pop())
        if tag in _BLOCKS or tag == "li":
            self._flush(_RULES.get(tag, ""))
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if tag in {"ul", "ol", "table", "blockquote"} and not self._lists:
            self._first = self._indent = ""
            self._tight = 0

    def _link(self, url: str, begins: int) -> None:
        label = self._words[begins:].strip()
        bare = url.removeprefix("mailto:")
        if label != bare:
            self._words = f"{self._words[:begins]}{label}: {bare}"

    def _flush(self, rule: str = "") -> None:
        lines = [_wrapped(line, self._first, self._indent) for line in self._words.split("\v")]
        text = "\n".join(line for line in lines if line.strip())
        self._words = ""
        if not text.strip():
            return
        if rule:
            text += "\n" + rule * min(len(text), WIDTH)
        self._blocks.append((text, self._tight))
        self._first = self._indent


def _wrapped(text: str, first: str, indent: str) -> str:
    """Never breaks a link."""
    return textwrap.fill(
        re.sub(r"\s+", " ", text).strip(),
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
