"""An event as calendars take it: a file (RFC 5545, RFC 5546), or a link that fills in a form of
Google's or Outlook's. The site's files and those of emails come from here, so that they agree.

Pure; it reads an event's entry in the catalogue. See docs/event-calendars.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from functions.core import dates
from functions.core.clock import epoch
from functions.core.handover import SEQUENCE_BEGINS
from functions.core.mail.printable import printable

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar import Event as Component

# PUBLISH, not REQUEST: calendars then take the event and ask for no reply, which would go to an
# unread address and change nothing here. An organiser may be named, and no attendee (RFC 5546,
# 3.2.1).
METHOD = "PUBLISH"
REREAD = timedelta(hours=12)  # how often we ask calendars to read a feed again
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


Organiser = tuple[str, str]  # a name and an email address


@dataclass(frozen=True)
class Entry:
    """One event; times are epoch seconds, `all_day` is as in the catalogue."""

    uid: str  # never changes, so that a calendar replaces what it has
    sequence: int  # rises with every change of what a calendar shows
    starts_at: int
    ends_at: int
    time_zone: str
    all_day: bool
    title: str
    place: str
    url: str
    text: str  # what the reader should know besides
    cancelled: str  # why it won't take place; empty if it will
    organiser: Organiser | None

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the one after the last, as calendars want it."""
        first, after = (dates.local(at, self.time_zone) for at in (self.starts_at, self.ends_at))
        return first.date(), after.date()

    @property
    def description(self) -> str:
        return "\n\n".join(filter(None, (self.cancelled, self.text, self.url)))

    @cached_property
    def written(self) -> bytes:
        """Its lines in a calendar; kept, because several feeds of a site have the same."""
        return bytes(_component(self).to_ical())


def entry(
    slug: str,
    facts: Mapping[str, Any],
    *,
    text: str,
    organiser: Organiser | None,
    least: int = 0,
) -> Entry:
    """The event of these facts. Its SEQUENCE is the site's, and `least` or more."""
    place = ", ".join(filter(None, (facts["place"], facts["address"])))
    return Entry(
        uid=f"{slug}@{urlsplit(facts['url']).hostname}",
        sequence=max(least, facts.get("revision", 0)),
        starts_at=epoch(facts["starts_at"]),
        ends_at=epoch(facts["ends_at"]),
        time_zone=facts["time_zone"],
        all_day=bool(facts.get("all_day")),
        title=printable(facts["title"]),
        place=printable(place),
        url=facts["url"],
        text=printable(text),
        cancelled=printable(facts.get("cancelled", "")),
        organiser=organiser,
    )


# ---- Files


def calendar_file(entry_: Entry, company: str) -> bytes:
    """The file of one event."""
    return _with_entries(_calendar(company), [entry_])


def feed(entries: Iterable[Entry], company: str, name: str) -> bytes:
    """A calendar of its own, which people subscribe to; it is read again twice a day."""
    calendar = _calendar(company)
    for key in ("name", "x-wr-calname"):  # RFC 7986, and what Apple and Google read
        calendar.add(key, name)
    calendar.add("refresh-interval", REREAD, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REREAD // timedelta(hours=1)}H")  # Outlook's
    return _with_entries(calendar, entries)


def _calendar(company: str) -> "Calendar":
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//{company}//alumni//EN")
    calendar.add("version", "2.0")
    calendar.add("method", METHOD)
    return calendar


def _with_entries(calendar: "Calendar", entries: Iterable[Entry]) -> bytes:
    head, end, rest = bytes(calendar.to_ical()).rpartition(b"END:VCALENDAR")
    return head + b"".join(one.written for one in entries) + end + rest


def _component(entry_: Entry) -> "Component":
    from icalendar import Event as Component

    revised = _utc(SEQUENCE_BEGINS + 60 * entry_.sequence)  # same content, same bytes
    begins, ends = entry_.days if entry_.all_day else map(_utc, (entry_.starts_at, entry_.ends_at))
    component = Component()
    component.add("uid", entry_.uid)
    component.add("sequence", entry_.sequence)
    component.add("dtstamp", revised)
    component.add("last-modified", revised)
    component.add("dtstart", begins)
    component.add("dtend", ends)
    component.add("summary", entry_.title)
    component.add("location", entry_.place)
    component.add("description", entry_.description)
    component.add("url", entry_.url)
    component.add("status", "CANCELLED" if entry_.cancelled else "CONFIRMED")
    if entry_.organiser:
        name, address = entry_.organiser
        component.add("organizer", f"mailto:{address}", parameters={"CN": name})
    return component


# ---- Links


def ways(entry_: Entry, file: str) -> dict[str, str]:
    """Into which calendars the event can be put, and by which address; `file` is its file's."""
    return {"file": file, "google": google_link(entry_), "outlook": outlook_link(entry_)}


def google_link(entry_: Entry) -> str:
    """Google's form for a new event, filled in; days end with the one after the last."""
    if entry_.all_day:
        begins, ends = (f"{day:%Y%m%d}" for day in entry_.days)
    else:
        begins, ends = (f"{_utc(at):%Y%m%dT%H%M%SZ}" for at in (entry_.starts_at, entry_.ends_at))
    return _link(
        GOOGLE,
        action="TEMPLATE",
        text=entry_.title,
        dates=f"{begins}/{ends}",
        ctz=entry_.time_zone,
        location=entry_.place,
        details=entry_.description,
    )


def outlook_link(entry_: Entry) -> str:
    """The form of Outlook on the web, filled in; days end with the one after the last."""
    if entry_.all_day:
        begins, ends = (day.isoformat() for day in entry_.days)
    else:
        begins, ends = (
            f"{_utc(at):%Y-%m-%dT%H:%M:%SZ}" for at in (entry_.starts_at, entry_.ends_at)
        )
    return _link(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=entry_.title,
        startdt=begins,
        enddt=ends,
        allday=str(entry_.all_day).lower(),
        location=entry_.place,
        body=escape(entry_.description).replace("\n", "<br>"),
    )


def _link(address: str, **query: str) -> str:
    """With spaces as %20, because Outlook shows a plus as it is."""
    return f"{address}?{urlencode(query, quote_via=quote)}"


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
