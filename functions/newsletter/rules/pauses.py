"""Why an issue paused itself, as a kind that a mail has plain words for."""

import re
from dataclasses import dataclass
from enum import StrEnum

from functions.newsletter.rules.ledger import Issue


class Cause(StrEnum):
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    QUOTA = "quota"
    ACCOUNT = "account"  # SES stopped all of ours
    SENDER = "sender"
    CONTENT = "content"
    SETUP = "setup"  # something of ours is missing, or not allowed
    CHECK = "check"  # found wrong by ourselves, before anybody got it
    OTHER = "other"


# What SES v2 and botocore call it: statuses of a recipient, errors of a call and the account's own
# state, in small letters and without what differs between them.
SES: dict[str, Cause] = {
    "accountdailyquotaexceeded": Cause.QUOTA,
    "limitexceeded": Cause.QUOTA,
    "accountsuspended": Cause.ACCOUNT,
    "accountsendingpaused": Cause.ACCOUNT,
    "sendingpaused": Cause.ACCOUNT,
    "shutdown": Cause.ACCOUNT,
    "probation": Cause.ACCOUNT,
    "healthy": Cause.ACCOUNT,  # and yet it sends nothing: its owner has switched it off
    "off": Cause.ACCOUNT,
    "mailfromdomainnotverified": Cause.SENDER,
    "messagerejected": Cause.CONTENT,
    "configurationsetnotfound": Cause.SETUP,
    "configurationsetsendingpaused": Cause.SETUP,
    "templatenotfound": Cause.SETUP,
    "invalidsendingpoolname": Cause.SETUP,
    "notfound": Cause.SETUP,
    "accessdenied": Cause.SETUP,
    "expiredtoken": Cause.SETUP,
    "unrecognizedclient": Cause.SETUP,
    "invalidclienttokenid": Cause.SETUP,
    "nocredentialserror": Cause.SETUP,
    "credentialretrievalerror": Cause.SETUP,
}
COUNTED = re.compile(r"(\d+) (bounces|complaints) of (\d+) sent")
BEGINNINGS = {"quota": Cause.QUOTA, "content": Cause.CHECK}


def cause(reason: str) -> Cause:
    """The kind of an issue's `reason`: `SES: <code>`, what `preflight` or rules.health says."""
    kind, is_told, code = reason.casefold().partition(": ")
    if kind == "ses":
        return SES.get(code.replace("_", "").removesuffix("exception"), Cause.OTHER)
    if is_told:
        return BEGINNINGS.get(kind, Cause.OTHER)
    counted = COUNTED.fullmatch(reason)
    return Cause(counted[2]) if counted else Cause.OTHER


def parts(reason: str) -> tuple[int, int] | None:
    """How many of how many, where the reason counts them."""
    found = COUNTED.fullmatch(reason)
    return (int(found[1]), int(found[3])) if found else None


# ---- Health: an issue that goes so badly pauses itself, before SES reviews the whole account.
# SES reviews at 5% bounces or 0.1% complaints (its documentation, "Reputation metrics").

# Fewer than these stop nothing: one angry reader of three hundred is already three per mille.
LEAST_BOUNCES = 10
LEAST_COMPLAINTS = 3


@dataclass(frozen=True)
class Limits:
    """Per mille of what SES accepted since the issue began, or was resumed last."""

    bounces: int
    complaints: int


def trouble(issue: Issue, limits: Limits) -> str:
    """Why the issue is to be paused, for those who look at it; empty where it goes well."""
    if _is_over(issue.bounces, LEAST_BOUNCES, issue.accepted, limits.bounces):
        return f"{issue.bounces} bounces of {issue.accepted} sent"
    if _is_over(issue.complaints, LEAST_COMPLAINTS, issue.accepted, limits.complaints):
        return f"{issue.complaints} complaints of {issue.accepted} sent"
    return ""


def _is_over(count: int, least: int, accepted: int, per_mille: int) -> bool:
    return count >= least and count * 1000 > accepted * per_mille
