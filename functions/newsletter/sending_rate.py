"""How fast we may send: the account's rate (SES, recipients a second), shared out over the workers.

A batch is what SES takes in a second, so a worker waits a few seconds for its share at most.
"""

from botocore.exceptions import BotoCoreError, ClientError

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.log import log, what_failed
from functions.core.mail.ses_account import SesAccount, read_account
from functions.core.settings import settings

FRESH_SECONDS = 600
LONGEST_WAIT_SECONDS = 10
# What SES gives a new account; used where it does not say, because it answers once a second only.
USUAL_RATE = 14.0


# Of this container: the rate, how long it is good, and when its share lets it send again.
_kept: dict[str, float] = {}


def forget() -> None:
    _kept.clear()


def account() -> SesAccount | None:
    """SES's quota and state of now; None if SES did not answer."""
    try:
        return read_account(client("sesv2"))
    except (BotoCoreError, ClientError) as error:
        log.warning("the account's rate is unknown", extra=what_failed(error))
        return None


def rate() -> float:
    """Recipients a second, over all workers; asked for every ten minutes."""
    if _kept.get("until", 0) <= clock.now():
        found = account()
        _kept["rate"] = found.rate if found else _kept.get("rate", USUAL_RATE)
        _kept["until"] = clock.now() + FRESH_SECONDS
    return _kept["rate"]


def wait_for(recipients: int) -> bool:
    """Wait until this worker's share allows the next call, and take it for `recipients`.

    False where that takes too long, as after a batch of fifty when SES has slowed us down.
    """
    share = max(rate(), 1.0) / settings().send_workers
    now = clock.ticking()
    begin = max(now, _kept.get("free_at", now))
    if begin - now > LONGEST_WAIT_SECONDS:
        return False
    clock.sleep(begin - now)
    _kept["free_at"] = begin + recipients / share
    return True
