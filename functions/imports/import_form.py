"""Reads what the team says of a list: what its columns hold, and the ground to bring it in on."""

import re
from collections.abc import Mapping
from typing import Any

from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, first, slugs
from functions.imports.listed_people import day_of
from functions.imports.rules import Columns, Field, Ground, Import, Terms
from functions.people.form import NO_INTEREST, NO_LANGUAGE, NO_OFFICE

WORDS_MAX = 2_000
NO_DAY = N_("Please enter the day on which they agreed, such as 2026-05-31; the year is enough.")
NO_HOW = N_("Please say how they agreed, such as: in the talk on the last day.")
NO_SOURCE = N_("Please say from whom the consent comes, such as: the engineers' club.")
NO_WORDS = N_("Please enter the words that they agreed to, up to 2,000 characters.")
PURPOSES = ("newsletter", "invitations")
SIGNS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def read_columns(form: Form, before: Columns) -> Columns:
    """What each column holds; one that the form doesn't name, or names wrongly, stays."""
    known = {field.value: field for field in Field}
    fields = (
        known.get(form.get(f"column-{at}", ["?"])[0], was) for at, was in enumerate(before.fields)
    )
    return Columns(tuple(fields), before.has_heading)


def read_terms(form: Form, known: Import, site: Mapping[str, Any]) -> Terms:
    """
    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    ground = Ground.CONSENT if first(form, "ground") == Ground.CONSENT else Ground.INVITE
    offices = [slug for slug in slugs(site["offices"]) if known.sees(slug)]
    terms = Terms(
        ground=ground,
        agreed_on=_day(reader),
        how=_line(reader, "how", NO_HOW if ground is Ground.INVITE else NO_SOURCE),
        words=_words(reader, form) if ground is Ground.CONSENT else "",
        purposes=reader.some_of("purposes", PURPOSES, NO_INTEREST),
        office=reader.one_of("office", offices, NO_OFFICE),
        language=reader.one_of("language", site["languages"], NO_LANGUAGE),
        contact=first(form, "contact") if first(form, "contact") in site["contacts"] else "",
    )
    reader.raise_errors()
    return terms


def _day(reader: Reader) -> str:
    day = day_of(reader.text("agreed_on"))
    if not day:
        reader.refuse("agreed_on", NO_DAY)
    return day


def _line(reader: Reader, field: str, message: str) -> str:
    line = reader.line(field)
    if not line:
        reader.refuse(field, message)
    return line


def _words(reader: Reader, form: Form) -> str:
    """They may take several lines."""
    text = first(form, "words").replace("\r\n", "\n")
    if not text or len(text) > WORDS_MAX or SIGNS.search(text):
        reader.refuse("words", NO_WORDS)
    return text
