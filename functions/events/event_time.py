"""When an event is, in its own zone and in the reader's language."""

from typing import Any

from functions.core import dates
from functions.core.translations import translations
from functions.events.rules import Event


def when(event: Event, site: dict[str, Any], language: str) -> str:
    """`Thursday 4 February 2027, 17:30-20:00`; the zone is named if it isn't the site's own."""
    zone = event.facts["time_zone"]
    start, end = (dates.local(at, zone) for at in (event.starts_at, event.ends_at))
    return dates.period(start, end, translations(language), _city(event, site))


def _city(event: Event, site: dict[str, Any]) -> str:
    zone = event.facts["time_zone"]
    if zone == site["time_zone"]:
        return ""
    # The settings may have lost the office since: a past event keeps its facts.
    names = {one["slug"]: one["name"] for one in site["offices"] if one["time_zone"] == zone}
    return str(names.get(event.facts["office"], dates.city_of(zone)))
