"""Rules of sending: when an email is due, when it is tried again, and when it is given up."""

from enum import Enum, auto
from typing import Any

from functions.core.clock import MINUTE
from functions.core.mail_kinds import KINDS, Recipient

# Longer than the function may run (template.yaml: 50 s), so no two hold the same email.
LEASE_SECONDS = 3 * MINUTE
# More than 24 hours in all: SES's daily quota has recovered by then.
WAITS_SECONDS = tuple(minutes * MINUTE for minutes in (1, 5, 30, 120, 360, 360, 720))
MAX_TRIES = len(WAITS_SECONDS) + 1
# Lambdas' clocks differ a little; the shortest wait is longer by far.
SKEW_SECONDS = 5

# Errors of this one email that a retry can't change (SES API, Common Errors). MessageRejected is
# not among them: it also means an unverified sender, which a person can fix within the day.
NEVER = frozenset({"InvalidParameterValue"})


# Of emails to the team nobody needs a line, and after a goodbye none may stay.
WITHOUT_LINE = {"goodbye", "desk_sign_in"}
THEIR_OWN = {Recipient.HOST, Recipient.TEAM}


class Outcome(Enum):
    """What to do with an email that could not be sent."""

    TRY_AGAIN = auto()
    GIVE_UP = auto()


def is_due(item: dict[str, Any], now: int) -> bool:
    """True unless it is leased, waits for its next try, or was given up."""
    waits_until = max(item.get("due_at", 0), item.get("leased_until", 0))
    return item.get("state") != "dead" and waits_until <= now + SKEW_SECONDS


def leaves_line(mail: str) -> bool:
    """Whether a line says for a while that an email of this kind was sent."""
    return mail not in WITHOUT_LINE and KINDS[mail].to not in THEIR_OWN


def after_failure(tries: int, code: str) -> Outcome:
    """`tries` includes the one that failed; `code` is SES's, empty for any other failure."""
    return Outcome.GIVE_UP if code in NEVER or tries >= MAX_TRIES else Outcome.TRY_AGAIN


def next_try(tries: int, now: int) -> int:
    """When the try after these `tries` is due."""
    return now + WAITS_SECONDS[tries - 1]
