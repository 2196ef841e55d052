"""A mail's HTML as its reader meets it: what is read, what is clicked, what is shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from microsite.checks.mail import css, looks
from microsite.checks.mail.css import Element, Rule
from microsite.checks.mail.looks import Look

_EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_UNREAD = {"style", "script", "title"}


@dataclass(frozen=True, slots=True)
class Text:
    words: str
    day: Look
    night: Look


@dataclass(slots=True)
class Link:
    url: str
    words: str = ""  # what is seen of it; the text of a picture counts


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` is None where there is none at all."""

    url: str
    alt: str | None


@dataclass
class Page:
    """`has_night` tells whether the mail has colours of its own for the dark."""

    lang: str = ""
    has_night: bool = False
    texts: list[Text] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # of attributes that people meet

    @property
    def words(self) -> str:
        """All that is seen, in one line."""
        return " ".join(" ".join(text.words for text in self.texts if text.day.is_seen).split())


def read(html: str) -> Page:
    html = html.replace("<![", "<! [")  # the parser gives up on sections that HTML does not know
    sheets = _Sheets()
    sheets.feed(html)
    rules = [rule for sheet in sheets.found for rule in css.rules(sheet)]
    reader = _Reader(rules)
    reader.feed(html)
    reader.close()
    return reader.page


class _Sheets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.found.append(data)


@dataclass(frozen=True, slots=True)
class _Open:
    element: Element
    day: Look
    night: Look
    link: Link | None


class _Reader(HTMLParser):
    def __init__(self, rules: list[Rule]) -> None:
        super().__init__()
        self._day = [rule for rule in rules if not rule.is_dark]
        self._night = rules
        self._open: list[_Open] = []
        self.page = Page(has_night=len(self._day) < len(rules))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.page.lang = said.get("lang", "")
        self.page.values += [said[name] for name in ("href", "src", "alt", "title") if name in said]
        opened = self._opened(tag, said)
        if tag == "img":
            self._picture(said, opened)
        if tag not in _EMPTY:
            self._open.append(opened)

    def _opened(self, tag: str, said: dict[str, str]) -> _Open:
        above = self._open[-1] if self._open else None
        marks = {f".{name}" for name in said.get("class", "").split()}
        marks |= {f"#{said['id']}"} if "id" in said else set()
        element = Element(tag, frozenset(marks), above.element if above else None)
        inline = {"bgcolor": said["bgcolor"].lower()} if "bgcolor" in said else {}
        inline |= css.declarations(said.get("style", ""))
        day = looks.of(element, above.day if above else looks.DAY, self._day, inline)
        night = looks.of(element, above.night if above else looks.NIGHT, self._night, inline)
        link = above.link if above else None
        if tag == "a" and "href" in said:
            link = Link(said["href"])
            self.page.links.append(link)
        return _Open(element, day, night, link)

    def _picture(self, said: dict[str, str], opened: _Open) -> None:
        self.page.pictures.append(Picture(said.get("src", ""), said.get("alt")))
        if opened.link and opened.day.is_seen:
            opened.link.words += said.get("alt", "")

    def handle_endtag(self, tag: str) -> None:
        tags = [each.element.tag for each in self._open]
        if tag in tags:
            last = len(tags) - 1 - tags[::-1].index(tag)
            del self._open[last:]

    def handle_data(self, data: str) -> None:
        here = self._open[-1] if self._open else None
        if here is None or not data.strip() or here.element.tag in _UNREAD:
            return
        self.page.texts.append(Text(data.strip(), here.day, here.night))
        if here.link and here.day.is_seen:
            here.link.words += data
