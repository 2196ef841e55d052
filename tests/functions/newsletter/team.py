"""The team that hears of newsletters, and what happens to one that it hears of."""

from email.message import EmailMessage

from functions.core import clock, site
from functions.core.aws import table
from functions.newsletter.rules.ledger import Issue, IssueState, Lack, Pause, SkipReason
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.store import claims, issues
from functions.newsletter.store.issues import issue_key, send_report, team_mail
from tests.functions import mailbox
from tests.functions.newsletter import press
from tests.functions.stage import SITE

ADDRESS = "people.team@example.com"


def named(language: str = "en", address: str = ADDRESS) -> None:
    """HR names who is told."""
    known = SITE | {"team": {"email": address, "language": language}}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


STOPPED = refused_by_ses("ACCOUNT_SENDING_PAUSED")


def pause(why: Pause = STOPPED, slug: str = press.SLUG) -> bool:
    return issues.pause(slug, why, clock.now(), notify_team=True)


def under_way(readers: int = 3, *languages: str) -> None:
    press.join(readers)
    press.publish(*languages)
    press.tick()


def over(cloud, readers: int = 3) -> None:
    """An issue that was sent, and the day after."""
    under_way(readers)
    press.deliver()
    press.tick()
    cloud.pass_(24 * 3600)


def ends_badly() -> None:
    """A paused issue goes on: nobody knows whether it arrived. A day later that is told."""
    issues.resume(press.SLUG)
    claims.claim(press.the_batch(), "lost", {}, clock.now())
    claims.mark_uncertain(press.the_batch())
    issues.finish(issue(), {"uncertain": 1}, report_at=clock.now())
    send_report(press.SLUG, clock.now())


def is_not_sent(state: IssueState) -> None:
    """As the store does it: the state and the mail in one transaction."""
    values = {":state": state, ":reason": SkipReason.EMPTY, ":nothing": [Lack.NEWS]}
    expression = "SET #state = :state, #reason = :reason, #nothing = :nothing"
    write = table.update(issue_key(press.SLUG), expression, values)
    assert table.try_write(write, team_mail("issue_skipped", press.SLUG, clock.now()))


def the_mail() -> EmailMessage:
    (mail,) = mailbox.deliver()
    return mail


def issue() -> Issue:
    return press.the_issue()


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Text and HTML."""
    return mailbox.text(mail).replace("\r\n", "\n"), mailbox.html(mail)
