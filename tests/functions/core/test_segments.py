"""The filter language: what it takes, what it refuses with which words, and what it means."""

import datetime as dt

import pytest

from functions.core import segments
from functions.core.segments import SegmentError, is_in_period, line_of, parse

CHOICES = {
    "office": ["malmo", "stockholm"],
    "kind": ["engineer", "retired"],
    "interest": ["energy", "water"],
    "language": ["en", "sv"],
}


@pytest.mark.parametrize(
    ("line", "segment"),
    [
        ("", {}),
        (" ; ", {}),
        ("office: malmo", {"office": ("malmo",)}),
        ("Office: MALMO , stockholm", {"office": ("malmo", "stockholm")}),
        ("topic: water", {"interest": ("water",)}),
        (
            "office: malmo; kind: retired; topic: water; language: sv; joined: 2026-Q3; active",
            {
                "office": ("malmo",),
                "kind": ("retired",),
                "interest": ("water",),
                "language": ("sv",),
                "joined": ("2026-Q3",),
                "active": ("yes",),
            },
        ),
        ("active: yes", {"active": ("yes",)}),
        ("joined: 2024..2026-q2, 2020-03", {"joined": ("2024..2026-Q2", "2020-03")}),
    ],
)
def test_a_line_is_read(line, segment):
    assert parse(line, CHOICES) == segment
    assert parse(line_of(segment), CHOICES) == segment


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ofice: malmo", "'ofice' is unknown: write one of office, kind, interest"),
        ("ofice: malmo", "such as 'office'"),
        ("office: malmö", "office has no 'malmö': write one of malmo, stockholm, such as 'malmo'"),
        ("office:", "office needs a value, such as malmo."),
        ("office", "office needs a value"),
        ("office: malmo; office: stockholm", "office stands there twice"),
        ("topic: water; interest: energy", "interest stands there twice"),
        ("joined: soon", "'soon' is no period"),
        ("joined: 2026-Q5", "'2026-Q5' is no period"),
        ("joined: 2026..2024", "'2026..2024' is no period"),
        ("joined: 2026..2027..2028", "is no period"),
        ("joined: 0000", "'0000' is no period"),
        ("active: no", "active stands alone"),
        ("malmo", "'malmo' is unknown"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(line, message):
    with pytest.raises(SegmentError) as refused:
        parse(line, CHOICES)
    assert message in str(refused.value)


def at(day: str) -> int:
    return int(dt.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp())


@pytest.mark.parametrize(
    ("period", "first", "day_after"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2024..2026-Q2", "2024-01-01", "2026-07-01"),
        ("2024-02..2024-02", "2024-02-01", "2024-03-01"),
    ],
)
def test_a_period_has_its_first_second_and_not_the_one_behind_its_last(period, first, day_after):
    assert is_in_period(at(first), period)
    assert not is_in_period(at(first) - 1, period)
    assert is_in_period(at(day_after) - 1, period)
    assert not is_in_period(at(day_after), period)


def test_the_choices_are_those_of_the_settings():
    site = {
        "offices": [{"slug": "malmo"}],
        "kinds": [{"slug": "engineer"}],
        "topics": [{"slug": "water"}],
        "languages": ["sv"],
    }
    assert segments.choices_of(site) == {
        "office": ["malmo"],
        "kind": ["engineer"],
        "interest": ["water"],
        "language": ["sv"],
    }
