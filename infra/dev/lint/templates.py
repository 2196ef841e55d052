"""Checks every Jinja2 template: its syntax, its translations, its fitness for the CSP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from infra.paths import ROOT

PAGES = (
    "site/theme/**/*.html",
    "functions/*/pages/*.html",
    "infra/dev/mailbox/templates/*.html",
)
MAILS = ("newsletter_templates/**/*.html", "newsletter_templates/**/*.mjml")
# Opened from the disk without the site's CSP, so they may hold their own styles.
FILES = tuple(
    f"infra/{folder}/*.html"
    for folder in ("guest_list", "html_pages", "issue_preview", "issue_report")
)
FROM_DISK = {"your_data.html"}  # a file that people open: nothing sends it a policy
TEXTS = ("newsletter_templates/**/*.txt",)
JINJA = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Attributes written by a macro, entities and paths are no text; product names need no translation.
NO_TEXT = re.compile(r'[\w-]+="[^"]*"|&#?\w+;|/[\w/-]*/|\b(?:Google|Outlook)\b')
READ_ALOUD = ("alt", "title", "aria-label", "placeholder")
UNREAD = {"script", "style", "mj-style"}
DATA_SCRIPTS = {"application/ld+json", "application/json"}


@dataclass(frozen=True)
class Problem:
    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text}"


class _Reader(HTMLParser):
    """Collects (line, problem) of one template whose Jinja2 is blanked out."""

    def __init__(self, *, page: bool) -> None:
        super().__init__()
        self.problems: list[tuple[int, str]] = []
        self._page = page
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in {"img", "mj-image"} and "alt" not in attributes:
            self._report("an image without alt: describe it, or write alt='' for decoration")
        if self._page and "style" in attributes:
            self._report("an inline style: the Content-Security-Policy blocks it; use a class")
        if self._page and any(name.startswith("on") for name in attributes):
            self._report("an inline event handler: the Content-Security-Policy blocks it")
        if self._page and (attributes.get("href") or "").strip().lower().startswith("javascript:"):
            self._report("a script as a link: the Content-Security-Policy blocks it")
        for name in READ_ALOUD:
            if WORD.search(attributes.get(name) or ""):
                self._report(f"{name} is not translated: write {{{{ _({attributes[name]!r}) }}}}")
        data = (attributes.get("type") or "") in DATA_SCRIPTS
        if self._page and (
            tag == "style" or (tag == "script" and "src" not in attributes and not data)
        ):
            self._report(f"an inline <{tag}>: the Content-Security-Policy blocks it; use a file")
        self._inside = [*self._inside, tag][-1:] if tag in UNREAD else self._inside

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            self._inside = []

    def handle_data(self, data: str) -> None:
        text = NO_TEXT.sub(" ", data)
        if not self._inside and WORD.search(text):
            self._report(f"text that is not translated: write {{{{ _({text.strip()[:40]!r}) }}}}")

    def _report(self, text: str) -> None:
        self.problems.append((self.getpos()[0], text))


def problems(path: Path, *, page: bool, markup: bool = True) -> Iterator[Problem]:
    source = path.read_text(encoding="utf-8")
    try:
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    except TemplateSyntaxError as error:
        yield Problem(path, error.lineno, error.message or "can't be parsed")
        return
    plain = JINJA.sub(_blank, source)
    reader = _Reader(page=page)
    if markup:
        reader.feed(plain)
    else:
        reader.problems = _untranslated_lines(plain)
    yield from (Problem(path, line, text) for line, text in reader.problems)


def _blank(match: re.Match[str]) -> str:
    """Only the line breaks, so that line numbers stay right."""
    return "\n" * match.group().count("\n")


def _untranslated_lines(text: str) -> list[tuple[int, str]]:
    lines = enumerate(text.splitlines(), 1)
    return [
        (n, f"text that is not translated: {line!r}")
        for n, line in lines
        if WORD.search(NO_TEXT.sub(" ", line))
    ]


def every() -> Iterator[Problem]:
    for patterns, page, markup in (
        (PAGES, True, True),
        (MAILS, False, True),
        (FILES, False, True),
        (TEXTS, False, False),
    ):
        for pattern in patterns:
            for path in sorted(ROOT.glob(pattern)):
                in_browser = page and path.name not in FROM_DISK
                yield from problems(path, page=in_browser, markup=markup)


def main() -> int:
    problems_in_all = list(every())
    print("\n".join(map(str, problems_in_all)) or "no problems in any template")  # noqa: T201
    return 1 if problems_in_all else 0


if __name__ == "__main__":
    raise SystemExit(main())
