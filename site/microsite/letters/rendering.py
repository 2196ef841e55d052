"""Renders an issue as emails: each variant's HTML and text, complete except for the few fields that
SES fills in per person. HR's text is rendered by the Markdown of the pages, then put into the
templates with the included lists."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from functions.core.mail.colours import palette
from functions.core.mail.message import HTML_BYTES_MAX
from functions.core.mail.placeholders import PLACEHOLDERS, marked
from functions.core.mail.printable import printable
from microsite.content import rendered_body
from microsite.content.company import Settings
from microsite.content.edition import Edition
from microsite.content.items import Newsletter
from microsite.content.link_targets import Targets
from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem
from microsite.letters import cards, mail_templates, plaintext
from microsite.letters.cards import MAIL_PICTURES, Card
from microsite.letters.letter import Letter, Section
from microsite.letters.variants import Variant, variant_names

_LAYOUTS = {"company": "company", "url": "site_url", "imprint": "imprint"}  # what it names → ours
_STRANGER = re.compile(r"\{\{(?!(?:" + "|".join(PLACEHOLDERS) + r")\}\})")
_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\b(?:href|src)=")([^"]*)(")')
_COMMENT = re.compile(r"<!--(?!included \d+-->).*?-->", re.DOTALL)  # HR's notes
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


def variants(issue: Newsletter, edition: Edition, targets: Targets) -> tuple[Variant, ...]:
    """Every variant of `issue`, in each language that it is written in. Raises ContentError if
    one is too big. Slow: `Site.variants` keeps the result."""
    return tuple(
        variant
        for version in edition.versions(issue)
        for variant in _in_one_language(version, edition, targets)
    )


def _in_one_language(issue: Newsletter, edition: Edition, targets: Targets) -> Iterator[Variant]:
    groups = Letter(issue, edition).groups
    names = variant_names(issue.lang, [group for group, _ in groups])
    for name, (group, sections) in zip(names, groups, strict=True):
        shown, text = _rendered(issue, sections, edition, targets) if sections else ("", "")
        variant = Variant(
            name=name,
            language=issue.lang,
            readers=tuple(group.alternatives),
            subject=mail_templates.plain(issue.subject),
            preheader=mail_templates.plain(issue.preheader or issue.summary),
            html=printable(shown),
            text=printable(text),
        )
        yield _sound(variant, issue)


def _rendered(
    issue: Newsletter, sections: Sequence[Section], edition: Edition, targets: Targets
) -> tuple[str, str]:
    """The HTML and the text part."""
    settings = edition.settings
    page, text = mail_templates.templates(edition.root / "newsletter_templates", issue.lang)
    pieces = [*parts(issue, sections, edition, targets)]
    facts = _facts(issue, settings)
    marks = {name: Markup(marked(name)) for name in PLACEHOLDERS}  # noqa: S704  # our own
    own = {"colours": palette(settings.colours), "greets": issue.greeting}
    fields: dict[str, Any] = {**marks, **own}
    shown = {key: mail_templates.html(value) for key, value in facts.items()}
    plain = {key: mail_templates.plain(value) for key, value in facts.items()}
    site = {name: shown[key] for name, key in _LAYOUTS.items()}
    return (
        page.render(**shown, **fields, site=site, parts=[for_html(piece) for piece in pieces]),
        text.render(**plain, **fields, parts=[for_text(piece) for piece in pieces]),
    )


def _facts(issue: Newsletter, settings: Settings) -> dict[str, str]:
    pictured = issue.image.lower().endswith(MAIL_PICTURES)
    return {
        "language": issue.lang,
        "subject": issue.subject,
        "preheader": issue.preheader or issue.summary,
        "title": issue.title,
        "url": settings.site_url + issue.url if issue.web else "",
        "image": f"{settings.site_url}/{issue.image}" if pictured else "",
        "image_alt": issue.image_alt,
        "site_name": settings.site_name,
        "company": settings.company,
        "site_url": settings.site_url,
        "imprint": settings.imprint.in_language(issue.lang),
    }


def _sound(variant: Variant, issue: Newsletter) -> Variant:
    size = len(variant.html.encode())
    if size > HTML_BYTES_MAX:
        text = f"makes an email of {size} bytes: shorten it to at most {HTML_BYTES_MAX}"
        raise ContentError([Problem(f"{CONTENT}/{issue.path}", issue.body_line, text)])
    contents = (variant.subject, variant.preheader, variant.html, variant.text)
    assert not any(_STRANGER.search(part) for part in contents), "a field that SES doesn't know"
    return variant


def parts(
    issue: Newsletter, sections: Sequence[Section], edition: Edition, targets: Targets
) -> Iterator[Part]:
    """In order. All text is rendered at once, because a link may be defined in another passage."""
    marked = "\n\n".join(_marked(number, section) for number, section in enumerate(sections))
    converter = rendered_body.converter(edition.settings, issue.lang)
    body = _COMMENT.sub("", converter.reset().convert(marked))
    for number, piece in enumerate(_INCLUDED.split(_absolute(body, issue, targets))):
        if number % 2:
            yield _list(sections[int(piece)], issue.lang, edition)
        elif piece.strip():
            yield Part("text", html=piece)


def _marked(number: int, section: Section) -> str:
    """The section's Markdown, or a comment in place of its list, unlike any of HR's comments."""
    if section.kind != "text":
        return f"<!--included {number}-->"
    return section.text.replace("<!--included", "<!-- included")


def _list(section: Section, lang: str, edition: Edition) -> Part:
    items = tuple(cards.card(item, lang, edition) for item in section.items)
    return Part(section.kind, heading=cards.heading(section, lang, edition), items=items)


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


def _absolute(body: str, issue: Newsletter, targets: Targets) -> str:
    def whole(match: re.Match[str]) -> str:
        url = targets.absolute(issue, html.unescape(match[2]))
        return match[1] + html.escape(url) + match[3]

    return _ADDRESS.sub(whole, body)
