"""Reads and checks a person's details, in whichever form they are given."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, slugs
from functions.people.member import FREQUENCIES, Member, Profile

LONGEST_AGO_YEARS = 100
AHEAD_SECONDS = 14 * 3600  # the new year begins in Kiribati 14 hours before UTC
YEAR = re.compile(r"[0-9]{4}")
SEVERAL = ("kinds", "interests")  # fields that may have several values
NO_OFFICE = N_("Please choose the office where you last worked.")
NO_FROM_YEAR = N_("Please enter the year you started, such as 1998.")
NO_TO_YEAR = N_("Please enter the year you left, such as 2019, or leave this empty.")
TO_BEFORE_FROM = N_("The year you left can't be before the year you started.")
NO_KIND = N_("Please choose at least one description that fits you.")
NO_INTEREST = N_("The list has changed. Please choose again.")
NO_LANGUAGE = N_("Please choose one of these languages.")
NO_FREQUENCY = N_("Please choose how often you want the newsletter.")


def read_correction(before: Member, wanted: Form, site: Mapping[str, Any], now: int) -> Member:
    """The member with the fields of `wanted`, named as in the form to join. A field that is not in
    it stays, even if it would be refused today: offices close.

    Raises:
        BadInputError: a field of `wanted` is wrong.
    """
    reader = Reader(_form_of(before) | wanted)
    read = vars(read_profile(reader, site, now)) | {"frequency": read_frequency(reader)}
    reader.raise_errors(wanted)
    return replace(before, **{name: value for name, value in read.items() if name in wanted})


def _form_of(member: Member) -> Form:
    values = vars(member)
    return {name: list(values[name]) if name in SEVERAL else [str(values[name])] for name in values}


def read_profile(reader: Reader, site: Mapping[str, Any], now: int) -> Profile:
    return Profile(
        name=reader.person_name("name"),
        email=reader.email("email"),
        office=reader.one_of("office", slugs(site["offices"]), NO_OFFICE),
        from_year=(from_year := _year(reader, "from_year", now, NO_FROM_YEAR)),
        to_year=_to_year(reader, "to_year", from_year, now),
        kinds=_kinds(reader, site),
        interests=read_interests(reader, site),
        language=reader.one_of("language", site["languages"], NO_LANGUAGE),
    )


def _kinds(reader: Reader, site: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = reader.some_of("kinds", slugs(site["kinds"]), NO_KIND)
    if not kinds:
        reader.refuse("kinds", NO_KIND)
    return kinds


def read_frequency(reader: Reader) -> str:
    return reader.one_of("frequency", FREQUENCIES, NO_FREQUENCY)


def read_interests(reader: Reader, site: Mapping[str, Any]) -> tuple[str, ...]:
    return reader.some_of("interests", slugs(site["topics"]), NO_INTEREST)


def _to_year(reader: Reader, field: str, from_year: int, now: int) -> int:
    """The year of leaving: this year for somebody who has not left."""
    year = _year(reader, field, now, NO_TO_YEAR, default=str(this_year(now)))
    if year < from_year:
        reader.refuse(field, TO_BEFORE_FROM)
    return year


def _year(reader: Reader, field: str, now: int, message: str, default: str = "") -> int:
    text = reader.text(field) or default
    year = int(text) if YEAR.fullmatch(text) else 0
    if not this_year(now) - LONGEST_AGO_YEARS <= year <= this_year(now):
        reader.refuse(field, message)
    return year


def this_year(now: int) -> int:
    """The latest year that it is anywhere on earth."""
    return time.gmtime(now + AHEAD_SECONDS).tm_year
