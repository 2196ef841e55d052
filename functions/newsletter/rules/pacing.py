"""When batches go out: one after the other, at SES's rate.

A batch's message is delayed until its turn, so that no worker waits inside a function. SQS delays a
message by at most fifteen minutes; a batch whose turn is later gets none yet, and a later tick
plans it.

See docs/newsletter.md.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from functions.core.clock import MINUTE
from functions.newsletter.rules.batches import REQUEUE_SECONDS
from functions.newsletter.rules.ledger import Batch, Issue

HORIZON_SECONDS = 15 * MINUTE  # SQS: the longest delay of a message
LATE_SECONDS = 10  # a batch sent later than this after its turn was held up


class Turns(NamedTuple):
    """Batches with their turns, and the millisecond at which the next one begins."""

    batches: list[Batch]
    free_at_ms: int


def take_turns(batches: Iterable[Batch], rate: float, free_at_ms: int, now: int) -> Turns:
    """Gives each batch the second in which it is sent: `rate` recipients a second, none before
    `free_at_ms`. Batches beyond the horizon get no turn (`sends_at` is 0)."""
    at = max(free_at_ms, now * 1000)
    until = (now + HORIZON_SECONDS) * 1000
    timed: list[Batch] = []
    for batch in batches:
        timed.append(replace(batch, sends_at=at // 1000 if at <= until else 0))
        if at <= until:
            at += int(len(batch.open_positions()) * 1000 / rate)
    return Turns(timed, at)


def needs_message(batch: Batch, issue: Issue) -> bool:
    """True if a planned batch has no message: none yet, or its turn was during a pause, and a
    worker used it up."""
    return batch.sends_at <= issue.resumed_at


def is_overdue(batch: Batch, now: int) -> bool:
    """True if a planned batch's turn is so long ago that its message may be lost."""
    return now >= batch.sends_at + REQUEUE_SECONDS


def is_late(batch: Batch, now: int) -> bool:
    """True if workers can't keep up, or the batch is sent out of turn."""
    return now > batch.sends_at + LATE_SECONDS
