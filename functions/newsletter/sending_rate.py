"""The account's sending rate (recipients a second).

The planner gives each batch its turn by it. A worker only keeps to it where turns no longer do: it
waits a few seconds, or leaves the batch for later.
"""

from botocore.exceptions import BotoCoreError, ClientError

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import error_fields, log
from functions.core.mail.ses_account import SHARE_FOR_NEWSLETTERS, SesAccount, read_account
from functions.core.settings import settings

FRESH_SECONDS = 600
LONGEST_WAIT_SECONDS = 10
BURST_SECONDS = 2  # SES accepts more than its rate for a moment (developer guide, "quotas")
# SES gives this to a new account. Used if GetAccount fails: it is limited to one call a second.
USUAL_RATE = 14.0


# Kept by this container: the rate, until when it is valid, and when the next call is allowed.
_cache: dict[str, float] = {}


def forget() -> None:
    _cache.clear()


def account() -> SesAccount | None:
    """SES's present quota and state; None if SES did not answer."""
    try:
        return read_account(client("sesv2"))
    except (BotoCoreError, ClientError) as error:
        log.warning("the account's rate is unknown", extra=error_fields(error))
        return None


def rate() -> float:
    """Recipients a second, for all workers together; read again every ten minutes."""
    if _cache.get("until", 0) <= clock.now():
        current = account()
        _cache["rate"] = current.rate if current else _cache.get("rate", USUAL_RATE)
        _cache["until"] = clock.now() + FRESH_SECONDS
    return _cache["rate"]


def read_again() -> None:
    """Forget the rate, because SES may have changed it."""
    _cache.pop("until", None)


def for_newsletters() -> float:
    """What newsletters may use of the rate; the rest is for emails to one person."""
    return max(rate(), 1.0) * SHARE_FOR_NEWSLETTERS


def wait_for(recipients: int, *, late: bool) -> bool:
    """Wait until this worker may make the next call, to `recipients`.

    Turns keep workers apart, so on time each may use the whole rate. Late batches come all at once,
    so a worker keeps to its share. Returns False if it would have to wait too long, for example
    after a batch of fifty when SES has lowered the rate.
    """
    share = max(rate(), 1.0) / (settings().send_workers if late else 1)
    now = clock.ticking()
    free_at = max(now, _cache.get("free_at", now))
    wait = max(0.0, free_at - now - (0 if late else BURST_SECONDS))
    if wait > LONGEST_WAIT_SECONDS:
        return False
    clock.sleep(wait)
    _cache["free_at"] = max(free_at, now + wait) + recipients / share
    return True
