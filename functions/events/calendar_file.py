"""The calendar file that goes with a guest's emails, and the links for other calendars."""

from typing import Any

from functions.core import calendar_entry
from functions.core.calendar_entry import Entry
from functions.core.mail.message import Attachment
from functions.events import event_time
from functions.events.rules import Event

NAME = "event.ics"
TYPE = f"text/calendar; charset=utf-8; method={calendar_entry.METHOD}"


def entry(event: Event, site: dict[str, Any], language: str) -> Entry:
    """With the time on the clock there, because calendars show that of their own zone. `site` has
    its texts in `language`."""
    contact = site["contacts"].get(event.facts["contact"], {})
    return calendar_entry.entry(
        event.slug,
        event.facts,
        text=event_time.there(event, site, language),
        organiser=(contact["name"], contact["email"]) if contact.get("email") else None,
        least=event.sequence,
    )


def attachment(entry_: Entry, company: str) -> Attachment:
    return Attachment(NAME, calendar_entry.calendar_file(entry_, company), TYPE)
