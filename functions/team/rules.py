"""Team members and their roles, and the deeds that the desk's log holds. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

from functions.core.clock import MINUTE
from functions.core.translations import N_


class Role(StrEnum):
    """What somebody may do at the desk: each role may do what those before it may, and more."""

    EDITOR = "editor"  # reads and pauses what is published; sees nobody's data
    COORDINATOR = "coordinator"  # works with people
    OWNER = "owner"  # works with the team, and reads the log

    def includes(self, least: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(least)


ROLE_NAMES = {
    Role.EDITOR: N_("Editor"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.OWNER: N_("Owner"),
}
ROLE_MEANINGS = {
    Role.EDITOR: N_("sees events and newsletters, and may pause a newsletter; sees nobody's data"),
    Role.COORDINATOR: N_("works with members and guests, too"),
    Role.OWNER: N_("manages the team and reads the log, too"),
}


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an owner says of a team member."""

    name: str
    email: str
    language: str
    role: Role
    offices: tuple[str, ...] = ()  # slugs; empty: all


@dataclass(frozen=True, kw_only=True)
class TeamMember(Details):
    """Somebody who may use the desk."""

    id: str  # 32 hex digits
    address_hash: str
    revision: int = 1
    added_at: int = 0  # or the last new address, or reset of passkeys: older sign-ins are void
    passkeys: tuple[str, ...] = ()  # their ids

    def may(self, least: Role) -> bool:
        return self.role.includes(least)

    def sees(self, office: str) -> bool:
        """Whether people of this office are theirs to work with."""
        return not self.offices or office in self.offices

    def sees_any(self, offices: tuple[str, ...]) -> bool:
        return not self.offices or not set(self.offices).isdisjoint(offices)


# ---- The second factor

PASSKEYS_MOST = 10  # that one team member may have
CHALLENGE_SECONDS = 5 * MINUTE


class SecondFactor(StrEnum):
    """Who has to confirm with a passkey: the setting `passkeys`."""

    OFF = "off"
    OPTIONAL = "optional"  # whoever has set one up
    OWNERS = "required for owners"  # and every owner
    REQUIRED = "required"

    def is_required_for(self, role: Role) -> bool:
        return self is SecondFactor.REQUIRED or (self is SecondFactor.OWNERS and role is Role.OWNER)


class Step(Enum):
    """What a session lacks before it opens the desk."""

    CONFIRM = auto()
    SET_UP = auto()
    NONE = auto()


@dataclass(frozen=True, kw_only=True)
class Passkey:
    id: str  # a hash of the credential's id: 32 hex digits
    credential_id: str  # base64url, as is the key
    public_key: str
    counter: int  # what the authenticator counted last; many always send 0
    name: str
    created_at: int
    used_at: int


def second_factor_of(site: Mapping[str, Any]) -> SecondFactor:
    return SecondFactor(site.get("passkeys", SecondFactor.OPTIONAL))


def next_step(setting: SecondFactor, member: TeamMember, confirmed_by: str) -> Step:
    """`confirmed_by` is the id of the passkey that the session was confirmed by, if it was.

    So removing a passkey also closes the sessions that it had opened.
    """
    if setting is SecondFactor.OFF:
        return Step.NONE
    if member.passkeys:
        return Step.NONE if confirmed_by in member.passkeys else Step.CONFIRM
    return Step.SET_UP if setting.is_required_for(member.role) else Step.NONE


def may_remove_passkey(setting: SecondFactor, member: TeamMember) -> bool:
    """Whether they may be without one of theirs: the last one stays where one is required."""
    return len(member.passkeys) > 1 or not setting.is_required_for(member.role)


# ---- The log


class Deed(StrEnum):
    """What somebody did at the desk or with the `alumni` command."""

    DOOR_OPENED = "door opened"
    DOOR_SENT = "door sent"
    EMAIL_RESUMED = "email resumed"
    EMAIL_STOPPED = "email stopped"
    GUESTS_DOWNLOADED = "guest list downloaded"
    GUESTS_WRITTEN_TO = "guests written to"
    IMPORT_UNDONE = "import undone"
    INVITATION_DELETED = "invitation deleted"
    INVITED = "invited"
    LINK_CHANGED = "link changed"
    LIST_BROUGHT_IN = "list brought in"
    LIST_UPLOADED = "list uploaded"
    LOG_DOWNLOADED = "log downloaded"
    MEMBERS_COUNTED = "members counted"
    NEWSLETTER_CANCELLED = "newsletter cancelled"
    NEWSLETTER_PAUSED = "newsletter paused"
    NEWSLETTER_RESUMED = "newsletter resumed"
    NEWSLETTER_SETTLED = "newsletter settled"
    NEWSLETTER_STOPPED = "newsletter stopped"
    PASSKEYS_RESET = "passkeys reset"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_USED = "sign-in confirmed"
    PEOPLE_DOWNLOADED = "people downloaded"
    PERSON_CORRECTED = "person corrected"
    PERSON_DOWNLOADED = "person downloaded"
    PERSON_ERASED = "person erased"
    APPROVED = "joining approved"
    DECISION_UNDONE = "decision about joining undone"
    DECLINED = "joining declined"
    PLACE_GIVEN = "place given"
    SEATS_CHANGED = "seats changed"
    SIGNED_IN = "signed in"
    SIGNED_UP = "signed up"
    SIGN_IN_SENT = "sign-in link sent"
    SIGN_UP_CANCELLED = "sign-up cancelled"
    SIGN_UP_CHANGED = "sign-up changed"
    SIGN_UP_APPROVED = "sign-up approved"
    SIGN_UP_CLOSED = "sign-up closed"
    SIGN_UP_DECLINED = "sign-up declined"
    SIGN_UP_OPENED = "sign-up opened"
    TEAM_ADDED = "team member added"
    TEAM_CHANGED = "team member changed"
    TEAM_REMOVED = "team member removed"


DEED_NAMES = {
    Deed.DOOR_OPENED: N_("opened an event's door"),
    Deed.DOOR_SENT: N_("had the link to an event's door mailed"),
    Deed.EMAIL_RESUMED: N_("let somebody get email again"),
    Deed.EMAIL_STOPPED: N_("stopped all email to somebody"),
    Deed.GUESTS_DOWNLOADED: N_("downloaded a guest list"),
    Deed.GUESTS_WRITTEN_TO: N_("wrote to the guests of an event"),
    Deed.IMPORT_UNDONE: N_("undid an import"),
    Deed.INVITATION_DELETED: N_("deleted an invitation"),
    Deed.INVITED: N_("invited somebody who left"),
    Deed.LINK_CHANGED: N_("changed the link to attend an event online"),
    Deed.LIST_BROUGHT_IN: N_("brought in a list"),
    Deed.LIST_UPLOADED: N_("uploaded a list"),
    Deed.LOG_DOWNLOADED: N_("downloaded the log"),
    Deed.MEMBERS_COUNTED: N_("had the members counted"),
    Deed.NEWSLETTER_CANCELLED: N_("cancelled a newsletter"),
    Deed.NEWSLETTER_PAUSED: N_("paused a newsletter"),
    Deed.NEWSLETTER_RESUMED: N_("resumed a newsletter"),
    Deed.NEWSLETTER_SETTLED: N_("settled unknown deliveries of a newsletter"),
    Deed.NEWSLETTER_STOPPED: N_("stopped the newsletter for somebody"),
    Deed.PASSKEYS_RESET: N_("reset somebody's passkeys"),
    Deed.PASSKEY_ADDED: N_("set up a passkey"),
    Deed.PASSKEY_REMOVED: N_("removed a passkey"),
    Deed.PASSKEY_USED: N_("confirmed a sign-in with a passkey"),
    Deed.PEOPLE_DOWNLOADED: N_("had a list of members written into a file"),
    Deed.PERSON_CORRECTED: N_("corrected somebody's details"),
    Deed.PERSON_DOWNLOADED: N_("downloaded what we know about somebody"),
    Deed.PERSON_ERASED: N_("erased somebody"),
    Deed.APPROVED: N_("approved somebody who wants to join"),
    Deed.DECISION_UNDONE: N_("took a decision about joining back"),
    Deed.DECLINED: N_("declined somebody who wants to join"),
    Deed.PLACE_GIVEN: N_("gave somebody on a waiting list a place"),
    Deed.SEATS_CHANGED: N_("changed how many places an event has"),
    Deed.SIGNED_IN: N_("signed in"),
    Deed.SIGNED_UP: N_("signed somebody up for an event"),
    Deed.SIGN_IN_SENT: N_("sent somebody a link to sign in"),
    Deed.SIGN_UP_CANCELLED: N_("cancelled somebody's sign-up"),
    Deed.SIGN_UP_CHANGED: N_("changed somebody's sign-up for an event"),
    Deed.SIGN_UP_APPROVED: N_("said yes to a request for an event"),
    Deed.SIGN_UP_DECLINED: N_("said no to a request for an event"),
    Deed.SIGN_UP_CLOSED: N_("closed an event's sign-up"),
    Deed.SIGN_UP_OPENED: N_("opened an event's sign-up again"),
    Deed.TEAM_ADDED: N_("added a team member"),
    Deed.TEAM_CHANGED: N_("changed a team member"),
    Deed.TEAM_REMOVED: N_("removed a team member"),
}


@dataclass(frozen=True)
class LogLine:
    """One line of the log: who did what, when, and about whom."""

    id: str
    at: int
    by: str  # a team member's id, or `at_terminal`
    deed: Deed
    about: str  # an id: of a member or team member, an address's hash, an event's slug ...
    facts: dict[str, str]  # no personal data

    @property
    def is_at_terminal(self) -> bool:
        return self.by.partition(" ")[0] == TERMINAL

    @property
    def person(self) -> str:
        """The id of the team member, or of AWS's user or role, wherever they did it."""
        return self.by.removeprefix(at_terminal(""))


TERMINAL = "terminal"


def at_terminal(person: str) -> str:
    """Who did something with the `alumni` command, as lines and records name them."""
    return f"{TERMINAL} {person}"


def changed(before: TeamMember, wanted: Details) -> list[str]:
    """The names of the details that differ."""
    return [name for name, value in vars(wanted).items() if getattr(before, name) != value]
