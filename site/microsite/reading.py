"""From files to items. Collects every problem of a file instead of stopping at the first."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from microsite import fields, yamlines
from microsite.company import Settings
from microsite.fields import FieldError
from microsite.items import Event, Item, Job, News, Newsletter, Page
from microsite.problems import Problem, meant
from microsite.schema import FIELDS, Field

CONTENT = "site/content"
_DATED = re.compile(r"\d{4}-\d\d-\d\d-(?=.)")
_LANGUAGE = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z]+)?)")
_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_SHAPES: dict[str, type[Item]] = {
    "news": News,
    "events": Event,
    "jobs": Job,
    "newsletters": Newsletter,
    "pages": Page,
}
_MOMENTS = ("start", "end", "closes", "send_at", "deadline")


@dataclass(frozen=True)
class Content:
    """What was read: items of every language, drafts too. `files` are all names there are, and
    `unread` maps those that gave no item to their likely address."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    files: frozenset[str] = field(repr=False, default=frozenset())
    unread: dict[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class _File:
    """`meta` is what HR typed; `values` is what it means."""

    path: str
    kind: str
    stem: str
    lang: str
    meta: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


def read(root: Path, settings: Settings) -> Content:
    """Every Markdown file below site/content. `files` are all files there, relative to it."""
    content = root / CONTENT
    names = sorted(p.relative_to(content).as_posix() for p in content.rglob("*") if p.is_file())
    problems: list[Problem] = []
    opened = [_open(content, name, settings, problems) for name in names if name.endswith(".md")]
    found = [file for file in opened if file]
    bases = {(f.kind, f.stem): f for f in found if f.lang == settings.language}
    items = [_item(file, bases, settings, problems) for file in found]
    made = tuple(item for item in items if item)
    unread = {name: _likely_url(name) for name in names if name.endswith(".md")}
    for item in made:
        unread.pop(item.path)
    return Content(made, tuple(problems), frozenset(names), unread)


def _likely_url(name: str) -> str:
    """Where a file that has problems would be, so that a link to it is no second problem."""
    kind, _, stem = name.removesuffix(".md").partition("/")
    return f"/{stem}/" if kind == "pages" else f"/{kind}/{_DATED.sub('', stem)}/"


def _open(content: Path, name: str, settings: Settings, problems: list[Problem]) -> _File | None:
    def wrong(line: int, text: str) -> None:
        problems.append(Problem(f"{CONTENT}/{name}", line, text))

    kind, _, rest = name.partition("/")
    if kind not in FIELDS or not rest:
        wrong(1, f"stands in no folder for items: {meant(kind, FIELDS)}")
        return None
    text = _text(content / name, wrong)
    front = _FRONT.match(text or "")
    if text is None:
        return None
    if not front:
        wrong(1, "has no front matter: begin with ---, then key: value lines, then ---")
        return None
    meta, lines = _meta(front[1], wrong)
    if meta is None:
        return None
    stem, lang = _stem_and_language(rest, settings, wrong)
    body_line = front[0].count("\n") + 1
    return _File(name, kind, stem, lang, meta, lines, text[front.end() :], body_line)


def _text(path: Path, wrong: Any) -> str | None:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong(line, "is not UTF-8: save the file with the encoding UTF-8")
        return None


def _meta(text: str, wrong: Any) -> tuple[dict[str, Any] | None, dict[str, int]]:
    try:
        data, lines = yamlines.load(text, yamlines.PlainLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "a character that YAML has no use for"
        hint = "write each line as key: value, with quotes around a value that has a colon"
        wrong((mark.line if mark else 0) + 2, f"front matter is no YAML ({what}): {hint}")
        return None, {}
    if not isinstance(data, dict):
        wrong(2, "front matter has no keys: write each line as key: value")
        return None, {}
    return data, {str(path[0]): line + 1 for path, line in lines.items()}


def _stem_and_language(rest: str, settings: Settings, wrong: Any) -> tuple[str, str]:
    stem = rest.removesuffix(".md")
    variant = _LANGUAGE.fullmatch(stem)
    if not variant:
        return stem, settings.language
    if variant[2] not in settings.languages:
        hint = meant(variant[2], settings.languages)
        wrong(1, f"'{variant[2]}' in the file's name is no language of mkdocs.yml: {hint}")
        return stem, settings.language
    return variant[1], variant[2]


def _item(
    file: _File, bases: dict[tuple[str, str], _File], settings: Settings, problems: list[Problem]
) -> Item | None:
    """None where the file's problems leave no item to speak of."""

    def wrong(key: str, text: str) -> None:
        line = file.lines.get(key, 1)
        problems.append(Problem(f"{CONTENT}/{file.path}", line, text))

    before = len(problems)
    base = bases.get((file.kind, file.stem))
    if base is None:
        wrong("", f"has no original: write {file.stem}.md in '{settings.language}' first")
        return None
    _same_facts(file, base, wrong)
    spec = FIELDS[file.kind]
    for key in file.meta:
        if key not in spec:
            wrong(key, f"unknown key '{key}': {meant(key, spec)}")
    values = _values({**base.meta, **file.meta}, spec, settings, wrong)
    _complete(file, values, settings, wrong)
    if len(problems) > before:
        return None
    slug = values.pop("slug")
    return _SHAPES[file.kind](
        kind=file.kind,
        slug=slug,
        lang=file.lang,
        path=file.path,
        body=file.body,
        body_line=file.body_line,
        lines=file.lines,
        **values,
    )


_TOLD = ("title", "summary", "subject", "preheader", "image_alt", "place", "food", "author")


def _same_facts(file: _File, base: _File, wrong: Any) -> None:
    """A language variant tells the same facts: two files can't disagree on when an event is."""
    for key, value in file.meta.items():
        if (
            file is not base
            and key not in (*_TOLD, "draft", "audience")
            and value != base.meta.get(key)
        ):
            wrong(key, f"{key} differs from {base.path}: take the line out, the facts stand there")


def _values(
    meta: dict[str, Any], spec: dict[str, Field], settings: Settings, wrong: Any
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, rule in spec.items():
        if key not in meta:
            if rule.required:
                wrong("", f"{key} is missing: add a line {key}: ...")
            continue
        try:
            values[key] = rule.read(meta[key], settings)
        except FieldError as error:
            wrong(key, f"{key} {error}")
    return values


def _complete(file: _File, values: dict[str, Any], settings: Settings, wrong: Any) -> None:
    """Adds what HR may leave out, and gives local times their zone."""
    values["slug"] = values.get("slug") or _slug(file, wrong)
    if file.kind in {"events", "jobs"}:
        offices = values.get("office") or ("",)
        office = settings.office.get(offices[0])
        values.setdefault("time_zone", office.time_zone if office else settings.time_zone)
    zone = values.get("time_zone") or settings.time_zone
    for key in _MOMENTS:
        if key in values and hasattr(values[key], "hour"):
            try:
                values[key] = fields.localise(values[key], zone)
            except FieldError as error:
                wrong(key, f"{key} {error}")
    if file.kind == "events" and "start" in values:
        values.setdefault("closes", values["start"])
    if file.kind == "newsletters":
        values.setdefault("title", values.get("subject", ""))
        values.setdefault("summary", values.get("preheader", ""))
    if "image" in values:
        values["image"] = _image(file.path, values["image"])


def _slug(file: _File, wrong: Any) -> str:
    words = file.stem.split("/") if file.kind == "pages" else [_DATED.sub("", file.stem)]
    if not all(_WORD.fullmatch(word) for word in words):
        wrong(
            "", f"'{file.stem}' gives no address: name the file with small letters, digits, hyphens"
        )
    return "/".join(words)


def _image(path: str, image: str) -> str:
    """Relative to site/content, whether HR wrote it from there, from the item, or with a slash."""
    if image.startswith(("../", "./")):
        parts = [*path.split("/")[:-1], *image.split("/")]
        done: list[str] = []
        for part in parts:
            if part == ".." and done:
                done.pop()
            elif part != ".":
                done.append(part)
        return "/".join(done)
    return image.lstrip("/")
