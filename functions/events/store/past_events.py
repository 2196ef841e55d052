"""How many came to events whose sign-ups are erased: a line each, without personal data, for the
figures. Written in the transaction that erases the last sign-ups."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.events.online import is_online
from functions.events.opinions import Counts
from functions.events.rules import Event

EVENT = "event#"


@dataclass(frozen=True)
class PastEvent:
    slug: str
    title: str
    office: str
    starts_at: int
    time_zone: str
    taken: int
    capacity: int
    came: int = 0  # of those who had a place
    walk_ins: int = 0
    is_counted: bool = False  # guests were checked in, and nobody could attend online instead
    opinions: Counts = field(default_factory=dict)  # if several answered afterwards


def past_event(event: Event) -> PastEvent:
    """Who came and what they said is known once it was counted for good, before the sign-ups are
    erased."""
    return PastEvent(
        **(event.turnout or {}),
        opinions=event.opinions or {},
        is_counted=event.turnout is not None and not is_online(event.facts),
        slug=event.slug,
        title=event.facts["title"],
        office=event.facts["office"],
        starts_at=event.starts_at,
        time_zone=event.facts["time_zone"],
        taken=event.capacity - event.free,
        capacity=event.capacity,
    )


def keep(event: Event) -> Write:
    """The write of its line; a later one takes its place, if HR moved the event within the year."""
    facts = vars(past_event(event)).copy()
    return table.put(table.keyed(_key(facts.pop("slug"), event.starts_at)) | facts)


def of_year(year: int) -> Iterator[PastEvent]:
    for item in table.query(f"FIGURES#{year}", EVENT):
        facts = {name: value for name, value in item.items() if name not in {"pk", "sk"}}
        yield PastEvent(slug=item["sk"].removeprefix(EVENT), **facts)


def _key(slug: str, starts_at: int) -> Key:
    return (f"FIGURES#{clock.day_of(starts_at)[:4]}", f"{EVENT}{slug}")
