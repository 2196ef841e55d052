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
    UNREADY = "unready"  # what is stored is not what was published
    SETUP = "setup"  # something of ours is missing, or not allowed
    OTHER = "other"


# What SES v2 and botocore call it: statuses of a recipient and errors of a call, in small letters
# and without what differs between the two.
SES: dict[str, Cause] = {
    "accountdailyquotaexceeded": Cause.QUOTA,
    "limitexceeded": Cause.QUOTA,
    "accountsuspended": Cause.ACCOUNT,
    "accountsendingpaused": Cause.ACCOUNT,
    "shutdown": Cause.ACCOUNT,
    "off": Cause.ACCOUNT,
    "sendingpaused": Cause.ACCOUNT,
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
WORDS = {
    "bounces": Cause.BOUNCES,
    "complaints": Cause.COMPLAINTS,
    "quota:": Cause.QUOTA,
    "content:": Cause.UNREADY,
}


def cause(reason: str) -> Cause:
    """The kind of an issue's `reason`: `SES: <code>`, or what rules.health or readiness say."""
    text = reason.casefold()
    if text.startswith("ses: "):
        code = text.removeprefix("ses: ").replace("_", "").removesuffix("exception")
        return SES.get(code, Cause.OTHER)
    return next((kind for word, kind in WORDS.items() if word in text.split()), Cause.OTHER)


def parts(reason: str) -> tuple[int, int] | None:
    """How many of how many, where the reason counts them."""
    found = re.fullmatch(r"(\d+) \w+ of (\d+) sent", reason)
    return (int(found[1]), int(found[2])) if found else None
