"""What the tests of the waiting list act with: people who come to a full event, and leave it."""

from functions.core import site
from functions.core.aws import table
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import press_button
from tests.functions.support import SITE

ASA, BO, CAI, DAN = "asa@example.com", "bo@example.org", "cai@example.net", "dan@example.com"


def network(**settings) -> None:
    item = table.keyed(site.KEY) | {"sequence": 2, "site": SITE | settings}
    table.write(table.put(item))
    site.forget()


def come(email: str, guests: int = 0) -> str:
    """Signs up and confirms, for a seat or for the queue; the link in the email that follows."""
    actions.sign_up(name=email.partition("@")[0].title(), email=email, guests=str(guests))
    press_button(link_of(email), queue="yes")
    return link_of(email)


def link_of(email: str) -> str:
    """The first link in the newest email to somebody."""
    sent_emails.deliver()
    mail = [mail for mail in sent_emails.sent() if mail["To"] == email][-1]
    return sent_emails.links(sent_emails.text(mail))[0]


def subjects(email: str) -> list[str]:
    sent_emails.deliver()
    subjects = (mail["Subject"] for mail in sent_emails.sent() if mail["To"] == email)
    return [subject.partition(":")[0] for subject in subjects]


def states(*emails: str) -> list[str]:
    return [actions.rsvp(email).get("status", "") for email in emails]


def leave(link: str) -> None:
    press_button(link, action="cancel")
