"""The guest list as a file that Excel opens with a double click, in every language of Windows.

Excel splits a CSV file at the list separator of its Windows, a semicolon in Sweden and Germany. In
UTF-16 with tabs it asks for nothing, and shows å and ß right.
"""

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.events.guest_list import GuestList

HEADS = ("Name", "Places", "Food", "Email", "Language")
# Excel takes a cell that begins like this for a formula, and would run it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(guests: "GuestList") -> bytes:
    file = io.StringIO()
    rows = csv.writer(file, dialect="excel-tab")
    rows.writerow(HEADS)
    for rsvp in guests.coming:
        cells = (rsvp.name, str(rsvp.party), rsvp.dietary, rsvp.email, rsvp.language)
        rows.writerow(map(_harmless, cells))
    return file.getvalue().encode("utf-16")  # with its byte order mark


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
