"""The grammar of the secrets: of `token-keys`, which key signs links and which are accepted; of
`address-key` and `ticket-key`.

Keys are separated by commas. The last plain one signs. With `next:` a key will sign later and is
accepted already. With `until-2028-01-02:` (a day in UTC) it signed before: until that day all of
its links are accepted, afterwards only those to unsubscribe, which never expire.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from functions.core import clock

FRESH_SECONDS = clock.HOUR  # until functions read them again; a new key signs after that
HEX_KEY = re.compile(r"[0-9a-f]{64}")
KEY = re.compile(r"[A-Za-z0-9_-]{32,}")
ENTRY = re.compile(r"(?:(?P<next>next)|until-(?P<until>[^:]*)):(?P<key>.*)", re.DOTALL)


@dataclass(frozen=True)
class EarlierKey:
    key: str
    until: date | None = None  # None: replaced by hand, before keys had a day

    def __str__(self) -> str:
        return f"until-{self.until}:{self.key}" if self.until else self.key


@dataclass(frozen=True)
class TokenKeys:
    signing: str
    earlier: tuple[EarlierKey, ...] = ()
    following: str = ""  # will sign; empty if no rotation is under way

    def accepted(self, now: int, *, to_unsubscribe: bool) -> list[str]:
        """The keys whose links are accepted, the one that signs last, as itsdangerous wants it."""
        today = datetime.fromtimestamp(now, UTC).date()
        earlier = [
            key.key
            for key in self.earlier
            if to_unsubscribe or key.until is None or today < key.until
        ]
        return [*earlier, *filter(None, [self.following]), self.signing]

    def __str__(self) -> str:
        following = [f"next:{self.following}"] if self.following else []
        return ",".join([*map(str, self.earlier), self.signing, *following])


def parse(text: str) -> TokenKeys:
    """The keys of the secret's value.

    Raises:
        ValueError: a key is empty, short or malformed, none signs, or two are next. It quotes none.
    """
    plain: list[EarlierKey] = []
    earlier: list[EarlierKey] = []
    following: list[str] = []
    for number, entry in enumerate(text.split(","), start=1):
        marked = ENTRY.fullmatch(entry)
        key = _checked(number, marked["key"] if marked else entry)
        if marked is None:
            plain.append(EarlierKey(key))
        elif marked["next"]:
            following.append(key)
        else:
            earlier.append(EarlierKey(key, _day(number, marked["until"])))
    if not plain or len(following) > 1:
        raise ValueError("token-keys: no key signs" if not plain else "token-keys: two are next")
    return TokenKeys(plain[-1].key, (*earlier, *plain[:-1]), "".join(following))


def _checked(number: int, key: str) -> str:
    if not key:
        raise ValueError(f"token-keys: key {number} is empty")
    if not KEY.fullmatch(key):
        raise ValueError(f"token-keys: key {number} is not 32 or more of A-Z a-z 0-9 _ -")
    return key


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"token-keys: the day of key {number} is not like 2028-01-02") from None


def address_key(text: str) -> bytes:
    """The key of the address hashes, from its hex digits.

    Raises:
        ValueError: it isn't 64 of them.
    """
    return _from_hex("address-key", text)


def ticket_key(text: str) -> bytes:
    """The private key of tickets, from its hex digits (raises as `address_key`)."""
    return _from_hex("ticket-key", text)


def _from_hex(name: str, text: str) -> bytes:
    if not HEX_KEY.fullmatch(text):
        raise ValueError(f"{name}: is not 64 hex digits")
    return bytes.fromhex(text)
