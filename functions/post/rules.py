"""What post decides: when an email is due, when it is tried again, and when it is given up."""

from enum import Enum, auto
from typing import Any

from functions.core.clock import MINUTE

# Longer than the function may run (template.yaml: 50 s): nobody else holds what is leased.
LEASE_SECONDS = 3 * MINUTE
# Over 24 hours in all: SES's daily quota has recovered by then.
WAITS_SECONDS = tuple(minutes * MINUTE for minutes in (1, 5, 30, 120, 360, 360, 720))
MAX_TRIES = len(WAITS_SECONDS) + 1
# Lambdas' clocks differ a little; the shortest wait is longer by far.
SKEW_SECONDS = 5

# What SES answers to this one mail, however often it is sent (SES API, Common Errors). It also says
# MessageRejected of a sender that is not verified, which a person can put right within the day.
NEVER = frozenset({"InvalidParameterValue"})


class Outcome(Enum):
    """What becomes of a mail that could not be sent."""

    TRY_AGAIN = auto()
    GIVE_UP = auto()


def is_due(item: dict[str, Any], now: int) -> bool:
    """Neither leased by another, nor waiting for its next try, nor given up."""
    return "due_kind" in item and item["due_at"] <= now + SKEW_SECONDS


def after_failure(tries: int, code: str) -> Outcome:
    """`tries` counts the one that failed; `code` is SES's, empty for any other failure."""
    return Outcome.GIVE_UP if code in NEVER or tries >= MAX_TRIES else Outcome.TRY_AGAIN


def next_try(tries: int, now: int) -> int:
    """When to try again after `tries` tries."""
    return now + WAITS_SECONDS[tries - 1]
