"""An issue as mails: its variants, complete but for the few fields that SES fills in per person."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from markupsafe import Markup

from functions.core.mail.colours import palette
from microsite.content.company import Settings
from microsite.content.items import Newsletter
from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem
from microsite.edition import Edition
from microsite.letters import mail_parts, mail_templates, readers
from microsite.letters.cards import MAIL_PICTURES
from microsite.letters.letter import Letter, Said
from microsite.letters.variant import Variant

PLACEHOLDERS = ("name_html", "name_text", "unsubscribe_url")
_LAYOUTS = {"company": "company", "url": "site_url", "imprint": "imprint"}  # what it names → ours
LARGEST = 100_000  # bytes of HTML; Gmail cuts off what is over 102 KB
_STRANGER = re.compile(r"\{\{(?!(?:" + "|".join(PLACEHOLDERS) + r")\}\})")


def variants(issue: Newsletter, edition: Edition) -> tuple[Variant, ...]:
    """Every variant of `issue`, in each language that it is written in. Raises ContentError if
    one is too big."""
    if issue.slug not in edition.rendered:
        each = (_in_one_language(version, edition) for version in edition.versions(issue))
        edition.rendered[issue.slug] = tuple(chain.from_iterable(each))
    return edition.rendered[issue.slug]


def _in_one_language(issue: Newsletter, edition: Edition) -> Iterator[Variant]:
    groups = Letter(issue, edition).groups
    names = readers.names(issue.lang, [group for group, _ in groups])
    for name, (group, said) in zip(names, groups, strict=True):
        shown, told = _rendered(issue, said, edition) if said else ("", "")
        variant = Variant(
            name=name,
            language=issue.lang,
            readers=tuple(group.alternatives),
            subject=mail_templates.plain(issue.subject),
            preheader=mail_templates.plain(issue.preheader or issue.summary),
            html=shown,
            text=told,
        )
        yield _sound(variant, issue)


def _rendered(issue: Newsletter, said: Sequence[Said], edition: Edition) -> tuple[str, str]:
    """The HTML and the text part."""
    settings = edition.settings
    page, text = mail_templates.templates(edition.root / "newsletter_templates", issue.lang)
    pieces = [*mail_parts.parts(issue, said, edition)]
    facts = _facts(issue, settings)
    given = {name: Markup("{{" + name + "}}") for name in PLACEHOLDERS}  # noqa: S704  # our own
    fields: dict[str, Any] = {**given, "colours": palette(settings.colours)}
    shown = {key: mail_templates.html(value) for key, value in facts.items()}
    told = {key: mail_templates.plain(value) for key, value in facts.items()}
    site = {name: shown[key] for name, key in _LAYOUTS.items()}
    return (
        page.render(
            **shown, **fields, site=site, parts=[mail_parts.for_html(piece) for piece in pieces]
        ),
        text.render(**told, **fields, parts=[mail_parts.for_text(piece) for piece in pieces]),
    )


def _facts(issue: Newsletter, settings: Settings) -> dict[str, str]:
    pictured = issue.image.lower().endswith(MAIL_PICTURES)
    return {
        "language": issue.lang,
        "subject": issue.subject,
        "preheader": issue.preheader or issue.summary,
        "title": issue.title,
        "url": settings.site_url + issue.url,
        "image": f"{settings.site_url}/{issue.image}" if pictured else "",
        "image_alt": issue.image_alt,
        "site_name": settings.site_name,
        "company": settings.company,
        "site_url": settings.site_url,
        "imprint": settings.imprint,
    }


def _sound(variant: Variant, issue: Newsletter) -> Variant:
    size = len(variant.html.encode())
    if size > LARGEST:
        text = f"makes a mail of {size} bytes: cut it so that it stays below {LARGEST}"
        raise ContentError([Problem(f"{CONTENT}/{issue.path}", issue.body_line, text)])
    parts = (variant.subject, variant.preheader, variant.html, variant.text)
    assert not any(_STRANGER.search(part) for part in parts), "a field that SES doesn't know"
    return variant
