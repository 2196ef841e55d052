"""A member, their preferences and consents: the values that every package reads.

No I/O here, and no keys: `functions.people.store` reads and writes them.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from functions.core.mail_kinds import KINDS
from functions.core.texts import JOINING, ConsentPurpose
from functions.people.folding import collated

EVERY, QUARTERLY = "every", "quarterly"
SHARDS = "0123456789abcdef"  # of the table, by the first digit of a member's id
THEMSELVES = "the member"  # who corrected it
EARLIER_ADDRESS = "the earlier address"  # who took a new address back
FREQUENCIES = (EVERY, QUARTERLY)  # how often a member gets the newsletter
OF_STAYS = {"stays", "earlier_stays"}
# The details of a member as a `Correction` names them: `stays` are one of them.
DETAILS = (
    "name", "sort_as", "email", "works_at", "works_as", "stays", "kinds", "offices_of_interest",
    "interests", "language", "frequency",
)  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """The years that somebody worked at one office."""

    office: str  # its slug
    from_year: int
    to_year: int

    def __str__(self) -> str:
        return f"{self.office} {self.from_year}-{self.to_year}"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The details that people give when they join."""

    name: str
    email: str
    office: str  # slug of the last one
    from_year: int
    to_year: int
    kinds: tuple[str, ...]  # slugs: engineer, retired, ...; at least one
    interests: tuple[str, ...]  # slugs of topics
    language: str


@dataclass(frozen=True)
class Preferences:
    """Which issues of the newsletter a member wants."""

    frequency: str  # one of FREQUENCIES
    interests: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Member(Profile):
    """Somebody who has confirmed joining."""

    id: str  # 32 hex digits
    address_hash: str
    newsletter: bool  # whether they agreed to it, and have not withdrawn that since
    invitations: bool  # to events: the same
    frequency: str
    revision: int  # rises with each change
    joined_at: int
    sort_as: str = ""  # empty: by the last word of the name
    works_at: str = ""  # where they work now
    works_as: str = ""  # and as what
    earlier_stays: tuple[Stay, ...] = ()  # before or beside that at `office`, the latest first
    offices_of_interest: tuple[str, ...] = ()  # slugs
    address_since: int = 0  # the last change of the address: older sign-ins are void
    renewed_at: int = 0  # when the newsletter was agreed to again, or the consent to it renewed
    is_counted: bool = True  # in the figures; not at once those from before there were any

    @property
    def agreed_at(self) -> int:
        """Since when the consent to the newsletter is known to be meant."""
        return max(self.joined_at, self.renewed_at)

    @property
    def stays(self) -> tuple[Stay, ...]:
        """All of them, the latest first."""
        return (Stay(self.office, self.from_year, self.to_year), *self.earlier_stays)

    @property
    def offices(self) -> tuple[str, ...]:
        """Where they worked, each office once, the latest first."""
        return tuple(dict.fromkeys(stay.office for stay in self.stays))

    @property
    def local_offices(self) -> tuple[str, ...]:
        """Whose invitations and news they get: the offices that they chose, the last one of their
        own first; if they chose none, that one."""
        if not self.offices_of_interest:
            return (self.office,)
        return tuple(sorted(self.offices_of_interest, key=lambda office: office != self.office))

    @property
    def preferences(self) -> Preferences:
        return Preferences(self.frequency, self.interests)

    def may_get(self, mail: str) -> bool:
        """Whether the consent that this kind of email needs is in force, if it needs one."""
        needed = KINDS[mail].needs
        return needed is None or bool(getattr(self, needed))


def new_member(
    profile: Profile,
    address_hash: str,
    now: int,
    agreed: Collection[ConsentPurpose] = JOINING,
) -> Member:
    """Somebody who joins now. Who agreed to the newsletter gets every issue until they choose
    otherwise."""
    return Member(
        **vars(profile),
        id=uuid.uuid4().hex,
        address_hash=address_hash,
        newsletter=ConsentPurpose.NEWSLETTER in agreed,
        invitations=ConsentPurpose.INVITATIONS in agreed,
        frequency=EVERY,
        revision=1,
        joined_at=now,
    )


def changed_details(before: Member, after: Member) -> list[str]:
    """The names of DETAILS that differ."""
    return [name for name in DETAILS if getattr(before, name) != getattr(after, name)]


def plain(member: Member, names: Iterable[str]) -> dict[str, Any]:
    """Fields or properties as stores and JSON have them: a stay is a dict."""
    values = {name: getattr(member, name) for name in names}
    stays = {name: list(map(asdict, values[name])) for name in OF_STAYS.intersection(values)}
    return values | stays


def name_order(name: str, sort_as: str = "", language: str = "") -> tuple[str, str]:
    """Sorts names as a list at the door does: by the last word, or by `sort_as`, in the order of
    the language."""
    *_, last = name.split() or [""]
    return collated(sort_as or last, language), collated(name, language)


class ConsentKind(StrEnum):
    MEMBERSHIP_GIVEN = "membership given"
    NEWSLETTER_GIVEN = "newsletter given"
    NEWSLETTER_WITHDRAWN = "newsletter withdrawn"
    NEWSLETTER_RENEWED = "newsletter renewed"
    NEWSLETTER_PREFERENCES = "newsletter preferences"
    INVITATIONS_GIVEN = "invitations given"
    INVITATIONS_WITHDRAWN = "invitations withdrawn"

    @property
    def purpose(self) -> ConsentPurpose:
        return ConsentPurpose(self.partition(" ")[0])

    @property
    def is_withdrawal(self) -> bool:
        return self.endswith(" withdrawn")


def given(purpose: ConsentPurpose) -> ConsentKind:
    return ConsentKind(f"{purpose} given")


def withdrawn(purpose: ConsentPurpose) -> ConsentKind:
    return ConsentKind(f"{purpose} withdrawn")


@dataclass(frozen=True)
class Agreement:
    """The consent text that somebody ticked, in the language that the form showed it in.

    What is None was not recorded.
    """

    text_id: str
    version: str
    ticked_at: int | None = None
    language: str | None = None
    text_sha256: str | None = None  # of the text as it was shown
    words: str | None = None  # the text itself
    source: str | None = None  # from whom we have it, if it was given elsewhere

    @property
    def is_bundled(self) -> bool:
        """True for the one text that people agreed to when there was one for membership,
        newsletter and invitations together: its words were not recorded."""
        return self.words is None


@dataclass(frozen=True)
class Viewer:
    """The IP address of whoever consents, if the company keeps it, and until when."""

    ip: str
    kept_until: int


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """How a consent came about, beyond what its line says anyway; what is None is not known."""

    page: str | None = None  # the path of the page with the form or button
    shown_at: int | None = None  # when the form was opened, as the browser says
    mailed_at: int | None = None  # when the email with the link left
    message_id: str | None = None  # SES's, of that email
    viewer: Viewer | None = None  # kept in an item of its own, which has an end; never in the line


UNKNOWN_CIRCUMSTANCES = Circumstances()


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One record of what a person agreed to, withdrew or chose (Art. 7 (1) GDPR).

    Records are only added, never changed. `agreement` is there if they gave a consent,
    `preferences` if they chose some.
    """

    what: ConsentKind
    how: str  # by which form, link or mail
    at: int  # when it holds from: a button was pressed, a link clicked
    address_hash: str | None = None  # of the person at that time
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES
    agreement: Agreement | None = None
    preferences: Preferences | None = None


def joined(
    member: Member,
    agreements: Mapping[ConsentPurpose, Agreement],
    how: str,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> list[Consent]:
    """The records of somebody who joins, one for each purpose that they agreed to."""
    return [
        Consent(
            what=given(purpose),
            how=how,
            at=member.joined_at,
            address_hash=member.address_hash,
            circumstances=circumstances,
            agreement=agreement,
        )
        for purpose, agreement in agreements.items()
    ]


@dataclass(frozen=True)
class Correction:
    """One record of details that somebody corrected: field → value, before and after."""

    at: int
    by: str  # the AWS identity of one of the team, THEMSELVES or EARLIER_ADDRESS
    before: dict[str, Any]
    after: dict[str, Any]


class Arrival(StrEnum):
    """How somebody becomes a member."""

    BY_THEMSELVES = "by themselves"
    IMPORTED = "imported"
    INVITED = "invited"


class Act(StrEnum):
    """What a member did that the team's daily digest counts."""

    JOINED = "joined"
    LEFT = "left"
    UNSUBSCRIBED = "unsubscribed"
    UNREACHABLE = "unreachable"  # silent for long, and gets no email: to be erased in 60 days


@dataclass(frozen=True)
class Activity:
    """One line of who joined, left or unsubscribed when: a number, no personal data."""

    at: int
    act: Act
    member_id: str


@dataclass(frozen=True)
class Cell:
    """What a counter of the figures counts."""

    month: str  # 2026-11, in UTC
    act: Act  # JOINED or LEFT
    office: str  # its slug
