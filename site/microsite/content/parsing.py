"""From the text of one file to an item, or to all its problems. Opens no file."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from functions.core.slugs import is_slug
from microsite.content import fields
from microsite.content.company import Settings
from microsite.content.fields import FieldError
from microsite.content.front_matter import FIELDS, Field
from microsite.content.items import Event, Item, Job, News, Newsletter, Page
from microsite.content.problems import Problem, suggestion

CONTENT = "site/content"
DATED = re.compile(r"\d{4}-\d\d-\d\d-(?=.)")
_COPIED = re.compile(r"(.+)[-_ ]([A-Za-z]{2,3})")
_ALMOST_DATED = re.compile(r"(?:19|20)\d\d[-_.]\d\d?[-_.]\d\d?[-_. ]")
Wrong = Callable[[str, str], None]  # takes a key and its problem
_SHAPES: dict[str, type[Item]] = {
    "news": News,
    "events": Event,
    "jobs": Job,
    "newsletters": Newsletter,
    "pages": Page,
}
_MOMENTS = (
    *("start", "end", "opens", "closes", "moved_from", "invite_at"),
    *("send_at", "deadline"),
)


@dataclass(frozen=True)
class Source:
    """One file as written: `meta` is its front matter, `lines` the line of each key."""

    path: str
    kind: str
    stem: str
    lang: str
    meta: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


def parse_item(
    file: Source, bases: dict[tuple[str, str], Source], settings: Settings, problems: list[Problem]
) -> Item | None:
    """None if the file has problems, which are added to `problems`."""

    def wrong(key: str, text: str) -> None:
        line = file.lines.get(key, 1)
        problems.append(Problem(f"{CONTENT}/{file.path}", line, text))

    before = len(problems)
    base = bases.get((file.kind, file.stem))
    if base is None:
        wrong("", f"has no original: write {file.stem}.md in '{settings.language}' first")
        return None
    _refuse_copied_translation(file, bases, settings, wrong)
    _same_facts(file, base, wrong)
    spec = FIELDS[file.kind]
    for key in file.meta:
        if key not in spec:
            wrong(key, f"unknown key '{key}': {suggestion(key, spec)}")
    values = _values({**_inherited(file, base), **file.meta}, spec, settings, wrong)
    _complete(file, values, settings, wrong)
    if file.kind == "newsletters":
        values["is_translation"] = file is not base
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


def _refuse_copied_translation(
    file: Source, bases: dict[tuple[str, str], Source], settings: Settings, wrong: Wrong
) -> None:
    """`office-sv.md` beside `office.md` would be an item of its own, in the wrong language."""
    match = _COPIED.fullmatch(file.stem)
    is_language = match and match[2].lower() in settings.languages
    if match and is_language and (file.kind, match[1]) in bases and "slug" not in file.meta:
        name = f"{match[1]}.{match[2].lower()}.md"
        wrong("", f"looks like a translation: name it {name}, or add a line slug: if it is none")


_TRANSLATED = (
    *("title", "summary", "subject", "preheader", "image_alt", "place", "food", "reason", "author"),
    *("draft", "names", "greeting"),
)


def _same_facts(file: Source, base: Source, wrong: Wrong) -> None:
    """Translations hold words only, so two files can't disagree on when an event is."""
    for key, value in file.meta.items():
        if file is not base and key not in _TRANSLATED and value != base.meta.get(key):
            wrong(key, f"{key} differs from {base.path}: remove the line, the facts belong there")


def _inherited(file: Source, base: Source) -> dict[str, Any]:
    """The values that a translation takes from its original. If it has a subject of its own, the
    words that would be in the wrong language are left out."""
    foreign = ("title", "summary", "preheader") if "subject" in file.meta else ()
    return {key: value for key, value in base.meta.items() if key not in foreign}


def _values(
    meta: dict[str, Any], spec: dict[str, Field], settings: Settings, wrong: Wrong
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


def _complete(file: Source, values: dict[str, Any], settings: Settings, wrong: Wrong) -> None:
    """Adds the defaults of optional keys, and gives local times their zone."""
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
        _whole_days(file, values, zone, wrong)
        values.setdefault("closes", values["start"])
    if "seats" in values:
        values.setdefault("max_guests", min(Event.max_guests, values["seats"] - 1))
    if file.kind == "newsletters":
        values.setdefault("title", values.get("subject", ""))
        values.setdefault("summary", values.get("preheader", ""))
    if "image" in values:
        values["image"] = _image(file.path, values["image"])


def _whole_days(file: Source, values: dict[str, Any], zone: str, wrong: Wrong) -> None:
    """An event whose `start` has no time lasts all day, until the midnight after its last day."""
    start = values["start"]
    values["all_day"] = not isinstance(start, datetime)
    end = values.get("end", start if values["all_day"] else None)
    if end is None:
        if "end" not in file.meta:
            wrong("", "end is missing: add a line end: ...")
    elif isinstance(end, datetime) == values["all_day"]:
        wrong("end", "end must be like start: write a time in both, or in none for all day")
    elif values["all_day"]:
        if end < start:
            wrong("end", f"end is before start ({start}): write the last day, or remove it")
        values["start"] = fields.midnight(start, zone)
        values["end"] = fields.midnight(end + timedelta(days=1), zone)


def _slug(file: Source, wrong: Wrong) -> str:
    if file.kind != "pages" and (begins := _ALMOST_DATED.match(file.stem)) and not _dated(file):
        wrong("", f"'{begins[0]}' in the file name is not a date: write it like 2026-11-02-")
    words = file.stem.split("/") if file.kind == "pages" else [DATED.sub("", file.stem)]
    if not all(map(is_slug, words)):
        wrong(
            "",
            f"'{file.stem}' can't become an address: use lowercase letters, digits and hyphens "
            "in the file name",
        )
    return "/".join(words)


def _dated(file: Source) -> bool:
    try:
        return bool(DATED.match(file.stem)) and bool(date.fromisoformat(file.stem[:10]))
    except ValueError:
        return False


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
