"""When a door's page can be opened, by whom, and when the email with its link is due. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from functions.core.clock import HOUR, epoch
from functions.events.guest_list import OPEN_AFTERWARDS_SECONDS
from functions.events.rules import Event, erased_at

MAILED_AT = time(7)  # on the event's morning, on the clock of its zone
AT_LEAST_BEFORE = timedelta(hours=2)  # the start, if that is earlier
KEPT_SECONDS = 24 * HOUR  # a phone forgets a list that it loaded longer ago
# A phone whose network comes back only after the door has closed may still send what it kept.
SENT_AFTERWARDS_SECONDS = KEPT_SECONDS
COOKIE = "__Secure-door"  # of one door's path: a phone may stand at several


@dataclass(frozen=True)
class Session:
    """One phone at one event's door. Whoever opened it is the host, by their address hash, or
    somebody of the team, by their id."""

    slug: str
    language: str
    host: str = ""
    team_id: str = ""
    opened_at: int = 0
    ends_at: int = 0  # taps are taken until then; the list is shown while the door is open


def closes_at(event: Event) -> int:
    """When nobody sees the list any more."""
    return event.ends_at + OPEN_AFTERWARDS_SECONDS


def ends_at(event: Event) -> int:
    """When the sessions of a door end."""
    return closes_at(event) + SENT_AFTERWARDS_SECONDS


def kept_until(event: Event) -> int:
    """When what was tapped may be deleted: with the sign-ups."""
    return erased_at(event.facts)


def home(slug: str) -> str:
    """The path of a door's page."""
    return f"/door/{slug}/"


def is_open(event: Event, now: int) -> bool:
    return not event.withdrawn and not event.cancelled and now < closes_at(event)


def mailed_at(facts: dict[str, Any]) -> int:
    """When the link to the door is sent; `facts` is the event's entry in the catalogue."""
    from functions.core.dates import local

    start = local(epoch(facts["starts_at"]), facts["time_zone"])
    morning = datetime.combine(start.date(), MAILED_AT, start.tzinfo)
    if facts.get("all_day"):  # nobody is at the door at midnight
        return int(morning.timestamp())
    return int(min(morning, start - AT_LEAST_BEFORE).timestamp())
