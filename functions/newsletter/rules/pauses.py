"""Why an issue paused itself, as a kind that a mail has plain words for."""

import re
from enum import StrEnum


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
