"""The templates of an issue's mail or an invitation, and how words are made safe for them.

Issues share the layout of all our mails. Its MJML is compiled first and Jinja fills the result: the
compiler changes quotes and rare characters in attributes, so HR's words never pass through it."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    Template,
)
from markupsafe import Markup, escape
from mjml import mjml2html

from microsite import words

_WHITE = re.compile(r"(<div style=\"display:none;[^\"]*?)color:#ffffff;")
# Starts a field of SES or a tag of Jinja; HR's text must not contain one.
_BRACE = re.compile(r"\{(?=[{%#])|(?<=\{)\{")


def html(text: str) -> Markup:
    """Escaped unless it is Markup already; braces that SES or Jinja would read are defused."""
    return Markup(_BRACE.sub("&#123;", str(escape(text))))  # noqa: S704  # escaped


def plain(text: str) -> str:
    """With every brace that SES or Jinja would read defused."""
    return re.sub(r"\{(?=[{%#])", "{ ", text)


@lru_cache
def templates(folder: Path, lang: str, name: str = "issue") -> tuple[Template, Template]:
    """The templates of the HTML and the text part."""
    return (
        _environment(folder, lang, escapes=True).get_template(f"{name}.html"),
        _environment(folder, lang, escapes=False).get_template(f"{name}.txt"),
    )


def _environment(folder: Path, lang: str, *, escapes: bool) -> Environment:
    environment = Environment(  # the text part is no HTML
        loader=ChoiceLoader([FileSystemLoader(folder), FunctionLoader(_layout(folder))]),
        autoescape=escapes,  # noqa: S701  # the text part is no HTML
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        words.translations(lang), newstyle=True
    )
    return environment


def _layout(folder: Path) -> Callable[[str], str | None]:
    return lambda name: _compiled(folder / "layout.mjml") if name == "layout.html" else None


@lru_cache
def _compiled(path: Path) -> str:
    # The compiler writes the preheader white on white, which spam filters take for a trick.
    return _WHITE.sub(r"\1", mjml2html(path.read_text(encoding="utf-8"), fonts={}))
