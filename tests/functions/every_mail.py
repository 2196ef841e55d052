"""Each kind of email once, in one language, as SES takes it."""

from email.message import EmailMessage

from functions.newsletter.rules.ledger import IssueState
from tests.functions import mailbox
from tests.functions.events import scene as hall
from tests.functions.membership import scene
from tests.functions.newsletter import press, team


def every_mail(language: str) -> list[EmailMessage]:
    """Somebody joins, joins again, signs up, changes, and cancels: each kind of mail once."""
    hall.publish(time_zone="Asia/Hong_Kong")
    scene.become_member(language=language)
    scene.join(language=language)
    mailbox.deliver()
    change = hall.accepted(language=language)
    hall.sign_up(language=language)
    mailbox.deliver()
    hall.press(change, action="save", guests="0", dietary="")
    hall.press(hall.newest_link(), action="cancel")
    mailbox.deliver()
    return mails_to_the_team(language)


def mails_to_the_team(language: str) -> list[EmailMessage]:
    """One newsletter is not sent, then paused; then it is over, with all that a report can say."""
    team.named(language)
    press.publish()
    team.is_not_sent(IssueState.MISSED)
    mailbox.deliver()
    press.publish()
    press.tick()
    team.pause()
    mailbox.deliver()
    team.ends_badly()
    return mailbox.deliver()
