"""Calendar files (RFC 5545): one with all upcoming events and one for each event. Times are UTC, an
event's UID never changes, and its SEQUENCE rises with every change that was committed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from microsite.content import history
from microsite.content.company import Settings
from microsite.content.items import Event, Item

ALL = "events/calendar.ics"  # below the site's root
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)  # SEQUENCE counts the minutes since


def calendar(events: Iterable[Event], settings: Settings, revised: Mapping[str, datetime]) -> bytes:
    component = Calendar()
    component.add("prodid", f"-//{settings.company}//alumni//EN")
    component.add("version", "2.0")
    component.add("method", "PUBLISH")
    component.add("x-wr-calname", settings.site_name)
    for event in events:
        at = revised.get(history.path_key(event.path), _BEGINNING)
        component.add_component(_component(event, settings, at))
    return bytes(component.to_ical())


def _component(event: Event, settings: Settings, revised: datetime) -> CalendarEvent:
    office = settings.office[event.office[0]]
    component = CalendarEvent()
    component.add("uid", uid(event, settings))
    component.add("dtstamp", revised)
    component.add("last-modified", revised)
    component.add("sequence", int((revised - _BEGINNING).total_seconds()) // 60)
    component.add("dtstart", event.start.astimezone(UTC))
    component.add("dtend", event.end.astimezone(UTC))
    component.add("summary", event.title)
    component.add("description", f"{event.summary}\n\n{settings.site_url}{event.url}")
    component.add("location", f"{event.place}, {event.address or office.address}")
    component.add("url", settings.site_url + event.url)
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    return component


def path(event: Item) -> str:
    """Below the site's root."""
    return f"{event.url.lstrip('/')}event.ics"


def uid(event: Event, settings: Settings) -> str:
    return f"{event.slug}@{urlsplit(settings.site_url).hostname}"


def calendar_files(
    events: Iterable[Event], now: datetime, settings: Settings, revised: Mapping[str, datetime]
) -> dict[str, bytes]:
    """{path below the site's root: content}; a past event keeps its file, but leaves the list."""
    events = list(events)
    coming = sorted((e for e in events if not e.is_past(now)), key=lambda e: (e.start, e.slug))
    files = {path(e): calendar([e], settings, revised) for e in events}
    return {**files, ALL: calendar(coming, settings, revised)}
