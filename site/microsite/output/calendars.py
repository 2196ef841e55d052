"""Calendar files (RFC 5545): one for each event, and feeds of all events and of each office's, to
which people subscribe. An event is shown as the catalogue has it, so that emails show the same."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from functions.core import calendar_entry
from functions.core.calendar_entry import Entry
from microsite import words
from microsite.content import history
from microsite.content.company import Settings
from microsite.content.items import Event, Item

ALL = "events/calendar.ics"  # below the site's root
# So long a feed shows a cancelled event, which a calendar may read once a day; then it drops it.
SHOWN_CANCELLED = timedelta(days=30)

Facts = Mapping[str, Mapping[str, Any]]  # slug → entry in the catalogue


def path(event: Item) -> str:
    """Below the site's root."""
    return f"{event.url.lstrip('/')}event.ics"


def feed_paths(settings: Settings) -> dict[str, str]:
    """The feed of each office, by its slug, below the site's root."""
    return {office.slug: f"events/office/{office.slug}/calendar.ics" for office in settings.offices}


def feed_at(url: str, settings: Settings) -> dict[str, str]:
    """How to subscribe to what the list at this address shows: to its office's events, or to all.
    A calendar program takes `webcal:`; Google's and Outlook's on the web have a page for it."""
    office = url.removeprefix("/events/office/").split("/")[0]
    address = f"{settings.site_url}/{feed_paths(settings).get(office, ALL)}"
    webcal = f"webcal:{address.partition(':')[2]}"
    name = _feed_name(settings, office if office in settings.office else "")
    outlook = urlencode({"url": address, "name": name}, quote_via=quote)
    return {
        "file": webcal,
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?{outlook}",
    }


def calendar_files(
    events: Iterable[Event],
    facts: Facts,
    changed: Mapping[str, datetime],
    now: datetime,
    settings: Settings,
) -> dict[str, bytes]:
    """{path below the site's root: content}; a past event keeps its file, but leaves the feeds.
    `changed` is when the files of events were last changed, if git knows."""
    events = sorted(events, key=lambda event: (event.start, event.slug))
    entries = {event.slug: entry(event, facts[event.slug], settings) for event in events}
    shown = [event for event in events if _is_in_feeds(event, changed, now)]
    files = {
        path(e): calendar_entry.calendar_file(entries[e.slug], settings.company) for e in events
    }
    return files | {
        at: calendar_entry.feed((entries[e.slug] for e in some), settings.company, name)
        for at, name, some in _feeds(shown, settings)
    }


def _feeds(events: list[Event], settings: Settings) -> Iterator[tuple[str, str, list[Event]]]:
    """Each with its path, its name and what is in it."""
    yield ALL, _feed_name(settings), events
    for slug, at in feed_paths(settings).items():
        here = [event for event in events if slug in event.office]
        yield at, _feed_name(settings, slug), here


def _feed_name(settings: Settings, office: str = "") -> str:
    names = [settings.site_name]
    if office:
        names.append(settings.office[office].name.in_language(settings.language))
    return ": ".join(names)


def _is_in_feeds(event: Event, changed: Mapping[str, datetime], now: datetime) -> bool:
    """Cancelled or not, until it would have ended; without git nobody knows since when it is."""
    since = changed.get(history.path_key(event.path))
    if event.cancelled and since:
        return now < since + SHOWN_CANCELLED
    return not event.is_past(now)


def entry(event: Event, facts: Mapping[str, Any], settings: Settings) -> Entry:
    """With the time on the clock there, because calendars show that of their own zone."""
    there = words.there(event, settings, event.lang)
    contact = settings.contact.get(facts["contact"])
    return calendar_entry.entry(
        event.slug,
        facts,
        text="\n\n".join(filter(None, (there, event.summary))),
        organiser=(contact.name, contact.email) if contact and contact.email else None,
    )
