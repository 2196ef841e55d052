"""The guest list as one HTML page to print for the door; it loads nothing."""

from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.core import dates
from functions.core.mail.colours import palette

if TYPE_CHECKING:
    from functions.events.guest_list import GuestList

pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"],
    trim_blocks=True,
    lstrip_blocks=True,
)
pages.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # by the extension


def page(guests: "GuestList", site: dict[str, Any], now: int) -> str:
    """The whole page. Times are those of the event's zone."""
    facts = guests.event.facts
    zone = facts["time_zone"]
    return pages.get_template("guest_list.html").render(
        guests=guests,
        title=facts["title"],
        when=_moment(guests.event.starts_at, zone),
        where=facts.get("place", ""),
        colours=palette(site.get("colours", {})),
        printed_at=_moment(now, zone),
    )


def _moment(at: int, zone: str) -> str:
    return dates.moment(dates.local(at, zone), NullTranslations())
