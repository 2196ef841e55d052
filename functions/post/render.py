"""Renders an email: a Mail and its templates become subject, text and HTML."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.core.mail.colours import palette
from functions.core.mail.message import Mail
from functions.core.mail.printable import printable
from functions.core.texts import translated
from functions.core.translations import translations

TEMPLATES = Path(__file__).parent.parent.parent / "newsletter_templates"
# In the artifact, layout.html (compiled from layout.mjml) is in this folder as well.
FOLDERS = [TEMPLATES]


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(mail: Mail, site: dict[str, Any]) -> Rendered:
    context = {
        **mail.context,
        "site": translated(site, mail.language),
        "name": mail.name,
        "language": mail.language,
        "colours": palette(site.get("colours", {})),
    }
    plain, markup = (_environment(mail.language, escaped) for escaped in (False, True))
    subject = plain.get_template(f"{mail.template}/subject.txt").render(context)
    text = plain.get_template(f"{mail.template}/body.txt").render(context)
    html = markup.get_template(f"{mail.template}/body.html").render(
        context | {"subject": one_line(subject)}
    )
    text = printable(text).strip() + "\n"
    return Rendered(subject=one_line(subject), text=text, html=printable(html))


def one_line(text: str) -> str:
    """Without newlines, after which another header could follow, and control characters."""
    return printable(" ".join(text.split()))


@cache
def _environment(language: str, escaped: bool) -> Environment:  # noqa: FBT001 - one private caller
    environment = Environment(
        loader=FileSystemLoader(FOLDERS),
        autoescape=escaped,  # noqa: S701 - off for plain text only
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    return environment
