"""Reads the company's settings in mkdocs.yml. No item and no template here.

See docs/settings.md.
"""

import os
from pathlib import Path
from typing import Any

import yaml

from microsite.content import yaml_lines
from microsite.content.company import Settings
from microsite.content.mkdocs_yml.place import FILE, Place, Sheet, slugs_of
from microsite.content.mkdocs_yml.readers import known_languages
from microsite.content.mkdocs_yml.site_keys import SITE_KEYS, labels_of
from microsite.content.parsing import CONTENT
from microsite.content.problems import ContentError, Problem

_LISTS = ("offices", "contacts")  # whose slugs other settings name


def load(root: Path) -> Settings:
    """Settings of the project at `root`. Raises ContentError with every wrong line."""
    data, lines = _read(root)
    if os.environ.get("SITE_URL"):
        data["site_url"] = os.environ["SITE_URL"]
    sheet = _sheet(root, data, lines)
    values = SITE_KEYS(data, Place(sheet))
    if sheet.problems:
        raise ContentError(sorted(sheet.problems))
    return Settings(
        **values["extra"]["alumni"],
        nav=values["nav"],
        site_url=values["site_url"],
        site_name=values["site_name"],
        markdown_extensions=values.get("markdown_extensions", ()),
    )


def _sheet(root: Path, data: dict[str, Any], lines: yaml_lines.Lines) -> Sheet:
    extra = data.get("extra")
    company = extra.get("alumni") if isinstance(extra, dict) else None
    known = company if isinstance(company, dict) else {}
    content = root / CONTENT
    files = (path for path in content.rglob("*") if path.is_file() and path.suffix != ".md")
    return Sheet(
        lines=lines,
        labels=labels_of(data.get("nav")),
        languages=known_languages(known.get("languages")),
        slugs={name: slugs_of(known.get(name)) for name in _LISTS},
        files=frozenset(path.relative_to(content).as_posix() for path in files),
    )


def _read(root: Path) -> tuple[dict[str, Any], yaml_lines.Lines]:
    try:
        text = (root / FILE).read_text(encoding="utf-8-sig")
        data, lines = yaml_lines.load(text, yaml_lines.ConfigLoader, depth=6)
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([Problem(FILE, 1, f"can't be read: {error}")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, hint = yaml_lines.remedy(text, mark.line if mark else 0)
        reason = getattr(error, "problem", None) or str(error)
        problem = Problem(FILE, line + 1, f"is not valid YAML ({reason}): {hint}")
        raise ContentError([problem]) from error
    if not isinstance(data, dict):
        raise ContentError([Problem(FILE, 1, "must be keys and values")])
    return data, lines
