"""Why an issue is paused or was not sent, as one line in its reader's language.

The emails to the team, the report and the command show these lines; the table holds only values.
"""

from collections.abc import Callable

from functions.core.clock import HOUR
from functions.core.figures import figure
from functions.core.translations import N_, translations
from functions.newsletter.rules.ledger import (
    Cause,
    Fault,
    Issue,
    IssueKind,
    IssueState,
    Lack,
    Pause,
    SkipReason,
    State,
)

Translate = Callable[[str], str]
ISSUE_STATES = {
    IssueState.SCHEDULED: N_("scheduled"),
    IssueState.ARCHIVED: N_("on the website only"),
    IssueState.MISSED: N_("deadline missed"),
    IssueState.SKIPPED: N_("nothing to send"),
    IssueState.PLANNING: N_("going out"),
    IssueState.SENDING: N_("going out"),
    IssueState.PAUSED: N_("paused"),
    IssueState.CANCELLED: N_("cancelled"),
    IssueState.SENT: N_("sent"),
}
ISSUE_KINDS = {
    IssueKind.NEWSLETTER: N_("Newsletter"),
    IssueKind.INVITATION: N_("Invitation to an event"),
}
STATES = {  # of recipients, as in the emails to the team
    State.SENT: N_("sent"),
    State.SUPPRESSED: N_("blocked"),
    State.WITHDRAWN: N_("opted out meanwhile"),
    State.FAILED: N_("failed or bounced"),
    State.EXPIRED: N_("deadline passed"),
    State.CANCELLED: N_("cancelled"),
    State.UNCERTAIN: N_("uncertain"),
    State.PLANNED: N_("waiting to be sent"),
    State.CLAIMED: N_("being sent"),
}
OF_INVITATIONS = STATES | {State.WITHDRAWN: N_("answered or opted out meanwhile")}


def states(issue: Issue) -> dict[State, str]:
    """What became of recipients, in words; an invitation also leaves out who has answered."""
    return OF_INVITATIONS if issue.is_invitation else STATES


def why_paused(pause: Pause, language: str) -> str:
    """Such as `SES: SHUTDOWN`, or `en: it has no unsubscribe link`."""
    _ = translations(language).gettext
    figures = {"count": figure(pause.count, language), "total": figure(pause.of, language)}
    match pause.cause:
        case Cause.BOUNCES:
            return _("%(count)s of %(total)s emails bounced") % figures
        case Cause.COMPLAINTS:
            return _("%(count)s of %(total)s recipients reported it as spam") % figures
        case Cause.QUOTA if pause.code:
            return _("the email service sends no more today")
        case Cause.QUOTA:
            return _("%(count)s emails are waiting, but only %(total)s may be sent today") % figures
        case Cause.CHECK:
            return f"{pause.variant}: {_fault(Fault(pause.code), _)}"
        case Cause.PERSON:
            return pause.words
    return f"SES: {pause.code}"


def waited(issue: Issue) -> str:
    """How long the issue waited for SES's quota, such as `14 h`; empty if it didn't."""
    return f"{-(-issue.waited // HOUR)} h" if issue.waited else ""


def why_skipped(issue: Issue, language: str) -> str:
    """Such as `nothing to send (no text, no openings)`; empty if the issue isn't skipped."""
    _ = translations(language).gettext
    match issue.skipped:
        case SkipReason.EMPTY:
            lacks = ", ".join(_lack(lack, _) for lack in issue.nothing)
            return _("nothing to send (%(lacks)s)") % {"lacks": lacks}
        case SkipReason.NO_VARIANT:
            return _("it has no variant")
        case SkipReason.NOBODY_TO_CORRECT:
            return _("nobody received “%(slug)s”") % {"slug": issue.corrects}
        case SkipReason.EVENT_WITHDRAWN:
            return _("the event is no longer on the site")
        case SkipReason.EVENT_CANCELLED:
            return _("the event is cancelled")
        case SkipReason.SIGN_UP_CLOSED:
            return _("sign-up is closed")
    return ""


def _fault(fault: Fault, _: Translate) -> str:
    match fault:
        case Fault.CHANGED:
            return _("the stored content differs from the published content")
        case Fault.MISSING:
            return _("the content is missing")
        case Fault.INCOMPLETE:
            return _("its subject, HTML or text is missing")
        case Fault.TOO_BIG:
            return _("it is so large that email apps would cut it off")
        case Fault.SUBJECT:
            return _("its subject is too long or contains control characters")
        case Fault.PLACEHOLDER:
            return _("it contains a placeholder that has no value")
        case Fault.NO_UNSUBSCRIBE:
            return _("it has no unsubscribe link")
        case Fault.NO_ANSWER:
            return _("it has no link to answer")


def _lack(lack: Lack, _: Translate) -> str:
    match lack:
        case Lack.TEXT:
            return _("no text")
        case Lack.NEWS:
            return _("no news since the last issue")
        case Lack.EVENTS:
            return _("no upcoming events")
        case Lack.JOBS:
            return _("no openings")
