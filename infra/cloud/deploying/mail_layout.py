"""Compiles MJML layouts to HTML when the code is packed, so functions need no MJML."""

from pathlib import Path

from mjml import mjml2html

from infra.cloud.errors import BuildError
from infra.paths import ROOT

TEMPLATES = ROOT / "newsletter_templates"


def compile_layout(layout: Path = TEMPLATES / "layout.mjml") -> str:
    """The HTML of an MJML layout; Jinja2's braces in it stay as they are.

    Raises:
        BuildError: the layout is not valid MJML.
    """
    try:
        # Jinja2 comes after MJML: its comments and braces are plain text here.
        return str(mjml2html(layout.read_text(encoding="utf-8"), disable_comments=False))
    except Exception as error:  # the parser's errors have no common base class
        raise BuildError(f"{layout.name}: {error}") from error
