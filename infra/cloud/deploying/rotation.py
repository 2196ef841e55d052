"""The steps in which a secret is replaced, so that nothing in flight is refused.

Pure rules; `ssm_secrets` beside this reads and writes the values.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.core.lifetimes import LINK_DAYS
from functions.core.token_keys import FRESH_SECONDS, EarlierKey, TokenKeys

# A link's longest life; and two days for what is left of today, and for the hour in which
# functions may still sign with the key that is replaced.
LONGEST_DAYS = LINK_DAYS + 2
NEXT = "next:"
ORIGIN_SECRETS = re.compile(r"[A-Za-z0-9_-]{32,}(,(next:)?[A-Za-z0-9_-]{32,})?")


@dataclass(frozen=True)
class Step:
    """What a secret becomes, and what the person who rotates it should know."""

    value: str
    does: str
    then: str


@dataclass(frozen=True)
class Wait:
    """The next step would not be safe yet."""

    why: str


# ---- The keys that sign links


def next_of_token_keys(
    keys: TokenKeys, changed_at: int, now: int, new_key: str, *, leaked: bool = False
) -> Step | Wait:
    """The next step for these keys, which were last written at `changed_at`.

    With `leaked`, links that the replaced key has signed only unsubscribe from now on.
    """
    if not keys.following:
        return _add(keys, now, new_key)
    known_at = changed_at + FRESH_SECONDS
    if now < known_at:
        return Wait(
            f"A new key was added less than an hour ago, and running functions learn it within "
            f"an hour. Run this again after {_time(known_at)}."
        )
    return _sign(keys, now, leaked=leaked)


def _add(keys: TokenKeys, now: int, new_key: str) -> Step:
    after = TokenKeys(keys.signing, keys.earlier, new_key)
    return Step(
        str(after),
        "A new key is added: its links are accepted from now on, and the present key still signs.",
        f"Run this again after {_time(now + FRESH_SECONDS)}, when every function knows the new "
        "key: then it signs.",
    )


def _sign(keys: TokenKeys, now: int, *, leaked: bool) -> Step:
    today = datetime.fromtimestamp(now, UTC).date()
    last = today + timedelta(days=LONGEST_DAYS)
    earlier = [EarlierKey(key.key, key.until or last) for key in keys.earlier]
    replaced = EarlierKey(keys.signing, today if leaked else last)
    after = TokenKeys(keys.following, (*earlier, replaced))
    accepted = (
        "Of the links that the replaced key has signed, only those to unsubscribe still work. "
        "Emails of the next hour may still carry some."
        if leaked
        else f"Links that the replaced key has signed work until they expire, {last} at the "
        "latest; those to unsubscribe work for ever."
    )
    return Step(
        str(after),
        f"The new key signs. {accepted}",
        "Back up the secrets again: alumni secrets export",
    )


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


# ---- The secrets between CloudFront and the API


def origin_secrets(text: str) -> list[str]:
    """The secrets that the API accepts; CloudFront sends the first.

    Raises:
        ValueError: one is empty, short or malformed, or there are more than two.
    """
    if not ORIGIN_SECRETS.fullmatch(text):
        raise ValueError("origin-secrets: is not one or two of 32 or more of A-Z a-z 0-9 _ -")
    return text.replace(NEXT, "").split(",")


def next_of_origin_secrets(text: str, deployed: str, new_secret: str) -> Step | Wait:
    """The next step; `deployed` is the value that the stack runs with."""
    first, *second = origin_secrets(text)
    deploy = "Run `alumni deploy`"
    if deployed != ",".join([first, *second]):
        return Wait(f"The last step isn't deployed. {deploy}, then this again.")
    again = f"{deploy}, then this again."
    if not second:
        does = "A new secret is added: the API accepts both, CloudFront still sends the old one."
        return Step(f"{first},{NEXT}{new_secret}", does, again)
    if NEXT in text:
        does = "CloudFront sends the new secret; the API accepts both."
        return Step(f"{second[0]},{first}", does, again)
    done = f"{deploy}, and back up the secrets again: alumni secrets export"
    return Step(first, "The old secret is dropped; CloudFront no longer sends it.", done)
