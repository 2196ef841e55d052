"""Reads the company's settings in mkdocs.yml. No item and no template here.

See docs/settings.md.
"""

import os
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml
from babel import localedata

from microsite.content import yaml_lines
from microsite.content.company import Choice, Consent, Contact, Office, Settings, Team, Text
from microsite.content.problems import ContentError, Problem, suggestion

FILE = "mkdocs.yml"
_HERE: "Where" = ("extra", "alumni")
_LISTS = ("offices", "kinds", "topics", "contacts")


_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
Where = tuple[str | int, ...]
Report = Callable[[Where, str], None]
_ENTRIES: dict[str, type[Any]] = {
    "offices": Office,
    "kinds": Choice,
    "topics": Choice,
    "contacts": Contact,
}


def load(root: Path) -> Settings:
    """Settings of the project at `root`. Raises ContentError with every wrong line."""
    data, lines = _read(root)
    company = (data.get("extra") or {}).get("alumni")
    problems: list[Problem] = []

    def wrong(path: Where, text: str) -> None:
        problems.append(Problem(FILE, _line(lines, (*_HERE, *path)), text))

    languages = _languages(company)
    _check_keys(company, Settings, languages, (), wrong)
    entries: dict[str, tuple[Any, ...]] = {}
    if isinstance(company, dict):
        entries = {name: _entries(company.get(name), name, languages, wrong) for name in _LISTS}
        _check_keys(company.get("consent"), Consent, languages, ("consent",), wrong)
        _check_languages(company.get("languages"), wrong)
        _check_team(company, wrong)
        _check_zones(company, wrong)
        _check_references(entries, wrong)
        for number, contact in enumerate(entries["contacts"]):
            _check_language(contact.language, languages, ("contacts", number, "language"), wrong)
    if problems or not isinstance(company, dict):
        raise ContentError(sorted(problems))
    return _settings(data, company, entries)


def _read(root: Path) -> tuple[dict[str, Any], yaml_lines.Lines]:
    try:
        text = (root / FILE).read_text(encoding="utf-8-sig")
        data, lines = yaml_lines.load(text, yaml_lines.ConfigLoader, depth=6)
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([Problem(FILE, 1, f"can't be read: {error}")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or str(error)
        raise ContentError([Problem(FILE, line, f"is not valid YAML: {reason}")]) from error
    if not isinstance(data, dict):
        raise ContentError([Problem(FILE, 1, "must be keys and values")])
    return data, lines


def _line(lines: yaml_lines.Lines, path: Where) -> int:
    """The line of the key, or of the nearest that stands above it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


_DERIVED = {"site_url", "site_name", "markdown_extensions"}


def _check_keys(
    entry: Any, shape: type[Any], languages: list[str], path: Where, wrong: Report
) -> None:
    if not isinstance(entry, dict):
        wrong(path, "must be keys and values")
        return
    known = {f.name: f for f in fields(shape) if f.name not in _DERIVED}
    for key in entry:
        if key not in known:
            wrong((*path, key), f"unknown key '{key}': {suggestion(str(key), known)}")
    for name, spec in known.items():
        value = entry.get(name)
        if spec.type is str and value is not None and not isinstance(value, str):
            wrong((*path, name), f"{name} must be a text: put it in quotes")
        if spec.type is Text and value is not None:
            _check_text(value, languages, (*path, name), wrong)
        required = spec.default is MISSING and spec.default_factory is MISSING
        if required and value in (None, "", []):
            wrong(path, f"{name} is missing: write {name}: ...")


def _check_text(value: Any, languages: list[str], path: Where, wrong: Report) -> None:
    """One text for all languages, or one for each that the site lists."""
    name = path[-1]
    if isinstance(value, str):
        return
    if not isinstance(value, dict):
        wrong(path, f"{name} must be a text: put it in quotes")
        return
    for language in languages:
        if language not in value:
            hint = f"add a line {language}: ..., or write one text for all languages"
            wrong(path, f"{name} has no text in '{language}': {hint}")
    for language, text in value.items():
        if language not in languages:
            wrong(
                (*path, language),
                f"unknown language '{language}': {suggestion(language, languages)}",
            )
        elif not isinstance(text, str) or not text.strip():
            wrong((*path, language), f"{name} in '{language}' must be a text: put it in quotes")


def _entries(value: Any, name: str, languages: list[str], wrong: Report) -> tuple[Any, ...]:
    shape = _ENTRIES[name]
    entries: list[Any] = []
    slugs: set[Any] = set()
    if not isinstance(value, list):
        wrong((name,), f"{name} must be a list: begin each entry with a hyphen")
    for number, entry in enumerate(value if isinstance(value, list) else []):
        before = len(slugs)
        _check_keys(entry, shape, languages, (name, number), wrong)
        if not isinstance(entry, dict):
            continue
        slugs.add(entry.get("slug"))
        if len(slugs) == before:
            wrong((name, number), f"slug '{entry.get('slug')}' is used twice: choose another")
        entries.append(_entry(shape, entry))
    return tuple(entries)


def _entry(shape: type[Any], entry: dict[str, Any]) -> Any:
    """Missing values are empty: _check_keys has reported them."""
    values: dict[str, Any] = {}
    for spec in fields(shape):
        value = entry.get(spec.name) or ("" if spec.default is MISSING else spec.default)
        values[spec.name] = Text(value) if spec.type is Text else value
    return shape(**values)


def _languages(company: Any) -> list[str]:
    """The valid languages of the settings; _check_languages reports the others."""
    listed = company.get("languages") if isinstance(company, dict) else None
    return [*filter(_is_language, listed)] if isinstance(listed, list) else []


def _is_language(value: Any) -> bool:
    return isinstance(value, str) and localedata.exists(value)


def _check_languages(value: Any, wrong: Report) -> None:
    for language in value if isinstance(value, list) else [value]:
        if not _is_language(language):
            wrong(("languages",), f"'{language}' is not a language code: write them like [en, sv]")
    if not isinstance(value, list):
        wrong(("languages",), "languages must be a list: write it like [en, sv]")


def _check_team(company: dict[str, Any], wrong: Report) -> None:
    team = company.get("team")
    if team is None:
        return
    languages = _languages(company)
    _check_keys(team, Team, languages, ("team",), wrong)
    values = team if isinstance(team, dict) else {}
    email = str(values.get("email") or "")
    if email and not is_address(email):
        wrong(
            ("team", "email"),
            f"'{email}' is not a valid email address: write it like name@example.com",
        )
    _check_language(values.get("language"), languages, ("team", "language"), wrong)


def _check_language(value: Any, languages: list[str], path: Where, wrong: Report) -> None:
    """The language of emails to one address, if it is set."""
    language = str(value or "")
    if language and language not in languages:
        wrong(path, f"unknown language '{language}': {suggestion(language, languages)}")


def is_address(email: str) -> bool:
    return bool(_ADDRESS.fullmatch(email))


def _check_zones(company: dict[str, Any], wrong: Report) -> None:
    entries = [
        ((), company),
        *((("offices", i), o) for i, o in enumerate(company.get("offices") or [])),
    ]
    for path, entry in entries:
        zone = entry.get("time_zone") if isinstance(entry, dict) else None
        if zone and not known_zone(str(zone)):
            hint = suggestion(str(zone), sorted(available_timezones()))[:120]
            wrong((*path, "time_zone"), f"unknown time zone '{zone}': {hint}")


def known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown; a folder of zones; no sort of name
        return False
    return True


def _check_references(entries: dict[str, tuple[Any, ...]], wrong: Report) -> None:
    offices = [office.slug for office in entries["offices"]]
    contacts = [contact.slug for contact in entries["contacts"]]
    for number, office in enumerate(entries["offices"]):
        if office.contact and office.contact not in contacts:
            hint = suggestion(office.contact, contacts)
            wrong(("offices", number, "contact"), f"unknown contact '{office.contact}': {hint}")
    for number, contact in enumerate(entries["contacts"]):
        if contact.office and contact.office not in offices:
            hint = suggestion(contact.office, offices)
            wrong(("contacts", number, "office"), f"unknown office '{contact.office}': {hint}")


def _settings(
    data: dict[str, Any], company: dict[str, Any], entries: dict[str, tuple[Any, ...]]
) -> Settings:
    url = os.environ.get("SITE_URL") or data.get("site_url") or "http://localhost:8000/"
    converted = {*_LISTS, "consent", "languages", "team"}
    texts = {f.name for f in fields(Settings) if f.type is Text}
    own = {k: Text(v or "") if k in texts else v for k, v in company.items() if k not in converted}
    values: dict[str, Any] = {**own, **entries}
    consent = company["consent"]
    return Settings(
        **values,
        languages=tuple(company["languages"]),
        consent=Consent(consent["id"], consent["version"], Text(consent["text"])),
        team=Team(**company["team"]) if company.get("team") else None,
        site_url=str(url).rstrip("/"),
        site_name=str(data.get("site_name") or company["company"]),
        markdown_extensions=tuple(data.get("markdown_extensions") or ()),
    )
