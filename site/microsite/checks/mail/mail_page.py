"""An email's HTML as its reader sees it: texts, links and pictures. It is parsed by the HTML
standard, so unclosed tags end where they end in an email app."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import tinyhtml5  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from microsite.checks.mail import computed_style
from microsite.checks.mail.computed_style import ComputedStyle
from microsite.checks.mail.styles import Styles

_UNREAD = {"style", "script", "title"}
_SHOWN_ATTRIBUTES = ("href", "src", "alt", "title")


@dataclass(frozen=True, slots=True)
class Text:
    words: str
    day: ComputedStyle
    night: ComputedStyle


@dataclass(slots=True)
class Link:
    url: str
    words: str = ""  # its visible text, with that of pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` is None if the attribute is missing."""

    url: str
    alt: str | None


@dataclass
class Page:
    """`has_night` if the email has colours for dark mode; `values` are those of attributes that
    readers may see."""

    lang: str = ""
    has_night: bool = False
    texts: list[Text] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All visible text, in one line."""
        return " ".join(" ".join(text.words for text in self.texts if text.day.is_seen).split())


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element passes on to its children."""

    day: ComputedStyle
    night: ComputedStyle
    link: Link | None = None

    @property
    def is_seen(self) -> bool:
        return self.day.is_seen


def read(html: str) -> Page:
    root = parse_html(html)
    reader = _Reader(Styles(style_sheets(root)))
    reader.page.lang = root.get("lang", "")
    reader.walk(
        ElementWrapper.from_html_root(root), _Context(computed_style.DAY, computed_style.NIGHT)
    )
    return reader.page


def parse_html(html: str) -> Any:
    """The root element; its tags have no namespace."""
    return tinyhtml5.parse(html, namespace_html_elements=False)


def style_sheets(root: Any) -> Iterator[str]:
    return ("".join(style.itertext()) for style in root.iter("style"))


class _Reader:
    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.page = Page(has_night=styles.has_night)

    def walk(self, element: ElementWrapper, above: _Context) -> None:
        node = element.etree_element
        if node.tag in _UNREAD:
            return
        context = self._placed(element, above)
        self._text(node.text, context)
        children = element.iter_children()  # without comments, whose tails are text of this element
        for inner in node:
            if isinstance(inner.tag, str):
                self.walk(next(children), context)
            self._text(inner.tail, context)

    def _placed(self, element: ElementWrapper, above: _Context) -> _Context:
        node = element.etree_element
        day = computed_style.compute(node.tag, above.day, self._styles.cascade(element, "light"))
        night = computed_style.compute(node.tag, above.night, self._styles.cascade(element, "dark"))
        context = _Context(day, night, above.link)
        self.page.values += [node.get(name) for name in _SHOWN_ATTRIBUTES if name in node.attrib]
        if node.tag == "a" and "href" in node.attrib:
            link = Link(node.get("href"))
            context = replace(context, link=link)
            self.page.links.append(link)
        if node.tag == "img":
            self._picture(node, context)
        return context

    def _picture(self, node: Any, context: _Context) -> None:
        self.page.pictures.append(Picture(node.get("src", ""), node.get("alt")))
        if context.link and context.is_seen:
            context.link.words += node.get("alt", "")

    def _text(self, text: str | None, context: _Context) -> None:
        if not text or not text.strip():
            return
        self.page.texts.append(Text(text.strip(), context.day, context.night))
        if context.link and context.is_seen:
            context.link.words += text
