"""The account's SES quota and state."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

UNLIMITED = -1  # SES's daily quota of an account without a limit
SHARE_FOR_NEWSLETTERS = 0.9  # of quota and rate; the rest is for emails to one person


@dataclass(frozen=True)
class SesAccount:
    """SES's quota: `daily` emails in 24 hours, of which `sent` are used; `rate` emails a second."""

    daily: int
    sent: int
    rate: float
    in_sandbox: bool
    stopped: str = ""  # why SES sends nothing; empty if it sends

    @property
    def left(self) -> int | None:
        """Emails for the rest of the day; None if there is no limit."""
        return None if self.daily == UNLIMITED else max(0, self.daily - self.sent)

    @property
    def is_used_up(self) -> bool:
        return self.left == 0

    @property
    def day_for_newsletters(self) -> int | None:
        """The newsletters' share of a whole day's quota; None if there is no limit."""
        return None if self.daily == UNLIMITED else int(self.daily * SHARE_FOR_NEWSLETTERS)

    @property
    def left_for_newsletters(self) -> int | None:
        return None if self.left is None else int(self.left * SHARE_FOR_NEWSLETTERS)


def read_account(ses: "SESV2Client") -> SesAccount:
    """The account's present quota and state.

    Raises:
        ClientError, BotoCoreError: SES refused, or did not answer.
    """
    answer = ses.get_account()
    quota, status = answer["SendQuota"], answer.get("EnforcementStatus", "")
    sends = answer.get("SendingEnabled", True) and status != "SHUTDOWN"
    return SesAccount(
        daily=int(quota["Max24HourSend"]),
        sent=int(quota["SentLast24Hours"]),
        rate=float(quota["MaxSendRate"]),
        in_sandbox=not answer.get("ProductionAccessEnabled", False),
        stopped="" if sends else status or "off",
    )
