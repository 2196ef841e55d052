"""The team that gets emails about newsletters, and the events that cause such an email."""

from email.message import EmailMessage
from typing import Any

from functions.core import clock, site
from functions.core.aws import table
from functions.newsletter.rules.ledger import Issue, IssueState, Lack, Pause, SkipReason
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.store import claims, issues
from functions.newsletter.store.issues import issue_key, send_report, team_mail
from tests.functions import sent_emails
from tests.functions.newsletter import issue_runs
from tests.functions.support import SITE

ADDRESS = "people.team@example.com"


def set_team(language: str = "en", address: str = ADDRESS) -> None:
    """Publish the settings with the team's address and language."""
    known = SITE | {"team": {"email": address, "language": language}}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


STOPPED = refused_by_ses("ACCOUNT_SENDING_PAUSED")


def pause(why: Pause = STOPPED, slug: str = issue_runs.SLUG) -> bool:
    return issues.pause(slug, why, clock.now(), notify_team=True)


def start_issue(readers: int = 3, *languages: str, **facts: Any) -> None:
    issue_runs.join(readers)
    issue_runs.publish(*languages, **facts)
    issue_runs.tick()


def send_and_wait_a_day(cloud, readers: int = 3, **facts: Any) -> None:
    """Send an issue to `readers` members and let a day pass, so that its report is due."""
    start_issue(readers, **facts)
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(24 * 3600)


def end_with_uncertain_recipients() -> None:
    """Resume a paused issue, lose SES's reply, end it, and queue its report."""
    issues.resume(issue_runs.SLUG)
    claims.claim(issue_runs.stored_batch(), "lost", {}, clock.now())
    claims.mark_uncertain(issue_runs.stored_batch())
    issues.finish(issue(), {"uncertain": 1}, report_at=clock.now())
    send_report(issue_runs.SLUG, clock.now())


def mark_unsent(state: IssueState) -> None:
    """Store the state and the email to the team in one transaction, as the store does."""
    values = {":state": state, ":reason": SkipReason.EMPTY, ":nothing": [Lack.NEWS]}
    expression = "SET #state = :state, #reason = :reason, #nothing = :nothing"
    write = table.update(issue_key(issue_runs.SLUG), expression, values)
    assert table.try_write(write, team_mail("issue_skipped", issue_runs.SLUG, clock.now()))


def only_email() -> EmailMessage:
    (mail,) = sent_emails.deliver()
    return mail


def issue() -> Issue:
    return issue_runs.stored_issue()


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Text and HTML."""
    return sent_emails.text(mail).replace("\r\n", "\n"), sent_emails.html(mail)
