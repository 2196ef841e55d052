"""When the program pauses an issue: SES refuses, or too many emails come back."""

from dataclasses import dataclass

from functions.core.clock import HOUR
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause

# ---- SES refuses

# Names of SES v2 and botocore: statuses of a recipient, errors of a call and the account's own
# state, in lowercase, without underscores and `Exception`.
CAUSES: dict[str, Cause] = {
    "accountdailyquotaexceeded": Cause.QUOTA,
    "limitexceeded": Cause.QUOTA,
    "accountsuspended": Cause.ACCOUNT,
    "accountsendingpaused": Cause.ACCOUNT,
    "sendingpaused": Cause.ACCOUNT,
    "shutdown": Cause.ACCOUNT,
    "probation": Cause.ACCOUNT,
    "healthy": Cause.ACCOUNT,  # if it still sends nothing, its owner has switched sending off
    "off": Cause.ACCOUNT,
    "mailfromdomainnotverified": Cause.SENDER,
    "messagerejected": Cause.CONTENT,
    "configurationsetnotfound": Cause.SETUP,
    "configurationsetdoesnotexist": Cause.SETUP,
    "configurationsetsendingpaused": Cause.SETUP,
    "templatenotfound": Cause.SETUP,
    "templatedoesnotexist": Cause.SETUP,
    "invalidsendingpoolname": Cause.SETUP,
    "notfound": Cause.SETUP,
    "accessdenied": Cause.SETUP,
    "expiredtoken": Cause.SETUP,
    "unrecognizedclient": Cause.SETUP,
    "invalidclienttokenid": Cause.SETUP,
    "nocredentialserror": Cause.SETUP,
    "credentialretrievalerror": Cause.SETUP,
}


def refused_by_ses(code: str) -> Pause:
    """The pause for a status or an error of SES, or an error of botocore."""
    name = code.casefold().replace("_", "").removesuffix("exception")
    return Pause(CAUSES.get(name, Cause.OTHER), code)


# ---- The day's quota

# SES counts the last 24 hours, so its quota gets free bit by bit. Resuming for a few emails would
# only pause the issue again, and email the team each time.
QUOTA_SECONDS = HOUR


def may_resume(issue: Issue, left: int | None, a_day: int | None, now: int) -> bool:
    """True if an issue that waits for SES's quota can be sent to its end now, or, if a whole day's
    quota is too small for the rest of it, once half a day's is free.

    `left` and `a_day` are emails for newsletters; None is no limit.
    """
    if not waits_for_quota(issue) or now < issue.paused_at + QUOTA_SECONDS:
        return False
    if left is None or a_day is None:
        return True
    waiting = max(1, issue.planned - issue.accepted)
    return left >= (waiting if waiting <= a_day else max(1, a_day // 2))


def waits_for_quota(issue: Issue) -> bool:
    is_paused = issue.state is IssueState.PAUSED
    return is_paused and issue.pause is not None and issue.pause.cause is Cause.QUOTA


# ---- Too many emails come back

# SES reviews the whole account at 5% bounces or 0.1% complaints (its documentation, "Reputation
# metrics"): an issue pauses itself before that. Fewer than these never pause it: one angry reader
# of three hundred is already three per mille.
LEAST_BOUNCES = 10
LEAST_COMPLAINTS = 3


@dataclass(frozen=True)
class Limits:
    """Per mille of the emails that SES accepted since the issue began, or was last resumed."""

    bounces: int
    complaints: int


def over_limit(issue: Issue, limits: Limits) -> Pause | None:
    """The pause that the issue's bounces or complaints call for, if any."""
    if _is_over(issue.bounces, LEAST_BOUNCES, issue.accepted, limits.bounces):
        return Pause(Cause.BOUNCES, count=issue.bounces, of=issue.accepted)
    if _is_over(issue.complaints, LEAST_COMPLAINTS, issue.accepted, limits.complaints):
        return Pause(Cause.COMPLAINTS, count=issue.complaints, of=issue.accepted)
    return None


def _is_over(count: int, least: int, accepted: int, per_mille: int) -> bool:
    return count >= least and count * 1000 > accepted * per_mille
