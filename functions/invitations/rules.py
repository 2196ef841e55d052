"""Rules of invitations: who may be emailed, what becomes of a person, how long we keep it.

An invitation is consent to nothing. Somebody who left the company either agreed to be written to,
or gets a letter on paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.core.clock import DAY
from functions.core.keep import MONTH, keep_of


@dataclass(frozen=True)
class Agreed:
    """When and how somebody agreed to be written to."""

    on: str  # a day, as in 2026-11-26
    how: str  # in the team's words: "exit talk", "by email to Maja"


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """What the company knows about somebody who leaves or left; what is empty is not known."""

    name: str
    email: str = ""  # private
    office: str = ""  # slug of the last one
    role: str = ""  # as what they worked there
    first_day: str = ""  # as in 2026-11-26, or only 2026-11 or 2026
    last_day: str = ""
    kinds: tuple[str, ...] = ()  # slugs
    interests: tuple[str, ...] = ()  # slugs of topics
    returns_from: str = ""  # open to coming back, from this day, month or year
    language: str
    contact: str = ""  # slug of the contact partner, in whose name they are invited
    agreed: Agreed | None = None  # None: nobody may email them


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Somebody who is invited to join, until they do, or until `ends_at`."""

    id: str  # the address's hash, or a random number if no address is known
    leaver: Leaver
    source: str  # the import that brought them in; empty: the form
    invited_at: int
    ends_at: int
    mailed_at: int | None = None  # when SES took the email
    message_id: str = ""  # SES's, of that email

    @property
    def may_be_mailed(self) -> bool:
        """Only whoever agreed to be written to; it is checked again when the email is sent."""
        return bool(self.leaver.email and self.leaver.agreed)


@dataclass(frozen=True)
class Link:
    """The link that led somebody to their invitation."""

    token: str
    invitation_id: str
    by_mail: bool  # in our email: so the address is theirs; else in a letter on paper


class State(StrEnum):
    """How far an invitation has come. Once somebody joins or refuses, it is deleted."""

    LETTER = "letter"  # only on paper
    QUEUED = "queued"
    MAILED = "mailed"


class Outcome(StrEnum):
    """What became of one person of a list."""

    INVITED = "invited"
    MEMBER = "member"  # already, or the address is reserved for one
    INVITED_BEFORE = "invited before"
    LEFT_ALONE = "left alone"  # they asked us never to write again
    ERASED = "erased"  # and the proof of it is still kept
    WAITING = "waiting"  # for the team's decision, or declined lately


def state_of(invitation: Invitation) -> State:
    if not invitation.may_be_mailed:
        return State.LETTER
    return State.MAILED if invitation.mailed_at else State.QUEUED


def new_invitation(
    invitation_id: str, leaver: Leaver, site: Mapping[str, Any], now: int, source: str = ""
) -> Invitation:
    ends_at = now + keep_of(site).invitation_months * MONTH
    return Invitation(
        id=invitation_id, leaver=leaver, source=source, invited_at=now, ends_at=ends_at
    )


def reminder_at(invitation: Invitation, site: Mapping[str, Any]) -> int | None:
    """When the one reminder is due; None unless the company wants one."""
    days = keep_of(site).invitation_reminder_days
    return invitation.invited_at + days * DAY if days and invitation.may_be_mailed else None


def year(day: str) -> str:
    """The year of a day, month or year; empty if it isn't known."""
    return day[:4]
