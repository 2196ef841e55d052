"""The account's sending rate (recipients a second), shared between the workers.

A batch is at most what SES takes in a second, so a worker waits a few seconds for its turn.
"""

from botocore.exceptions import BotoCoreError, ClientError

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import log, what_failed
from functions.core.mail.ses_account import SesAccount, read_account
from functions.core.settings import settings

FRESH_SECONDS = 600
LONGEST_WAIT_SECONDS = 10
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
        log.warning("the account's rate is unknown", extra=what_failed(error))
        return None


def rate() -> float:
    """Recipients a second, for all workers together; read again every ten minutes."""
    if _cache.get("until", 0) <= clock.now():
        current = account()
        _cache["rate"] = current.rate if current else _cache.get("rate", USUAL_RATE)
        _cache["until"] = clock.now() + FRESH_SECONDS
    return _cache["rate"]


def wait_for(recipients: int) -> bool:
    """Wait until this worker's share allows the next call, and use it for `recipients`.

    Returns False if that would take too long, for example after a batch of fifty when SES has
    lowered the rate.
    """
    share = max(rate(), 1.0) / settings().send_workers
    now = clock.ticking()
    begin = max(now, _cache.get("free_at", now))
    if begin - now > LONGEST_WAIT_SECONDS:
        return False
    clock.sleep(begin - now)
    _cache["free_at"] = begin + recipients / share
    return True
