"""Reads and checks the form "Somebody is leaving"."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from functions.core import clock
from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, first, slugs
from functions.invitations.rules import Agreed, Leaver
from functions.people.form import NO_INTEREST, NO_LANGUAGE, NO_OFFICE

SEVERAL = {"kinds", "interests"}
NUMBER = re.compile(r"[0-9a-f]{32}")  # of a form, so that sending it twice invites once
FROM = re.compile(r"\d{4}(-\d\d)?")  # a year, or a month of it
NO_ADDRESS = N_("Please enter a private address, or take the agreement back.")
NO_DAY = N_("Please enter a day, such as 2026-11-30.")
FIRST_AFTER_LAST = N_("The first day can't be after the last one.")
NO_FROM = N_("Please enter a year or a month, such as 2028 or 2028-06.")
NO_CONTACT = N_("Please choose a contact partner.")
NO_AGREED_ON = N_("Please enter the day on which they agreed; it can't be in the future.")
NO_AGREED_HOW = N_("Please write how they agreed, such as: exit talk.")


def read_leaver(form: Form, site: Mapping[str, Any], offices: Collection[str], now: int) -> Leaver:
    """What the team knows about somebody who leaves, of one of these offices.

    Raises:
        BadInputError: a field is wrong.
    """
    reader = Reader(form)
    name = reader.person_name("name")
    email = reader.email("email") if first(form, "email") else ""
    office = reader.one_of("office", offices, NO_OFFICE)
    role = reader.line("role")
    first_day = _day(reader, "first_day", needed=False)
    last_day = _day(reader, "last_day", needed=True)
    if first_day > last_day:
        reader.refuse("first_day", FIRST_AFTER_LAST)
    leaver = Leaver(
        name=name,
        email=email,
        office=office,
        role=role,
        first_day=first_day,
        last_day=last_day,
        kinds=reader.some_of("kinds", slugs(site["kinds"]), NO_INTEREST),
        interests=reader.some_of("interests", slugs(site["topics"]), NO_INTEREST),
        returns_from=_from(reader),
        language=reader.one_of("language", site["languages"], NO_LANGUAGE),
        contact=reader.one_of("contact", site["contacts"], NO_CONTACT),
        agreed=_agreed(reader, email, now),
    )
    reader.raise_errors()
    return leaver


def read_number(form: Form) -> str:
    """Empty if the form holds none of ours."""
    number = first(form, "number")
    return number if NUMBER.fullmatch(number) else ""


def _agreed(reader: Reader, email: str, now: int) -> Agreed | None:
    if not reader.text("agreed"):
        return None
    if not email:
        reader.refuse("email", NO_ADDRESS)
    on, how = _day(reader, "agreed_on", needed=True), reader.line("agreed_how")
    if on > clock.day_of(now):
        reader.refuse("agreed_on", NO_AGREED_ON)
    if not how:
        reader.refuse("agreed_how", NO_AGREED_HOW)
    return Agreed(on, how)


def _day(reader: Reader, field: str, *, needed: bool) -> str:
    text = reader.text(field)
    if not text and not needed:
        return ""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        reader.refuse(field, NO_DAY)
        return ""


def _from(reader: Reader) -> str:
    text = reader.text("returns_from")
    if text and not FROM.fullmatch(text):
        reader.refuse("returns_from", NO_FROM)
    return text
