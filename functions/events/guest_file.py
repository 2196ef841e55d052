"""The guest list as a file for Excel. The numbers of places are numbers, so that they add up."""

from functions.core import excel_sheets
from functions.core.translations import N_, translations
from functions.events.guest_list import GuestList

HEADS = (N_("Name"), N_("Places"), N_("Food"), N_("Email"), N_("Language"))


def guest_file(guests: GuestList, language: str = "en") -> bytes:
    heads = map(translations(language).gettext, HEADS)
    rows = (
        (rsvp.name, rsvp.party, rsvp.dietary, rsvp.email, rsvp.language) for rsvp in guests.coming
    )
    return excel_sheets.sheet(heads, rows)
