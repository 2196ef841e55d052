"""A value's place in mkdocs.yml, and tables of keys that are checked there.

A reader takes a value and its place, and returns the value for the settings. It raises SettingError
if it can't be used; further problems, such as those of other lines, are reported at their places.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from microsite.content.problems import Problem, suggestion
from microsite.content.yaml_lines import Lines

FILE = "mkdocs.yml"
EMPTY = (None, "")


class SettingError(ValueError):
    """The message gives the remedy."""


@dataclass(frozen=True)
class Sheet:
    """What a value may refer to: `slugs` are those of the lists of extra.alumni by the list's
    name, `labels` those of nav, `files` the files below site/content."""

    lines: Lines
    labels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    slugs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    sheet: Sheet
    path: tuple[str | int, ...] = ()

    @property
    def name(self) -> str:
        """The key, or for an entry of a list the list's."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), FILE)

    @property
    def line(self) -> int:
        """Of the key, or of the nearest one that stands above it."""
        path = self.path
        while path and path not in self.sheet.lines:
            path = path[:-1]
        return self.sheet.lines.get(path, 1)

    def below(self, *keys: str | int) -> "Place":
        return Place(self.sheet, (*self.path, *keys))

    def read(self, reader: "Read", value: Any) -> Any:
        """The value for the settings, or None after its problem is reported."""
        try:
            return reader(value, self)
        except SettingError as error:
            self.wrong(str(error))
            return None

    def read_each(self, reader: "Read", values: list[Any]) -> tuple[Any, ...]:
        read = (self.below(number).read(reader, value) for number, value in enumerate(values))
        return tuple(value for value in read if value is not None)

    def wrong(self, text: str) -> None:
        self.sheet.problems.append(Problem(FILE, self.line, text))


Read = Callable[[Any, Place], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a key is read, and its row in docs/settings.md; `example` is valid YAML."""

    read: Read
    example: str
    meaning: str
    required: bool = False


Table = Mapping[str, Setting]


def mapping(
    table: Table, shape: Callable[..., Any], misplaced: Mapping[str, str] | None = None
) -> Read:
    """Reads keys and values. `misplaced` has a message for keys that belong somewhere else."""
    hints = misplaced or {}

    def read(value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            raise SettingError(f"{place.name} must be keys and values")
        for key in value:
            if key not in table:
                text = hints.get(key) or suggestion(str(key), table)
                place.below(str(key)).wrong(f"unknown key '{key}': {text}")
        values = {key: _read(key, value, table[key], place) for key in table}
        lacks = [key for key, setting in table.items() if setting.required and values[key] is None]
        given = {key: read for key, read in values.items() if read is not None}
        return None if lacks else shape(**given)

    return read


def _read(key: str, values: dict[str, Any], setting: Setting, place: Place) -> Any:
    value = values.get(key)
    if value not in EMPTY:
        return place.below(key).read(setting.read, value)
    if setting.required:
        place.below(key).wrong(f"{key} is missing: write {key}: {setting.example}")
    elif key in values:
        place.below(key).wrong(f"{key} is empty: write a value, or remove the line")
    return None


def rows(table: Table, shape: Callable[..., Any]) -> Read:
    """Reads a list of entries."""
    read_entry = mapping(table, shape)

    def read(value: Any, place: Place) -> Any:
        if not isinstance(value, list):
            raise SettingError(f"{place.name} must be a list: begin each entry with a hyphen")
        if not value:
            raise SettingError(f"{place.name} is empty: add an entry")
        return place.read_each(read_entry, value)

    return read


def entries(table: Table, shape: Callable[..., Any]) -> Read:
    """Reads a list of entries with a slug that no other has."""
    read_rows = rows(table, shape)

    def read(value: Any, place: Place) -> Any:
        slugs = slugs_of(value)
        for number, slug in enumerate(slugs):
            if slug and slug in slugs[:number]:
                text = f"slug '{slug}' is used twice: choose another"
                place.below(number, "slug").wrong(text)
        return read_rows(value, place)

    return read


def slugs_of(value: Any) -> tuple[str, ...]:
    """The slugs of a list's entries, "" for an entry without a usable one."""
    listed = value if isinstance(value, list) else []
    slugs = (entry.get("slug") if isinstance(entry, dict) else "" for entry in listed)
    return tuple(slug if isinstance(slug, str) else "" for slug in slugs)
