"""Emails that anybody can cause by a form, within the limits of an address and of all together."""

from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import log
from functions.core.mail import limits
from functions.core.mail_kinds import Door

BUDGET, BREAKER = 2, 3  # positions in the transaction


def queue(door: Door, fact: Write, leave_mail: Write, address: str, now: int) -> None:
    """Write `fact` and the email to `address`, or neither if the address has had its emails.

    Raises:
        RefusedError: `fact` or the email is refused.
        TooManyError: the breaker is open.
    """
    budget = (limits.mail_to(door, address, now), limits.mail_at_all(now))
    try:
        table.transact(fact, leave_mail, *budget)
    except RefusedError as refused:
        if BREAKER in refused.failed:
            raise TooManyError("breaker") from None
        if BUDGET not in refused.failed:
            raise
        # The page is the same as if an email went out.
        log.warning("an address has reached its emails for today")
