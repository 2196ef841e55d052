"""When an event is, in its own zone and in the reader's language."""

from datetime import datetime, time, timedelta
from typing import Any

from functions.core import dates
from functions.core.clock import epoch
from functions.core.translations import translations
from functions.events.rules import Event

MORNING = time(9)  # when emails that are due on a day are sent, on the clock of the event's zone


def morning_before(facts: dict[str, Any], days: int) -> int:
    """The morning so many days before the event; `facts` is its entry in the catalogue."""
    start = dates.local(epoch(facts["starts_at"]), facts["time_zone"])
    day = start.date() - timedelta(days=days)
    return int(datetime.combine(day, MORNING, start.tzinfo).timestamp())


def morning_after(facts: dict[str, Any], days: int) -> int:
    """The morning so many days after the one on which the event ends, as late as at midnight."""
    end = dates.local(epoch(facts["ends_at"]) - 1, facts["time_zone"])
    day = end.date() + timedelta(days=days)
    return int(datetime.combine(day, MORNING, end.tzinfo).timestamp())


def when(event: Event, site: dict[str, Any], language: str) -> str:
    """`Thursday 4 February 2027, 17:30-20:00`; the zone is named if it isn't the site's own."""
    zone, words = event.facts["time_zone"], translations(language)
    start, end = (dates.local(at, zone) for at in (event.starts_at, event.ends_at))
    if event.all_day:
        return dates.whole_days(start, end, words)
    city = "" if zone == site["time_zone"] else _city(event, site)
    return dates.period(start, end, words, city)


def there(event: Event, site: dict[str, Any], language: str) -> str:
    """As `when`, with its zone named even if it is the site's; empty for whole days."""
    zone = event.facts["time_zone"]
    start, end = (dates.local(at, zone) for at in (event.starts_at, event.ends_at))
    city = _city(event, site)
    return "" if event.all_day else dates.period(start, end, translations(language), city)


def _city(event: Event, site: dict[str, Any]) -> str:
    zone = event.facts["time_zone"]
    # The settings may have lost the office since: a past event keeps its facts.
    names = {one["slug"]: one["name"] for one in site["offices"] if one["time_zone"] == zone}
    return str(names.get(event.facts["office"], dates.city_of(zone)))
