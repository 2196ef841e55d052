"""Rules of joining: what a sign-up leads to, and what a click on a confirmation link means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from functions.core import dates
from functions.core.clock import MINUTE
from functions.core.texts import ConsentPurpose
from functions.people.member import UNKNOWN_CIRCUMSTANCES, Agreement, Circumstances, Profile
from functions.people.moves import Reservation

# Enough for three tries of the goodbye email, which needs the address; all is gone within the hour.
ONE_CLICK = "one click in the mail"  # as consents record how somebody unsubscribed
GOODBYE_SECONDS = 45 * MINUTE
DIGEST_HOUR = 8  # of the company's time zone
SWEPT = "~"  # behind every member, and every kind
SETTLE_SECONDS = MINUTE  # longer than the functions that write may run


Agreements = Mapping[ConsentPurpose, Agreement]


@dataclass(frozen=True)
class Joining:
    """The content of a valid form to join."""

    profile: Profile
    agreements: Agreements  # to membership at least
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES
    invitation: str = ""  # whose form it was: the id of an invitation on paper


@dataclass(frozen=True)
class Signup:
    """A form that waits for its sender to confirm it by the link in an email."""

    profile: Profile
    agreements: Agreements
    revision: int  # of the newest form; links to older ones are stale
    expires_at: int
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES
    invitation: str = ""


@dataclass(frozen=True)
class Known:
    """What the table holds about an address."""

    member_id: str | None = None
    signup: Signup | None = None
    reserved: Reservation | None = None  # the member has another address, and may come back
    is_invited: bool = False
    is_waiting: bool = False  # for the team's decision


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """A person whom no use finds any more, until the rest of their data is deleted.

    Without `email`, no goodbye is sent: nobody has confirmed that the address is theirs.
    """

    id: str  # the member's, or a new one
    address_hash: str
    is_member: bool
    name: str
    email: str
    language: str
    at: int
    former: tuple[str, ...] = ()  # hashes of earlier addresses that were reserved

    @property
    def ends_at(self) -> int:
        return self.at + GOODBYE_SECONDS


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """How far the day's sweep of silent members has come."""

    step: int = 0  # rises with each change
    enrolled: str = ""  # the last member of before who is in the index, then SWEPT
    day: int = 0  # the hour at which its day began
    began_at: int = 0
    may_erase: bool = False
    emails: int = 0  # that may still be queued this day
    kind: str = SWEPT  # of the index, that is swept now; SWEPT: the day's work is done
    after: tuple[dict[str, Any], ...] = ()  # the index's last entry that was swept


class Next(Enum):
    """What a sign-up leads to; its sender can't tell which."""

    CONFIRM = auto()
    ALREADY_MEMBER = auto()
    RESERVED = auto()


class Click(Enum):
    """What a click on a confirmation link leads to."""

    JOIN = auto()
    ALREADY_MEMBER = auto()
    STALE = auto()
    GONE = auto()


def on_signup(known: Known) -> Next:
    if known.reserved:
        return Next.RESERVED
    return Next.ALREADY_MEMBER if known.member_id else Next.CONFIRM


def on_click(known: Known, revision: int, now: int) -> Click:
    if known.member_id:
        return Click.ALREADY_MEMBER
    if known.signup is None or not is_waiting(known, now):
        return Click.GONE
    return Click.JOIN if known.signup.revision == revision else Click.STALE


def is_waiting(known: Known, now: int) -> bool:
    """True while a sign-up at this address can be confirmed."""
    if known.member_id or known.reserved:
        return False
    return known.signup is not None and now < known.signup.expires_at


def new_signup(known: Known, wanted: Joining, expires_at: int, now: int) -> Signup:
    # Revisions start at the clock, so that a deleted sign-up's link never matches a new one.
    revision = (known.signup.revision if known.signup else now) + 1
    return Signup(
        wanted.profile,
        wanted.agreements,
        revision,
        expires_at,
        wanted.circumstances,
        wanted.invitation,
    )


def last_digest_hour(now: int, zone: str) -> int:
    """The latest DIGEST_HOUR on the clock of `zone` that is SETTLE_SECONDS ago: by then, whatever
    began before it is written."""
    here = dates.local(now - SETTLE_SECONDS, zone)
    hour = here.replace(hour=DIGEST_HOUR, minute=0, second=0)
    return int((hour if hour <= here else hour - timedelta(days=1)).timestamp())
