"""The last check before an issue goes out: its content as stored, and what SES allows."""

import re

from botocore.exceptions import ClientError

from functions.core.aws.clients import ABSENT
from functions.core.errors import ContentError
from functions.core.mail.message import HTML_BYTES_MAX
from functions.core.mail.placeholders import (
    ANSWER,
    INVITATION_PLACEHOLDERS,
    PLACEHOLDERS,
    UNSUBSCRIBE_URL,
    marked,
)
from functions.newsletter import bulk_email, sending_rate
from functions.newsletter.rules.ledger import (
    Cause,
    Fault,
    Issue,
    IssueKind,
    Pause,
    State,
    Variant,
)
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches

LONGEST_LINE = 998  # RFC 5322
KNOWN = {  # placeholders by the kind of issue
    IssueKind.NEWSLETTER: PLACEHOLDERS,
    IssueKind.INVITATION: INVITATION_PLACEHOLDERS,
}
UNKNOWN_PLACEHOLDER = {
    kind: re.compile(r"\{\{(?!(?:" + "|".join(known) + r")\}\})|\{%|\{#")
    for kind, known in KNOWN.items()
}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def problem(issue: Issue) -> Pause | None:
    """Why the issue can't be sent as it is; None if it can."""
    account = sending_rate.account()
    if account and account.stopped:
        return refused_by_ses(account.stopped)
    sent = (variant for variant in issue.variants if not variant.is_silent)
    faults = ((variant.name, _fault(variant, issue.kind)) for variant in sent)
    pauses = (Pause(Cause.CHECK, fault, variant=name) for name, fault in faults if fault)
    return next(pauses, None)


def _fault(variant: Variant, kind: IssueKind) -> Fault | None:
    try:
        content = bulk_email.content(variant)
    except ContentError:
        return Fault.CHANGED
    except ClientError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        return Fault.MISSING
    return content_fault(content, kind)


def content_fault(content: dict[str, str], kind: IssueKind = IssueKind.NEWSLETTER) -> Fault | None:
    """What is wrong with a variant's subject, HTML or text; None if nothing is."""
    subject, html, text = (content.get(part, "") for part in ("subject", "html", "text"))
    if not (subject.strip() and html.strip() and text.strip()):
        return Fault.INCOMPLETE
    if len(html.encode()) > HTML_BYTES_MAX:
        return Fault.TOO_BIG
    if len(subject.encode()) > LONGEST_LINE or CONTROL.search(subject):
        return Fault.SUBJECT
    if any(UNKNOWN_PLACEHOLDER[kind].search(part) for part in (subject, html, text)):
        return Fault.PLACEHOLDER
    if not all(marked(UNSUBSCRIBE_URL) in part for part in (html, text)):
        return Fault.NO_UNSUBSCRIBE
    if kind is IssueKind.INVITATION and not all(marked(ANSWER) in part for part in (html, text)):
        return Fault.NO_ANSWER
    return None


def too_many(issue: Issue) -> Pause | None:
    """The pause for a day whose remaining SES quota is too small; None if it is enough."""
    account = sending_rate.account()
    allowed = account.left_for_newsletters if account else None
    if allowed is None:
        return None
    waiting = issue.planned - issue.accepted
    if waiting > allowed:  # count exactly: some get no email, or had it before an earlier pause
        waiting = tally(batches.of_issue(issue.slug))[State.PLANNED]
    return Pause(Cause.QUOTA, count=waiting, of=allowed) if waiting > allowed else None
