"""The pages that every site needs, in site/pages: the functions lead to some, the theme to others.
A company's own page of the same name in site/content takes its place.

See docs/make-it-yours.md."""

import html
import re
from dataclasses import asdict, replace
from pathlib import Path

from microsite.content.company import Settings
from microsite.content.parsing import Source

FOLDER = "site/pages"
_NAME = "{company}"
_MARKS = re.compile(r"[\\`*_\[\]#]")  # what Markdown would read as more than a name


def standard_pages(root: Path, language: str) -> dict[str, Path]:
    """Their files by the name that they would have below site/content; in `language`, or in English
    if nobody has translated the page."""
    folder = root / FOLDER
    originals = (p for p in folder.rglob("*.md") if "." not in p.stem)
    return {f"pages/{p.relative_to(folder).as_posix()}": _in(language, p) for p in originals}


def _in(language: str, original: Path) -> Path:
    translated = original.with_suffix(f".{language}.md")
    return translated if translated.exists() else original


def filled(page: Source, settings: Settings) -> Source:
    """The page with the company's name where it says {company}, and how long data is kept where it
    names a setting of `keep`, as {contact_months}."""
    name = settings.company
    words = {key: value for key, value in page.meta.items() if isinstance(value, str)}
    meta = {**page.meta, **{key: text.replace(_NAME, name) for key, text in words.items()}}
    as_markdown = _MARKS.sub(r"\\\g<0>", html.escape(name, quote=False))
    body = page.body.replace(_NAME, as_markdown)
    for setting, number in asdict(settings.keep).items():
        body = body.replace(f"{{{setting}}}", str(number))
    return replace(page, meta=meta, body=body)
