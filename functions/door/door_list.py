"""What a door's phone is given: codes, names, places and food of who is coming, nothing else."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from functions.core.translations import N_, translations
from functions.door.rules.check_ins import Tap
from functions.events.guest_list import GuestList, guest_list
from functions.events.rules import Event, Rsvp, Status

Facts = dict[str, Any]
HEADS = (N_("Name"), N_("Places"), N_("Names of guests"), N_("Food"))


def door_list(event: Event, rsvps: Iterable[Rsvp], now: int, language: str) -> Facts:
    """Who is coming, by the last word of the name; and the codes of those who have cancelled, so
    that their tickets are refused."""
    known = list(rsvps)
    return {
        "parties": [
            {
                "code": rsvp.ticket,
                "name": rsvp.name,
                "guests": list(rsvp.guests),
                "places": rsvp.party,
                "food": " ".join(rsvp.dietary.split()),
            }
            for rsvp in guest_list(event, known, now, language).coming
        ],
        "cancelled": [rsvp.ticket for rsvp in known if rsvp.status is Status.CANCELLED],
    }


def door_file(guests: GuestList, language: str) -> bytes:
    """The same as a file for Excel."""
    from functions.core import excel_sheets

    heads = map(translations(language).gettext, HEADS)
    rows = ((rsvp.name, rsvp.party, ", ".join(rsvp.guests), rsvp.dietary) for rsvp in guests.coming)
    return excel_sheets.sheet(heads, rows)


def tap_list(taps: Iterable[Tap]) -> list[Facts]:
    return [asdict(tap) for tap in taps]
