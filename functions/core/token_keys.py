"""The grammar of the secret `token-keys`: which keys sign links, and which are accepted.

Keys are separated by commas. The last plain one signs, and the plain ones before it did. With
`next:` a key will sign later; with `unsubscribe:` it signed so long ago that only unsubscribe
links, which never expire, may still carry it. `alumni secrets rotate` writes this value.
"""

import re
from dataclasses import dataclass

KEY = re.compile(r"[A-Za-z0-9_-]{32,}")
NEXT, UNSUBSCRIBE = "next:", "unsubscribe:"


@dataclass(frozen=True)
class TokenKeys:
    signing: str
    earlier: tuple[str, ...] = ()  # signed before; links of every purpose may carry them
    following: tuple[str, ...] = ()  # will sign; accepted already
    unsubscribing: tuple[str, ...] = ()

    @property
    def accepted(self) -> list[str]:
        """For every purpose, the one that signs last, as itsdangerous wants them."""
        return [*self.earlier, *self.following, self.signing]

    @property
    def accepted_for_unsubscribing(self) -> list[str]:
        return [*self.unsubscribing, *self.accepted]

    def __str__(self) -> str:
        old = [f"{UNSUBSCRIBE}{key}" for key in self.unsubscribing]
        new = [f"{NEXT}{key}" for key in self.following]
        return ",".join([*old, *self.earlier, self.signing, *new])


def parse(text: str) -> TokenKeys:
    """The keys of the secret's value.

    Raises:
        ValueError: a key is empty, short or malformed, or none signs. It quotes no key.
    """
    entries = [_entry(number, entry) for number, entry in enumerate(text.split(","), start=1)]
    plain = [key for mark, key in entries if not mark]
    if not plain:
        raise ValueError("token-keys: no key signs")
    return TokenKeys(
        signing=plain[-1],
        earlier=tuple(plain[:-1]),
        following=tuple(key for mark, key in entries if mark == NEXT),
        unsubscribing=tuple(key for mark, key in entries if mark == UNSUBSCRIBE),
    )


def _entry(number: int, entry: str) -> tuple[str, str]:
    """An entry's mark, empty if it has none, and its key."""
    mark = next((mark for mark in (NEXT, UNSUBSCRIBE) if entry.startswith(mark)), "")
    key = entry.removeprefix(mark)
    if not KEY.fullmatch(key):
        fault = "is empty" if not key else "is not 32 or more of A-Z a-z 0-9 _ -"
        raise ValueError(f"token-keys: key {number} {fault}")
    return mark, key
