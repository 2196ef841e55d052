"""Limits against email bombing: a budget per address and door, a limit per network, an hourly
breaker.

See docs/security.md.
"""

from collections.abc import Iterable

from functions.core.addresses import inbox_hash
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.clock import DAY, HOUR
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail_kinds import Door
from functions.core.settings import settings

NOT_REACHED = "attribute_not_exists(#count) OR #count < :limit"
WIDER = 5  # times as many forms from an IPv6 /48 as from one of its /64


def count(kind: str, owner: str, window: int, limit: int, now: int) -> Write:
    """A write that counts one more in this window (seconds), unless `limit` is reached."""
    start = now - now % window
    return table.update(
        _key(kind, owner, start),
        "SET #expires_at = :end ADD #count :one",
        {":end": start + 2 * window, ":one": 1, ":limit": limit},
        condition=NOT_REACHED,
    )


def check(kind: str, owner: str, window: int, limit: int, now: int) -> Write:
    """A write that counts nothing, and is refused once `limit` is reached."""
    return table.check(_key(kind, owner, now - now % window), NOT_REACHED, {":limit": limit})


def _key(kind: str, owner: str, start: int) -> Key:
    return (f"LIMIT#{kind}#{owner}#{start}", "LIMIT")


def kept_keys(kind: str, owner: str, window: int, now: int) -> tuple[Key, Key]:
    """The keys of the counters that may be kept now: this window's and the one's before."""
    start = now - now % window
    return _key(kind, owner, start), _key(kind, owner, start - window)


def mail_to(door: Door, address: str, now: int) -> Write:
    """Count an email to the inbox behind this address."""
    limit = settings().mails_per_address_per_day
    return count(_kind(door), inbox_hash(address), DAY, limit, now)


def keys_of_address(address: str, now: int) -> list[Key]:
    """The keys of the counters of emails to the inbox behind this address."""
    hashed = inbox_hash(address)
    return [key for door in Door for key in kept_keys(_kind(door), hashed, DAY, now)]


def _kind(door: Door) -> str:
    return f"mail-{door}"


def mail_at_all(now: int) -> Write:
    return count("mails", "all", HOUR, settings().mails_per_hour, now)


def networks(hashes: Iterable[str], now: int) -> None:
    """Count a POST against its sender's networks, the narrowest first; a wider one holds more
    people, so it may send more.

    Raises:
        TooManyError: one of them has reached its limit for this hour.
    """
    limit = settings().posts_per_network_per_hour
    try:
        for hashed in hashes:
            table.write(count("network", hashed, HOUR, limit, now))
            limit *= WIDER
    except RefusedError:
        raise TooManyError("network") from None
