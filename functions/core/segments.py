"""A segment: whom something is for, by what members have. One small language for the desk, the
command and an issue's `audience`.

On one line `office: malmo; kind: retired; topic: water; language: sv; joined: 2026-Q3; active`; in
front matter the same as a mapping. Values with commas between are alternatives; every condition
must be met. No I/O here. See docs/segments.md.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from functions.core.translations import N_

Segment = dict[str, tuple[str, ...]]  # condition → the wanted values; {} is everybody

CHOSEN = ("office", "kind", "interest", "language")  # conditions with values from the settings
JOINED, ACTIVE = "joined", "active"
CONDITIONS = (*CHOSEN, JOINED, ACTIVE)
WRITTEN = {"topic": "interest"}  # how else a condition may be written
YES = "yes"
ACTIVE_DAYS = 365  # a sign of life within so many days
PERIOD = re.compile(
    r"(?P<year>[1-9]\d{3})(-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.IGNORECASE
)

UNKNOWN_CONDITION = N_("'%(word)s' is unknown: write one of %(choices)s, such as '%(nearest)s'.")
UNKNOWN_VALUE = N_("%(key)s has no '%(word)s': write one of %(choices)s, such as '%(nearest)s'.")
NO_VALUE = N_("%(key)s needs a value, such as %(nearest)s.")
TWICE = N_("%(key)s stands there twice: write its values behind one another, with commas.")
NO_PERIOD = N_(
    "'%(word)s' is no period: write a year, a quarter, a month or a range, such as 2026, 2026-Q3, "
    "2026-09 or 2024..2026-Q2."
)
NOT_ACTIVE = N_("active stands alone, or with yes; leave it out for everybody.")


class SegmentError(Exception):
    """`msgid` says what to write; `values` stand in it."""

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid % values)
        self.msgid, self.values = msgid, values


Choices = Mapping[str, Collection[str]]  # of each condition in CHOSEN: its values in the settings


def choices_of(site: Mapping[str, Any]) -> Choices:
    """Of the catalogue's `site` part."""
    lists = {"office": "offices", "kind": "kinds", "interest": "topics"}
    slugs = {key: [entry["slug"] for entry in site[name]] for key, name in lists.items()}
    return slugs | {"language": site["languages"]}


def parse(line: str, choices: Choices) -> Segment:
    """
    Raises:
        SegmentError: the line isn't understood.
    """
    segment: Segment = {}
    for part in filter(None, (part.strip() for part in line.split(";"))):
        word, colon, text = part.partition(":")
        key = _condition(word.strip())
        if key in segment:
            raise SegmentError(TWICE, key=word.strip())
        values = [value.strip() for value in text.split(",") if value.strip()] if colon else [YES]
        segment[key] = read(key, values if colon or key == ACTIVE else [], choices)
    return segment


def read(key: str, values: Sequence[str], choices: Choices) -> tuple[str, ...]:
    """The values of one condition.

    Raises:
        SegmentError: one is wrong, or there is none.
    """
    if key == ACTIVE:
        if [value.lower() for value in values] not in (["yes"], ["true"]):
            raise SegmentError(NOT_ACTIVE)
        return (YES,)
    if not values:
        raise SegmentError(NO_VALUE, key=key, nearest=next(iter(choices.get(key, ())), "2026-Q3"))
    if key == JOINED:
        return tuple(_period(value) for value in values)
    return tuple(_value(key, value, choices[key]) for value in values)


def line_of(segment: Mapping[str, Sequence[str]]) -> str:
    """The line that `parse` reads."""
    parts = (key if key == ACTIVE else f"{key}: {', '.join(segment[key])}" for key in segment)
    return "; ".join(parts)


def is_in_period(at: int, period: str) -> bool:
    """Whether a moment lies in a year, quarter, month or range, in UTC, as figures count."""
    first, _, last = period.partition("..")
    day = dt.datetime.fromtimestamp(at, dt.UTC).date()
    return _begin(first) <= day < _end(last or first)


def _condition(word: str) -> str:
    key = WRITTEN.get(word.lower(), word.lower())
    if key not in CONDITIONS:
        known = [*CONDITIONS, *WRITTEN]
        raise SegmentError(UNKNOWN_CONDITION, word=word, **_nearest(key, known))
    return key


def _value(key: str, value: str, known: Collection[str]) -> str:
    if value.lower() not in known:
        raise SegmentError(UNKNOWN_VALUE, key=key, word=value, **_nearest(value.lower(), known))
    return value.lower()


def _nearest(word: str, known: Collection[str]) -> dict[str, str]:
    near = get_close_matches(word, known, 1, cutoff=0) or [""]
    return {"choices": ", ".join(known), "nearest": near[0]}


def _period(text: str) -> str:
    parts = text.split("..")
    well_written = len(parts) <= 2 and all(map(PERIOD.fullmatch, parts))  # noqa: PLR2004 - from, to
    if not well_written or _begin(parts[0]) >= _end(parts[-1]):
        raise SegmentError(NO_PERIOD, word=text)
    return text.upper()


def _begin(period: str) -> dt.date:
    year, month, _ = _months(period)
    return dt.date(year, month, 1)


def _end(period: str) -> dt.date:
    """The day after it."""
    year, month, months = _months(period)
    behind = month - 1 + months
    return dt.date(year + behind // 12, behind % 12 + 1, 1)


def _months(period: str) -> tuple[int, int, int]:
    """Its year, its first month, and how many it has."""
    parts = PERIOD.fullmatch(period)
    assert parts
    year = int(parts["year"])
    if parts["quarter"]:
        return year, 3 * int(parts["quarter"]) - 2, 3
    return (year, int(parts["month"]), 1) if parts["month"] else (year, 1, 12)
