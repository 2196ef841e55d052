"""What the tests of silent members act with: years that pass with their ticks, and the emails."""

from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.membership import handler
from functions.people.store import signs_of_life
from tests.functions import sent_emails
from tests.functions.sent_emails import Context
from tests.functions.support import NOW

STAY, RIGHT = "Do you still want to be in the", "Is this still right?"
LAST = "Last reminder"
ASA = "asa@example.com"
END = NOW + 36 * MONTH


def set_keep(**keep):
    known = table.get(("CATALOGUE", "CATALOGUE"))
    known["site"]["keep"] = keep
    table.write(table.put(known))
    site.forget()


def tick():
    handler.tick({"tick": True}, Context())


def day(cloud, days=1):
    """Days pass, each with a tick after eight and the emails of it."""
    for _ in range(days):
        cloud.pass_(DAY)
        tick()
        sent_emails.deliver()


def until(cloud, at):
    """Time passes until two days before `at`, with no tick; then day by day to behind it."""
    cloud.now = max(cloud.now, at - 3 * DAY)
    day(cloud, 4)


def subjects(address=ASA):
    return [mail["Subject"] for mail in sent_emails.sent() if mail["To"] == address]


def questions(address=ASA):
    return [s for s in subjects(address) if "do you still want" in s.lower()]


def stage(member_id):
    return signs_of_life.silence_of(member_id).stage


def due_at(member_id):
    return table.get(signs_of_life.life_key(member_id))["due_at"]
