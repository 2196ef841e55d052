"""What the team is told of an issue: mails that are written with what they tell of.

No address here: post reads whom to tell when it sends.
"""

from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError
from functions.core.mail import outbox
from functions.newsletter.store.items import issue_key


def told(mail: str, slug: str, now: int) -> Write:
    """Leaves `mail` about an issue to the team; part of the transaction that it tells of.

    Its revision is the time, by which a mail about an older pause is known.
    """
    return outbox.mail(mail, "", {"issue": slug}, now, now)


def due_reports(now: int) -> list[str]:
    """Slugs of issues that ended a day ago, and of which the team has not been told."""
    return [pk.partition("#")[2] for pk, _ in table.due("REPORT", now)]


def report(slug: str, now: int) -> bool:
    """Leave the report to the team, once; False where another tick has, or it goes out again."""
    over = table.update(
        issue_key(slug),
        "SET #due_kind = :past",
        {":past": "PAST", ":report": "REPORT", ":now": now},
        condition="#due_kind = :report AND #due_at <= :now",
    )
    try:
        table.transact(over, told("issue_report", slug, now))
    except RefusedError:
        return False
    return True
