"""The turns that are given out, for all issues: they share one account and its rate.

The table keeps only when the next turn begins, so two ticks at once never give out the same one.
"""

from collections.abc import Sequence

from functions.core.aws import table
from functions.newsletter.rules.ledger import Batch
from functions.newsletter.rules.pacing import take_turns

TURNS = ("TURNS", "TURNS")
TRIES = 3


def take(batches: Sequence[Batch], rate: float, now: int) -> list[Batch]:
    """The batches with their turns. Those without one (`sends_at` is 0) are for a later tick: the
    next fifteen minutes are taken, or another tick was faster again and again."""
    for _ in range(TRIES):
        free_at = (table.get(TURNS) or {}).get("free_at_ms", 0)
        turns = take_turns(batches, rate, free_at, now)
        # Turns that are over by the time they could be taken need no note.
        if turns.free_at_ms <= max(free_at, (now + 1) * 1000) or _move(free_at, turns.free_at_ms):
            return turns.batches
    return take_turns(batches, rate, 2**53, now).batches


def _move(old: int, new: int) -> bool:
    values = {":new": new, ":old": old}
    condition = "#free_at_ms = :old OR attribute_not_exists(#free_at_ms)"
    moved = table.update(TURNS, "SET #free_at_ms = :new", values, condition=condition)
    return table.try_write(moved)
