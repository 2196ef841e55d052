"""The nightly digest of consent lines, which an hourly tick writes once a day is over."""

from typing import Any

from functions.core import clock
from functions.core.log import log
from functions.evidence import digesting, rules, store

RESERVE_MS = 20_000  # for one more part, and the signature


def tick(_event: dict[str, Any], context: Any) -> None:
    """Write the digest of each day that is over and has none; the next tick continues."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() >= RESERVE_MS)

    last = max(store.days(), default="")
    before = rules.digest_hash(store.digest(last)) if last else rules.NONE_BEFORE
    for day in rules.days_due(last, clock.now()):
        before = digesting.digest(day, before, has_time)
        log.info("digest written" if before else "digest continues", extra={"day": day})
        if not before:
            return
