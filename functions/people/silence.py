"""Rules of how long a member is kept: who is asked whether they want to stay, and who is erased.

No I/O here; `functions.people.store.signs_of_life` reads and writes. See docs/members.md.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from functions.core.clock import DAY
from functions.core.keep import MONTH, Keep

FIRST_SECONDS, LAST_SECONDS = 60 * DAY, 14 * DAY  # before the end
BETWEEN_SECONDS = FIRST_SECONDS - LAST_SECONDS
APART_SECONDS = 31 * DAY  # between "is this still right?" and "still want to be here?"
# If the last sweep was longer ago, the tick stood still or the clock jumped: nobody is erased.
STEADY_SECONDS = 2 * DAY


class Stage(StrEnum):
    """What has happened since a member's last sign of life: their kind in the index `due`."""

    QUIET = "QUIET"
    WARNED = "WARNED"
    WARNED_TWICE = "WARNED_TWICE"


class Step(Enum):
    WARN = auto()
    ERASE = auto()
    WAIT = auto()
    PUT_OFF = auto()  # heard from since, or kept longer by newer settings


@dataclass(frozen=True)
class Silence:
    """How long nothing has been heard from a member."""

    member_id: str
    seen_at: int  # the last sign of life
    stage: Stage
    since: int  # when this stage began: with the last sign, or when SES took the warning


def ends_at(silence: Silence, keep: Keep) -> int:
    """When the contact ends if there is no sign of life; a warning that was late moves it."""
    end = silence.seen_at + keep.contact_months * MONTH
    match silence.stage:
        case Stage.QUIET:
            return end
        case Stage.WARNED:
            return max(end, silence.since + FIRST_SECONDS)
        case Stage.WARNED_TWICE:
            return max(end, silence.since + LAST_SECONDS)


def promised_end(silence: Silence, keep: Keep, now: int) -> int:
    """The day that a warning which goes out now names: the person has all that time."""
    notice = LAST_SECONDS if silence.stage is Stage.WARNED else FIRST_SECONDS
    return max(ends_at(silence, keep), now + notice)


def step(silence: Silence, keep: Keep, now: int) -> Step:
    """Nobody is erased before SES took two warnings, the last one 14 days ago."""
    end = ends_at(silence, keep)
    is_early = now < silence.seen_at + keep.contact_months * MONTH - FIRST_SECONDS
    if is_early:
        return Step.PUT_OFF
    match silence.stage:
        case Stage.QUIET:
            return Step.WARN
        case Stage.WARNED:
            return Step.WARN if now >= end - LAST_SECONDS else Step.WAIT
        case Stage.WARNED_TWICE:
            return Step.ERASE if now >= end else Step.WAIT


def is_asked_yearly(silence: Silence, keep: Keep, now: int) -> bool:
    """Whether an email may ask if all is still right: not shortly before a warning, or after."""
    first_warning = silence.seen_at + keep.contact_months * MONTH - FIRST_SECONDS
    return silence.stage is Stage.QUIET and now < first_warning - APART_SECONDS


def due_before(stage: Stage, keep: Keep, now: int) -> int:
    """Nobody whom the index holds under a later time can be due."""
    match stage:
        case Stage.QUIET:
            return now - keep.contact_months * MONTH + FIRST_SECONDS
        case Stage.WARNED:
            return now - BETWEEN_SECONDS
        case Stage.WARNED_TWICE:
            return now - LAST_SECONDS
