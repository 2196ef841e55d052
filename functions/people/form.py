"""Reads and checks a person's details, in whichever form they are given."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from functions.core.clock import DAY
from functions.core.keep import keep_of
from functions.core.texts import ConsentText
from functions.core.translations import N_
from functions.core.web.forms import Form, Reader, slugs
from functions.core.web.requests import Event, viewer_ip
from functions.people.member import FREQUENCIES, Agreement, Member, Profile, Stay, Viewer

LONGEST_AGO_YEARS = 100
AHEAD_SECONDS = 14 * 3600  # the new year begins in Kiribati 14 hours before UTC
YEAR = re.compile(r"[0-9]{4}")
SEVERAL = ("kinds", "interests", "offices_of_interest")  # fields that may have several values
STAY = ("office", "from_year", "to_year")  # fields with a value for each stay
MOST_STAYS = 10
LINES = ("sort_as", "works_at", "works_as")  # free text that may be empty
NO_OFFICE = N_("Please choose the office where you last worked.")
NO_STAY_OFFICE = N_("Please choose the office where you worked in these years.")
TOO_MANY_STAYS = N_("Please keep to ten offices, the ones that matter most to you.")
NO_FROM_YEAR = N_("Please enter the year you started, such as 1998.")
NO_TO_YEAR = N_("Please enter the year you left, such as 2019, or leave this empty.")
TO_BEFORE_FROM = N_("The year you left can't be before the year you started.")
NO_KIND = N_("Please choose at least one description that fits you.")
NO_INTEREST = N_("The list has changed. Please choose again.")
NO_LANGUAGE = N_("Please choose one of these languages.")
NEW_CONSENT = N_(
    "This text has changed since you opened the page. Please read it and tick the box again."
)
NO_FREQUENCY = N_("Please choose how often you want the newsletter.")


def read_correction(before: Member, wanted: Form, site: Mapping[str, Any], now: int) -> Member:
    """The member with the fields of `wanted`, named as in `form_of`. A field that is not in it
    stays, even if it would be refused today: offices close.

    Raises:
        BadInputError: a field of `wanted` is wrong; those of stays are named with their row.
    """
    reader = Reader(form_of(before) | wanted)
    read = {
        "name": reader.person_name("name"),
        "email": reader.email("email"),
        **{field: reader.line(field) for field in LINES},
        **_latest_first(_read_stays(reader, before, site, now)),
        "kinds": _kinds(reader, site),
        "offices_of_interest": _offices_of_interest(reader, before, site),
        "interests": read_interests(reader, site),
        "language": reader.one_of("language", site["languages"], NO_LANGUAGE),
        "frequency": read_frequency(reader),
    }
    reader.raise_errors(wanted)
    of_stays = {*STAY, "earlier_stays"} if wanted.keys() & set(STAY) else set()
    fields = of_stays.union(wanted)
    return replace(before, **{name: value for name, value in read.items() if name in fields})


def form_of(member: Member) -> Form:
    """The form that would give the member's details: a row for each stay, the latest first."""
    values = vars(member)
    form = {name: list(values[name]) if name in SEVERAL else [str(values[name])] for name in values}
    return form | {
        field: [str(getattr(stay, field) or "") for stay in member.stays] for field in STAY
    }


def own_offices(member: Member, site: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The offices that the member can choose: the company's, and closed ones where they worked or
    which they chose before. Of those, only the slug is known."""
    known = slugs(site["offices"])
    theirs = (*(stay.office for stay in member.stays), *member.offices_of_interest)
    closed = dict.fromkeys(slug for slug in theirs if slug not in known)
    return [*site["offices"], *({"slug": slug, "name": slug} for slug in closed)]


def _read_stays(reader: Reader, before: Member, site: Mapping[str, Any], now: int) -> list[Stay]:
    rows, offices = reader.rows(STAY), slugs(own_offices(before, site))
    for row in rows[MOST_STAYS:]:
        row.refuse("office", TOO_MANY_STAYS)
    message = NO_STAY_OFFICE if len(rows) > 1 else NO_OFFICE
    return [Stay(row.one_of("office", offices, message), *_years(row, now)) for row in rows]


def _latest_first(stays: Iterable[Stay]) -> dict[str, Any]:
    """The fields of a member with these stays: the latest one, and the others."""
    latest, *earlier = sorted(dict.fromkeys(stays), key=lambda s: (-s.to_year, -s.from_year))
    return {**vars(latest), "earlier_stays": tuple(earlier)}


def read_profile(reader: Reader, site: Mapping[str, Any], now: int) -> Profile:
    return Profile(
        name=reader.person_name("name"),
        email=reader.email("email"),
        office=reader.one_of("office", slugs(site["offices"]), NO_OFFICE),
        from_year=(years := _years(reader, now))[0],
        to_year=years[1],
        kinds=_kinds(reader, site),
        interests=read_interests(reader, site),
        language=reader.one_of("language", site["languages"], NO_LANGUAGE),
    )


def _offices_of_interest(
    reader: Reader, before: Member, site: Mapping[str, Any]
) -> tuple[str, ...]:
    return reader.some_of("offices_of_interest", slugs(own_offices(before, site)), NO_INTEREST)


def _kinds(reader: Reader, site: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = reader.some_of("kinds", slugs(site["kinds"]), NO_KIND)
    if not kinds:
        reader.refuse("kinds", NO_KIND)
    return kinds


def read_frequency(reader: Reader) -> str:
    return reader.one_of("frequency", FREQUENCIES, NO_FREQUENCY)


def read_interests(reader: Reader, site: Mapping[str, Any]) -> tuple[str, ...]:
    return reader.some_of("interests", slugs(site["topics"]), NO_INTEREST)


def _years(reader: Reader, now: int) -> tuple[int, int]:
    """From and to. No year of leaving is this year: somebody who has not left."""
    from_year = _year(reader, "from_year", now, NO_FROM_YEAR)
    to_year = _year(reader, "to_year", now, NO_TO_YEAR, default=str(this_year(now)))
    if to_year < from_year:
        reader.refuse("to_year", TO_BEFORE_FROM)
    return from_year, to_year


def _year(reader: Reader, field: str, now: int, message: str, default: str = "") -> int:
    text = reader.text(field) or default
    year = int(text) if YEAR.fullmatch(text) else 0
    if not this_year(now) - LONGEST_AGO_YEARS <= year <= this_year(now):
        reader.refuse(field, message)
    return year


def this_year(now: int) -> int:
    """The latest year that it is anywhere on earth."""
    return time.gmtime(now + AHEAD_SECONDS).tm_year


def read_agreement(reader: Reader, box: str, ours: ConsentText, now: int) -> Agreement | None:
    """The consent if its box is ticked, to the text that the form showed; it is refused if that is
    not `ours`, even if somebody changed the text and left its version."""
    shown = reader.text(box)
    if not shown:
        return None
    if shown != ours.fingerprint:
        reader.refuse(box, NEW_CONSENT)
    return Agreement(ours.id, ours.version, now, ours.language, ours.fingerprint, ours.words)


def read_viewer(event: Event, site: Mapping[str, Any], now: int) -> Viewer | None:
    """Who sent a form, to keep beside the consent; None if the company doesn't keep that."""
    days, ip = keep_of(site).consent_ip_days, viewer_ip(event)
    return Viewer(ip, now + days * DAY) if days and ip else None
