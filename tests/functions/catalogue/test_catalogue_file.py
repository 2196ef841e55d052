"""Broken files: an error, and nothing changes."""

from typing import Any

import pytest

from functions.core import site
from functions.core.aws import table
from functions.core.texts import translated
from tests.functions.catalogue.publishing import (
    ISSUE,
    applied,
    but_progress,
    put,
    take_over,
    upload,
)
from tests.functions.support import EVENT, SITE


@pytest.fixture(autouse=True)
def unpublished(cloud):
    table.write(table.delete(site.KEY))
    return cloud


BROKEN: list[Any] = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[]",
    b"null",
    {"schema": 2},
    {"sequence": "2"},
    {"sequence": True},
    {"sequence": 2.5},
    {"site": None},
    {"site": SITE | {"languages": []}},
    {"site": SITE | {"imprint": {}}},
    {"site": SITE | {"imprint": {"en": "Fjärdholm AB", "sv": None}}},
    {"site": SITE | {"kinds": [{"slug": "retired", "name": ["Retired"]}]}},
    {"site": SITE | {"contacts": {"anna": {"name": "Anna Lindqvist"}}}},
    {"events": []},
    {"events": {"Not A Slug": EVENT}},
    {"events": {"x": EVENT | {"seats": -1}}},
    {"events": {"x": EVENT | {"seats": 4.5}}},
    {"events": {"x": EVENT | {"starts_at": "2026-12-03T16:30:00"}}},
    {"events": {"x": EVENT | {"time_zone": "Europe/Atlantis"}}},
    {"events": {"x": EVENT | {"time_zone": "../../etc/passwd"}}},
    {"events": {"x": {}}},
    {"issues": {"x": ISSUE | {"send_at": "tomorrow"}}},
    {"issues": {"x": ISSUE | {"variants": {"en": "newsletters/x/en.json"}}}},
    {"issues": {"x": ISSUE | {"audience": None}}},
    {"issues": {"x": ISSUE | {"audience": {"ofice": ["malmo"]}}}},
    {"issues": {"x": ISSUE | {"audience": {"kind": "retired"}}}},
    {"issues": {"x": {k: v for k, v in ISSUE.items() if k != "audience"}}},
]


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_a_broken_catalogue_file_raises_the_alarm_and_changes_nothing(broken):
    upload()
    take_over()
    before = but_progress()
    put(broken) if isinstance(broken, bytes) else upload(**({"sequence": 2} | broken))
    with pytest.raises(ValueError, match=r".+"):
        take_over()
    assert but_progress() == before


def test_a_text_of_the_settings_may_be_given_per_language():
    upload(site=SITE | {"imprint": {"en": "Sweden", "sv": "Sverige"}})
    take_over()
    assert translated(site.site(), "sv")["imprint"] == "Sverige"


def test_a_valid_catalogue_file_is_applied_after_a_broken_one():
    put(b"{")
    with pytest.raises(ValueError, match=r".+"):
        take_over()
    upload()
    take_over()
    assert applied() == 1


def test_fractions_are_stored_as_text():
    offices = [{"slug": "malmo", "name": "Malmö", "latitude": 55.605}]
    upload(site=SITE | {"offices": offices})
    take_over()
    assert site.site()["offices"][0]["latitude"] == "55.605"
