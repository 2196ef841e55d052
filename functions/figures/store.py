"""Members by state: the newest count, and the work that makes it. It holds no personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.clock import DAY, MINUTE
from functions.figures.rules import MemberState
from functions.work import store as work_store

STATES = ("FIGURES", "STATES")
KIND = "member states"  # of work
EVERY_SECONDS = DAY
PATIENCE_SECONDS = 10 * MINUTE  # a count that takes longer has been given up, or is a large one

Counts = dict[str, dict[str, int]]  # office → state → how many


@dataclass(frozen=True)
class MemberStates:
    asked_at: int = 0
    at: int = 0  # 0: never yet
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, office: str, state: MemberState) -> int:
        return self.counts.get(office, {}).get(state, 0)

    def is_counting(self, now: int) -> bool:
        return self.at < self.asked_at and now < self.asked_at + PATIENCE_SECONDS


def member_states() -> MemberStates:
    item = table.get(STATES)
    if item is None:
        return MemberStates()
    return MemberStates(item["asked_at"], item.get("at", 0), item.get("counts", {}))


def ask(by: str, now: int, *also: Write, since: int = MINUTE) -> bool:
    """Have the members counted, unless somebody asked for it within `since` seconds."""
    marked = table.update(
        STATES,
        "SET #asked_at = :now",
        {":now": now, ":before": now - since},
        condition="attribute_not_exists(#asked_at) OR #asked_at <= :before",
    )
    _work, write = work_store.asking(KIND, by, {}, now)
    return table.try_write(marked, write, *also)


def ask_daily(now: int) -> None:
    if member_states().asked_at <= now - EVERY_SECONDS:
        ask("", now, since=EVERY_SECONDS)


def save(counts: Counts, at: int) -> Write:
    """A write for the end of the work. Of two counts that overlap, the later one stays."""
    return table.update(STATES, "SET #at = :at, #counts = :counts", {":at": at, ":counts": counts})
