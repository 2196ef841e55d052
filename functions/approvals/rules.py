"""Rules of approval: who has confirmed the address and waits for the team, and what it decides.

A decision takes effect a few minutes later: until then anybody of the team takes it back, and
nobody has been emailed. No I/O here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from functions.core import dates
from functions.core.clock import DAY, MINUTE
from functions.membership.rules import Signup

UNDO_SECONDS = 5 * MINUTE
REMIND_DAYS = 3  # working days
LAPSE_DAYS = 90  # without a decision
DECLINED_DAYS = 30  # a decision to decline can be revised
REASON_MAX = 500
SATURDAY = 5


class Mode(StrEnum):
    """Who may join."""

    OPEN = "open"
    APPROVE = "approve"  # the team decides
    INVITED = "invited"  # only whom the team invites


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"  # takes effect at `due_at`
    DECLINED = "declined"


class Decision(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"


@dataclass(frozen=True, kw_only=True)
class Application:
    """Somebody who has confirmed their address, and waits for the team's decision."""

    address_hash: str
    signup: Signup
    state: State
    step: int  # rises with each change: of two decisions about the same one, the first counts
    confirmed_at: int
    due_at: int  # when the next thing happens by itself
    remind_at: int = 0  # when the team is to be reminded; 0 once it was
    decided_by: str = ""  # a team member's id
    decided_at: int = 0
    reason: str = ""  # to be sent with the decision to decline
    is_final: bool = False  # a decision to decline was emailed: nobody hears of another one


def may_decide(of: Application, decision: Decision) -> bool:
    """Whether the page offers this: who was told that we can't take them in can only be approved
    after all."""
    match of.state:
        case State.WAITING:
            return decision is not Decision.UNDO
        case State.DECLINED if of.is_final:
            return decision is Decision.APPROVE
    return decision is Decision.UNDO


def mode_of(site: Mapping[str, Any]) -> Mode:
    return Mode(site.get("joining", Mode.OPEN))


def remind_at(now: int, zone: str) -> int:
    """REMIND_DAYS working days later, at the same time on the clock of `zone`."""
    day, left = dates.local(now, zone), REMIND_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return int(day.timestamp())


def lapses_at(confirmed_at: int) -> int:
    return confirmed_at + LAPSE_DAYS * DAY
