"""An issue as a mail: one variant, complete but for the few fields that SES fills in per person.

MJML is compiled first and Jinja fills the result: the compiler changes quotes and rare characters
in attributes, so HR's words never pass through it."""

import hashlib
import html
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown import Markdown  # type: ignore[import-untyped]
from markupsafe import Markup, escape
from mjml import mjml2html

from microsite import catalogue, plaintext, words
from microsite.company import Settings
from microsite.edition import Edition
from microsite.items import Newsletter
from microsite.problems import ContentError, Problem
from microsite.reading import CONTENT

PLACEHOLDERS = ("name_html", "name_text", "unsubscribe_url")
LARGEST = 100_000  # bytes of HTML; Gmail cuts off what is over 102 KB
_STRANGER = re.compile(r"\{\{(?!(?:" + "|".join(PLACEHOLDERS) + r")\}\})")
_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*?\b(?:href|src)=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class Variant:
    """`html` and `text` hold the PLACEHOLDERS and no other pair of opening braces."""

    subject: str
    preheader: str
    html: str
    text: str

    @property
    def document(self) -> str:
        return catalogue.dumps(asdict(self))

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()


def render_issue(issue: Newsletter, edition: Edition) -> Variant:
    """The variant of `issue` in its own language. Raises ContentError if it is too big."""
    settings = edition.settings
    page, text = _templates(edition.root / "newsletter_templates", issue.lang)
    body = _absolute(_converter(settings).reset().convert(issue.body), issue, edition)
    facts = _facts(issue, settings)
    given = {name: Markup("{{" + name + "}}") for name in PLACEHOLDERS}  # noqa: S704  # our own
    told = {key: _no_braces(value) for key, value in facts.items()}
    shown = {key: _html(value) for key, value in facts.items()}
    fields: dict[str, Any] = {**given, "colours": settings.colours}
    variant = Variant(
        subject=told["subject"],
        preheader=told["preheader"],
        html=page.render(
            **shown,
            **fields,
            body_html=_html(Markup(body)),  # noqa: S704  # HR's Markdown, rendered by us
        ),
        text=text.render(**told, **fields, body_text=_no_braces(plaintext.from_html(body))),
    )
    return _sound(variant, issue)


def _facts(issue: Newsletter, settings: Settings) -> dict[str, str]:
    pictured = issue.image.lower().endswith((".png", ".jpg", ".jpeg", ".gif"))
    return {
        "lang": issue.lang,
        "subject": issue.subject,
        "preheader": issue.preheader or issue.summary,
        "title": issue.title,
        "url": settings.site_url + issue.url,
        "image": f"{settings.site_url}/{issue.image}" if pictured else "",
        "image_alt": issue.image_alt,
        "site_name": settings.site_name,
        "site_url": settings.site_url,
        "imprint": settings.imprint,
    }


def _html(text: str) -> Markup:
    """Escaped unless it is Markup already, and without braces that SES would take for a field."""
    return Markup(re.sub(r"\{(?=\{)|(?<=\{)\{", "&#123;", str(escape(text))))  # noqa: S704  # escaped


def _no_braces(text: str) -> str:
    return re.sub(r"\{(?=\{)", "{ ", text)


def _absolute(body: str, issue: Newsletter, edition: Edition) -> str:
    def whole(match: re.Match[str]) -> str:
        url = edition.targets.absolute(issue, html.unescape(match[2]))
        return match[1] + html.escape(url) + match[3]

    return _ADDRESS.sub(whole, body)


def _sound(variant: Variant, issue: Newsletter) -> Variant:
    size = len(variant.html.encode())
    if size > LARGEST:
        text = f"makes a mail of {size} bytes: cut it so that it stays below {LARGEST}"
        raise ContentError([Problem(f"{CONTENT}/{issue.path}", issue.body_line, text)])
    parts = (variant.subject, variant.preheader, variant.html, variant.text)
    assert not any(_STRANGER.search(part) for part in parts), "a field that SES doesn't know"
    return variant


@lru_cache
def _templates(folder: Path, lang: str) -> tuple[Template, Template]:
    return (
        _environment(folder, lang, escapes=True).from_string(_compiled(folder / "issue.mjml")),
        _environment(folder, lang, escapes=False).get_template("issue.txt"),
    )


def _environment(folder: Path, lang: str, *, escapes: bool) -> Environment:
    made = Environment(  # the text part is no HTML
        loader=FileSystemLoader(folder),
        autoescape=escapes,  # noqa: S701  # the text part is no HTML
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        words.translations(lang), newstyle=True
    )
    return made


def _compiled(path: Path) -> str:
    return mjml2html(path.read_text(encoding="utf-8"), fonts={})


def _converter(settings: Settings) -> Any:
    """The same Markdown that MkDocs renders the issue's page with."""
    names, configs = [*("toc", "tables", "fenced_code")], {}
    for extension in settings.markdown_extensions:
        one = extension if isinstance(extension, dict) else {extension: {}}
        configs.update({name: config or {} for name, config in one.items()})
    return Markdown(extensions=[*dict.fromkeys([*names, *configs])], extension_configs=configs)
