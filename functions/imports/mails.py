"""The email to a member whom a list brought in: it is skipped if they are gone."""

import datetime as dt

from functions.core import dates
from functions.core.aws.table import Item
from functions.core.mail.message import Mail, Skip
from functions.core.translations import translations
from functions.core.web.links import own_page
from functions.membership.member_links import unsubscribe_url
from functions.people.store import consents
from functions.people.store import members as people


def imported(waiting: Item) -> Mail | Skip:
    """Tells somebody once where their data came from, and what they can do (Art. 14 GDPR)."""
    member = people.member(waiting["ref"]["member_id"])
    if member is None:
        return Skip("no member")
    lines = consents.of_member(member.id)
    agreement = next((line.agreement for line in lines if line.agreement), None)
    if agreement is None or agreement.source is None:
        return Skip("joined by themselves")
    leave = unsubscribe_url(member)
    return Mail(
        template="imported",
        language=member.language,
        name=member.name,
        address=member.email,
        context={
            "source": agreement.source,
            "words": agreement.words,
            "agreed_day": _in_words(agreement.version, member.language),
            "newsletter": member.newsletter,
            "unsubscribe_url": leave,
            "page_url": own_page(member.language),
        },
        unsubscribe_url=leave if member.newsletter else "",
    )


def _in_words(day: str, language: str) -> str:
    """`4 February 2027`; a month or year alone, as it is."""
    try:
        return dates.date(dt.date.fromisoformat(day), translations(language))
    except ValueError:
        return day
