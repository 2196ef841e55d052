"""The guest list as a file that Excel opens with a double click, in every language of Windows.

Excel splits a CSV file at the list separator of its Windows, a semicolon in Sweden and Germany. In
UTF-16 with tabs it asks for nothing, and shows å and ß right.
"""

import csv
import io

from functions.core.translations import N_, translations
from functions.events.guest_list import GuestList

HEADS = (N_("Name"), N_("Places"), N_("Food"), N_("Email"), N_("Language"))
# Excel takes a cell that begins like this for a formula, and would run it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guest_file(guests: GuestList, language: str = "en") -> bytes:
    file = io.StringIO()
    rows = csv.writer(file, dialect="excel-tab")
    rows.writerow(map(translations(language).gettext, HEADS))
    for rsvp in guests.coming:
        cells = (rsvp.name, str(rsvp.party), rsvp.dietary, rsvp.email, rsvp.language)
        rows.writerow(map(_harmless, cells))
    return file.getvalue().encode("utf-16")  # with its byte order mark


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
