"""Rules of signing in: what lets somebody in, for how long, and what a session's cookie holds.

No I/O here. See docs/security.md.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import Enum, auto

from functions.core.clock import HOUR, MINUTE
from functions.core.lifetimes import SIGN_IN_SECONDS

SESSION_SECONDS = 12 * HOUR
DESK_SECONDS = 8 * HOUR  # at the desk
SEEN_EVERY_SECONDS = 5 * MINUTE  # a session's last use is noted at most so often
WRONG_CODES = 5  # that end a code; its link goes on working
WRONG_CODES_PER_HOUR = 100  # over all addresses, that suspend codes; links go on working
POSTS_PER_SESSION_PER_HOUR = 120
NEW_ADDRESSES_PER_DAY = 5  # that one person may have emailed
CODE_DIGITS = 8
CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")
COOKIE = re.compile(r"(?P<kind>[mgt])(?P<id>[0-9a-f]{32})\.(?P<secret>[A-Za-z0-9_-]{43})")
KINDS_OF_OWNERS = {"m": "member_id", "g": "address_hash", "t": "team_id"}
DEVICE_MAX = 60

# The first that a User-Agent contains: browsers name those that they want to be taken for, too.
BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "CriOS", "Chrome", "Safari")
BROWSER_NAMES = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
}
SYSTEMS = ("iPad", "iPhone", "Android", "Windows", "Mac OS X", "CrOS", "Linux")
SYSTEM_NAMES = {"Mac OS X": "Mac", "CrOS": "Chromebook"}


Draft = dict[str, list[str]]  # field of the form → what was typed


@dataclass(frozen=True)
class Owner:
    """Who signed in: a member, a guest of an event, or a member of the team at the desk."""

    member_id: str  # 32 hex digits; empty for a guest
    address_hash: str  # empty for a member, whose address may change
    team_id: str = ""  # a team member's, of whom the other two are empty

    def __str__(self) -> str:
        if self.team_id:
            return f"t{self.team_id}"
        return f"m{self.member_id}" if self.member_id else f"g{self.address_hash}"


def owner_of(member_id: str) -> str:
    """A member as owner in keys: of their sessions, and of changes of their address."""
    return str(Owner(member_id, ""))


@dataclass(frozen=True)
class SignIn:
    """Somebody asked for a link and a code to be sent to an address."""

    id: str  # 32 hex digits
    address_hash: str
    language: str
    expires_at: int
    wrong_codes: int = 0
    draft: Draft = field(default_factory=dict)  # what was typed before an earlier session ended

    @property
    def asked_at(self) -> int:
        return self.expires_at - SIGN_IN_SECONDS


@dataclass(frozen=True)
class Session:
    """A browser that is signed in. `id` is a hash of the cookie's secret."""

    id: str
    owner: Owner
    device: str
    created_at: int
    seen_at: int
    expires_at: int
    draft: Draft = field(default_factory=dict)  # to show again until it is saved
    passkey: str = ""  # at the desk: the id of the one that confirmed it
    challenge: str = ""  # what a passkey is to sign next, base64url


def cookie_value(owner: Owner, secret: str) -> str:
    return f"{owner}.{secret}"


def read_cookie(value: str) -> tuple[Owner, str] | None:
    """Whose session a cookie claims to be, and its secret; None if it is no such cookie."""
    parts = COOKIE.fullmatch(value)
    if parts is None:
        return None
    ids = {"member_id": "", "address_hash": ""} | {KINDS_OF_OWNERS[parts["kind"]]: parts["id"]}
    return Owner(**ids), parts["secret"]


def session_seconds(owner: Owner) -> int:
    return DESK_SECONDS if owner.team_id else SESSION_SECONDS


def session_id(secret: str) -> str:
    """The table holds this, so that reading it lets nobody in."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def code(sign_in_id: str, key: str) -> str:
    """The code that belongs to a link. Nothing stores it: whoever has the key works it out."""
    digest = hmac.new(key.encode(), f"sign-in code {sign_in_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def is_code(typed: str, sign_in_id: str, keys: list[str]) -> bool:
    """Whether somebody typed the code; `keys` are all that may have made it."""
    typed = re.sub(r"[\s-]", "", typed)
    if not (typed.isascii() and CODE.fullmatch(typed)):
        return False
    return any(hmac.compare_digest(typed, code(sign_in_id, key)) for key in keys)


def takes_codes(sign_in: SignIn, now: int) -> bool:
    return sign_in.wrong_codes < WRONG_CODES and now < sign_in.expires_at


def device(user_agent: str) -> str:
    """Browser and system in words, such as "Firefox, Windows"; empty if neither is known."""
    browser = next((name for name in BROWSERS if name in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    names = (BROWSER_NAMES.get(browser, browser), SYSTEM_NAMES.get(system, system))
    return ", ".join(filter(None, names))


# ---- A new address


class Stage(Enum):
    """What a link in an email about a new address leads to."""

    OPEN = auto()
    DONE = auto()
    TAKEN = auto()  # the address belongs to somebody, or is reserved
    ENDED = auto()  # used, replaced by a newer one, expired, or the person is erased


@dataclass(frozen=True)
class Offer:
    """A link's stage; if it is open, with the address that emails will go to."""

    stage: Stage
    email: str = ""
