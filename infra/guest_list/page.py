"""The guest list as one HTML page to print for the door; it loads nothing."""

from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader

from functions.core import dates
from infra.html_pages.environment import environment, frame
from infra.paths import ROOT

if TYPE_CHECKING:
    from functions.events.guest_list import GuestList
    from functions.events.rules import Event

# With the tables of the page behind the link in the contact's email, named as the functions do.
EVENTS = FileSystemLoader(ROOT / "functions" / "events" / "pages")
pages = environment(Path(__file__).parent, events=EVENTS)


def page(guests: "GuestList", site: dict[str, Any], now: int) -> str:
    """The whole page. Times are those of the event's zone."""
    facts = guests.event.facts
    zone = facts["time_zone"]
    return pages.get_template("guest_list.html").render(
        **frame(site),
        guests=guests,
        title=facts["title"],
        when=_when(guests.event),
        where=facts.get("place", ""),
        printed_at=_moment(now, zone),
    )


def _when(event: "Event") -> str:
    zone = event.facts["time_zone"]
    start = dates.local(event.starts_at, zone)
    if event.all_day:
        return dates.whole_days(start, dates.local(event.ends_at, zone), NullTranslations())
    return dates.moment(start, NullTranslations())


def _moment(at: int, zone: str) -> str:
    return dates.moment(dates.local(at, zone), NullTranslations())
