"""From files to items. Collects every problem of a file instead of stopping at the first."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from microsite.content import consent_texts, yaml_lines
from microsite.content.company import Settings
from microsite.content.consent_texts import ConsentTexts, is_about_consents
from microsite.content.front_matter import FIELDS
from microsite.content.items import Item
from microsite.content.parsing import CONTENT, DATED, Source, parse_item
from microsite.content.problems import Problem, suggestion
from microsite.content.standard_pages import filled, standard_pages
from microsite.content.text_files import Report, read_text

__all__ = ["CONTENT", "Content", "read"]

_LANGUAGE = re.compile(r"(.+)\.([A-Za-z]{2,3}(?:-[A-Za-z]+)?)")
# Spaces that Word sets instead of plain ones.
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
_LINE = re.compile(r"[-\u2010-\u2015\u2212]+")
_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Content:
    """All items in every language, drafts too. `files` are all names below site/content but those
    of `consents`; `unread` maps files that have problems, and so became no item, to their likely
    address."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    files: frozenset[str] = field(repr=False, default=frozenset())
    unread: dict[str, str] = field(repr=False, default_factory=dict)
    consents: ConsentTexts = field(repr=False, default_factory=ConsentTexts)


def read(root: Path, settings: Settings) -> Content:
    """Every Markdown file below site/content, and the standard pages that aren't replaced there.
    `files` are the others below site/content, relative to it."""
    content = root / CONTENT
    files = sorted(p.relative_to(content).as_posix() for p in content.rglob("*") if p.is_file())
    problems: list[Problem] = []
    consents = consent_texts.read(content, files, problems)
    names = [name for name in files if not is_about_consents(name)]
    own = {name: content / name for name in names if name.endswith(".md")}
    standard = standard_pages(root, settings.language).items()
    added = {name: path for name, path in standard if name not in own}
    paths = sorted({**own, **added}.items())
    opened = [_open(path, name, settings, problems) for name, path in paths]
    sources = [filled(file, settings) if file.path in added else file for file in opened if file]
    bases = {(f.kind, f.stem): f for f in sources if f.lang == settings.language}
    items = [parse_item(file, bases, settings, problems) for file in sources]
    readable = tuple(item for item in items if item)
    unread = {name: _likely_url(name) for name in own.keys() - {item.path for item in readable}}
    return Content(readable, tuple(problems), frozenset(names), unread, consents)


def _likely_url(name: str) -> str:
    """The address of a file that has problems, so that a link to it is no second problem."""
    kind, _, stem = name.removesuffix(".md").partition("/")
    return f"/{stem}/" if kind == "pages" else f"/{kind}/{DATED.sub('', stem)}/"


def _open(path: Path, name: str, settings: Settings, problems: list[Problem]) -> Source | None:
    def wrong(line: int, text: str) -> None:
        problems.append(Problem(f"{CONTENT}/{name}", line, text))

    kind, _, rest = name.partition("/")
    if kind not in FIELDS or not rest:
        wrong(1, f"is not in a folder for items: {suggestion(kind, FIELDS)}")
        return None
    text = read_text(path, wrong)
    front = _FRONT.match(text or "")
    if text is None:
        return None
    if not front:
        wrong(1, _why_no_front_matter(text))
        return None
    meta, lines = _meta(front[1].translate(_SPACES), wrong)
    if meta is None:
        return None
    stem, lang = _stem_and_language(rest, settings, wrong)
    body_line = front[0].count("\n") + 1
    return Source(name, kind, stem, lang, meta, lines, text[front.end() :], body_line)


def _why_no_front_matter(text: str) -> str:
    first = text.lstrip().partition("\n")[0].strip()
    if text.startswith("---\n"):
        return "has front matter that never ends: write a line --- below its last key"
    if first == "---":
        return "begins with an empty line: begin with ---"
    if _LINE.fullmatch(first):
        return f"begins with '{first}': write three hyphens, ---"
    return "has no front matter: begin with ---, then key: value lines, then ---"


def _meta(text: str, wrong: Report) -> tuple[dict[str, Any] | None, dict[str, int]]:
    try:
        data, lines = yaml_lines.load(text, yaml_lines.PlainLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "a character that YAML doesn't allow"
        line, hint = yaml_lines.remedy(text, mark.line if mark else 0)
        wrong(line + 2, f"front matter is not valid YAML ({reason}): {hint}")
        return None, {}
    if not isinstance(data, dict):
        wrong(2, "front matter has no keys: write each line as key: value")
        return None, {}
    return data, {str(path[0]): line + 1 for path, line in lines.items()}


def _stem_and_language(rest: str, settings: Settings, wrong: Report) -> tuple[str, str]:
    stem = rest.removesuffix(".md")
    variant = _LANGUAGE.fullmatch(stem)
    if not variant:
        return stem, settings.language
    if variant[2] not in settings.languages:
        hint = suggestion(variant[2], settings.languages)
        wrong(1, f"'{variant[2]}' in the file name is not a language in mkdocs.yml: {hint}")
        return stem, settings.language
    return variant[1], variant[2]
