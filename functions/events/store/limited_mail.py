"""Emails that anybody can cause by a form, within the limits of an address and of all together."""

from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import log
from functions.core.mail import limits
from functions.core.mail_kinds import Door

BUDGET = 2  # its position in the transaction


def queue(door: Door, fact: Write, leave_mail: Write, address: str, now: int) -> None:
    """Write `fact` and the email to `address`, or neither if the address has had its emails.

    Raises:
        RefusedError: `fact` or the email is refused.
        TooManyError: the breaker is open.
    """
    # Counted by itself, also where no email follows: it is one item for everybody, which in a rush
    # a transaction would hold back.
    if not table.try_write(limits.mail_at_all(now)):
        raise TooManyError("breaker")
    try:
        table.transact(fact, leave_mail, limits.mail_to(door, address, now))
    except RefusedError as refused:
        if BUDGET not in refused.failed:
            raise
        # The page is the same as if an email went out.
        log.warning("an address has reached its emails for today")
