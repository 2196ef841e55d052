"""What is looked at once more before an issue goes: its content as stored, and what SES allows."""

import re

from botocore.exceptions import ClientError

from functions.core.errors import ContentError
from functions.newsletter import bulk_email, sending_rate
from functions.newsletter.rules.ledger import Issue, State, Variant
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches

LARGEST_BYTES = 100_000  # of HTML; Gmail cuts off what is over 102 KB
LONGEST_LINE = 998  # RFC 5322
SHARE_OF_QUOTA = 0.9  # the rest of the day's is for mails to one person
FIELDS = "name_html|name_text|unsubscribe_url"
STRANGER = re.compile(r"\{\{(?!(?:" + FIELDS + r")\}\})|\{%|\{#")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MISSING = frozenset({"NoSuchKey", "AccessDenied"})


def fault(issue: Issue) -> str:
    """Why the issue can't be sent as it is; empty where it can."""
    account = sending_rate.account()
    if account and account.stopped:
        return f"SES: {account.stopped}"
    wrong = ((each.name, _fault(each)) for each in issue.variants if not each.is_silent)
    return next((f"content: {name} {why}" for name, why in wrong if why), "")


def _fault(variant: Variant) -> str:
    try:
        content = bulk_email.content(variant)
    except ContentError:
        return "is not what was published"
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        return "is not there"
    return unsound(content)


def unsound(content: dict[str, str]) -> str:
    """What is wrong with a variant's subject, HTML or text; empty where nothing is."""
    subject, html, text = (content.get(part, "") for part in ("subject", "html", "text"))
    if not (subject.strip() and html.strip() and text.strip()):
        return "lacks its subject, HTML or text"
    if len(html.encode()) > LARGEST_BYTES:
        return "is too big: mail programmes would cut it off"
    if len(subject.encode()) > LONGEST_LINE or CONTROL.search(subject):
        return "has a subject that no header can hold"
    if any(STRANGER.search(part) for part in (subject, html, text)):
        return "has a placeholder without a value"
    if "{{unsubscribe_url}}" not in html or "{{unsubscribe_url}}" not in text:
        return "has no way to unsubscribe"
    return ""


def too_many(issue: Issue) -> str:
    """Why what is left of SES's quota for today is not enough; empty where it is."""
    account = sending_rate.account()
    if account is None or account.left is None:
        return ""
    allowed, waiting = int(account.left * SHARE_OF_QUOTA), issue.planned - issue.accepted
    if waiting > allowed:  # not those who got none, or had it before a pause: now it is worth it
        waiting = tally(batches.of_issue(issue.slug))[State.PLANNED]
    return f"quota: {waiting} wait, {allowed} may go today" if waiting > allowed else ""
