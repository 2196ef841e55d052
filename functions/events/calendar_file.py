"""The calendar file of an accepted RSVP (RFC 5545, RFC 5546)."""

from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from functions.core.mail.message import Attachment
from functions.core.mail.printable import printable
from functions.core.settings import settings
from functions.events.rules import Event

NAME = "event.ics"
# PUBLISH, not REQUEST: email apps then offer to save the event and ask for no reply, which would
# go to an unread address and change nothing here. It has an organiser and no attendee (RFC 5546,
# 3.2.1).
METHOD = "PUBLISH"


def invitation(event: Event, company: str, now: int) -> Attachment:
    return Attachment(
        NAME, _file(event, company, now), f"text/calendar; charset=utf-8; method={METHOD}"
    )


def _file(event: Event, company: str, now: int) -> bytes:
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as Entry

    facts = event.facts
    name, address = parseaddr(settings().sender)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = name or company
    entry = Entry()
    # The same UID as in the site's own calendar, so that importing both gives one entry.
    entry.add("uid", f"{event.slug}@{urlsplit(settings().site_url).hostname}")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", _utc(now))
    entry.add("dtstart", _utc(event.starts_at))
    entry.add("dtend", _utc(event.ends_at))
    entry.add("summary", printable(facts["title"]))
    place = ", ".join(filter(None, (facts["place"], facts["address"])))
    entry.add("location", printable(place))
    entry.add("description", facts["url"])
    entry.add("url", facts["url"])
    entry.add("organizer", organiser)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", f"-//{company}//alumni//EN")
    calendar.add("version", "2.0")
    calendar.add("method", METHOD)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
