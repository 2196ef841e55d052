"""The parts of one variant of an issue, in order: HR's text as HTML and as plain text, and the
lists of what it includes."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from markdown import Markdown  # type: ignore[import-untyped]
from markupsafe import Markup

from microsite.content.company import Settings
from microsite.content.items import Newsletter
from microsite.edition import Edition
from microsite.letters import cards, mail_templates, plaintext
from microsite.letters.cards import Card
from microsite.letters.letter import Said

_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\b(?:href|src)=")([^"]*)(")')
_COMMENT = re.compile(r"<!--(?!included \d+-->).*?-->", re.DOTALL)  # HR's notes stay at home
_INCLUDED = re.compile(r"<!--included (\d+)-->")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one part of a mail, its words ready for it. Text has `html` or `text`; news,
    events and jobs have a heading and cards."""

    kind: str
    html: str = ""
    text: str = ""
    heading: str = ""
    items: tuple[Card, ...] = ()


def parts(issue: Newsletter, said: Sequence[Said], edition: Edition) -> Iterator[Part]:
    """In order. All text is rendered at once, because a link may be defined in another passage."""
    marked = "\n\n".join(_marked(number, one) for number, one in enumerate(said))
    body = _COMMENT.sub("", converter(edition.settings).reset().convert(marked))
    for number, piece in enumerate(_INCLUDED.split(_absolute(body, issue, edition))):
        if number % 2:
            yield _list(said[int(piece)], issue.lang, edition)
        elif piece.strip():
            yield Part("text", html=piece)


def _marked(number: int, said: Said) -> str:
    """Its Markdown, or a comment where the list will stand, which no comment of HR's looks like."""
    if said.kind != "text":
        return f"<!--included {number}-->"
    return said.text.replace("<!--included", "<!-- included")


def _list(said: Said, lang: str, edition: Edition) -> Part:
    items = tuple(cards.card(item, lang, edition) for item in said.items)
    return Part(said.kind, heading=cards.heading(said, lang, edition), items=items)


def for_html(part: Part) -> Part:
    safe = mail_templates.html
    items = tuple(Card(**{k: safe(v) for k, v in asdict(card).items()}) for card in part.items)
    body = Markup(part.html)  # noqa: S704  # HR's Markdown, rendered by us
    return Part(part.kind, html=safe(body), heading=safe(part.heading), items=items)


def for_text(part: Part) -> Part:
    safe = mail_templates.plain
    items = tuple(Card(**{k: safe(v) for k, v in asdict(card).items()}) for card in part.items)
    text = safe(plaintext.from_html(part.html))
    return Part(part.kind, text=text, heading=safe(part.heading), items=items)


def _absolute(body: str, issue: Newsletter, edition: Edition) -> str:
    def whole(match: re.Match[str]) -> str:
        url = edition.targets.absolute(issue, html.unescape(match[2]))
        return match[1] + html.escape(url) + match[3]

    return _ADDRESS.sub(whole, body)


def converter(settings: Settings) -> Any:
    """The same Markdown that MkDocs renders the issue's page with."""
    names, configs = [*("toc", "tables", "fenced_code")], {}
    for extension in settings.markdown_extensions:
        one = extension if isinstance(extension, dict) else {extension: {}}
        configs.update({name: config or {} for name, config in one.items()})
    return Markdown(extensions=[*dict.fromkeys([*names, *configs])], extension_configs=configs)
