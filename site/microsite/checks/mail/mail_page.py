"""A mail's HTML as its reader meets it: what is read, what is clicked, what is shown. The tree is
the one that the HTML standard prescribes, so tags left open end where a mail program ends them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import tinyhtml5  # type: ignore[import-untyped]
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from microsite.checks.mail import looks
from microsite.checks.mail.looks import Look, look_of
from microsite.checks.mail.styles import Styles

_UNREAD = {"style", "script", "title"}
_SHOWN_ATTRIBUTES = ("href", "src", "alt", "title")


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
    """`has_night` if the mail has colours of its own for the dark; `values` are those of
    attributes that people meet."""

    lang: str = ""
    has_night: bool = False
    texts: list[Text] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All that is seen, in one line."""
        return " ".join(" ".join(text.words for text in self.texts if text.day.is_seen).split())


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element passes on to what stands in it."""

    day: Look
    night: Look
    link: Link | None = None

    @property
    def is_seen(self) -> bool:
        return self.day.is_seen


def read(html: str) -> Page:
    root = parse_html(html)
    reader = _Reader(Styles(style_sheets(root)))
    reader.page.lang = root.get("lang", "")
    reader.walk(ElementWrapper.from_html_root(root), _Place(looks.DAY, looks.NIGHT))
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

    def walk(self, element: ElementWrapper, above: _Place) -> None:
        node = element.etree_element
        if node.tag in _UNREAD:
            return
        place = self._placed(element, above)
        self._text(node.text, place)
        children = element.iter_children()  # without comments, whose tails are text of this element
        for inner in node:
            if isinstance(inner.tag, str):
                self.walk(next(children), place)
            self._text(inner.tail, place)

    def _placed(self, element: ElementWrapper, above: _Place) -> _Place:
        node = element.etree_element
        day = look_of(node.tag, above.day, self._styles.cascade(element, "light"))
        night = look_of(node.tag, above.night, self._styles.cascade(element, "dark"))
        place = _Place(day, night, above.link)
        self.page.values += [node.get(name) for name in _SHOWN_ATTRIBUTES if name in node.attrib]
        if node.tag == "a" and "href" in node.attrib:
            link = Link(node.get("href"))
            place = replace(place, link=link)
            self.page.links.append(link)
        if node.tag == "img":
            self._picture(node, place)
        return place

    def _picture(self, node: Any, place: _Place) -> None:
        self.page.pictures.append(Picture(node.get("src", ""), node.get("alt")))
        if place.link and place.is_seen:
            place.link.words += node.get("alt", "")

    def _text(self, text: str | None, place: _Place) -> None:
        if not text or not text.strip():
            return
        self.page.texts.append(Text(text.strip(), place.day, place.night))
        if place.link and place.is_seen:
            place.link.words += text
