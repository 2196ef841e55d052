"""What the tests of the thank-you act with: members who came, their emails, what they answer."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from functions.core import clock
from functions.core.addresses import address_hash
from functions.events.mails import event_thanks
from functions.events.opinions import Opinion
from functions.events.store import given_opinions, reminders, rsvps
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import SLUG
from tests.functions.membership import actions as membership
from tests.functions.support import EVENT, SITE

PATH, SUBJECT = "/api/events/thanks", "Thank you for coming: Autumn talk"
ENDS_AT = clock.epoch(EVENT["ends_at"])
MORNING_AFTER = clock.epoch("2026-12-04T08:00:00Z")  # nine in Stockholm
NAMES = ("asa", "bo", "cai", "dan", "eva", "finn")


def publish(site: dict[str, Any] = SITE, **facts: Any) -> None:
    actions.publish(**facts)
    reminders.schedule(SLUG, EVENT | facts, site, clock.now())


def comes(name: str, *, member: bool = True, **form: str) -> str:
    """Signs up; as a member who agreed to invitations, or as somebody who is none."""
    email = f"{name}@example.net"
    if member:
        membership.become_member(name=name.title(), email=email)
    actions.accepted(name=name.title(), email=email, guests="0", dietary="", **form)
    sent_emails.deliver()
    return email


def thanked(moment: Any, at: int = MORNING_AFTER) -> list[str]:
    """The addresses that have been thanked by then."""
    moment.now = max(moment.now, at)
    actions.tick()
    actions.tick()
    sent_emails.deliver()
    return sorted(mail["To"] for mail in sent_emails.sent() if mail["Subject"] == SUBJECT)


def links(moment: Any) -> dict[tuple[str, str], str]:
    """Those of the email to the only guest, by question and answer."""
    thanked(moment)
    (mail,) = [one for one in sent_emails.sent() if one["Subject"] == SUBJECT]
    hrefs = re.findall(r'href="([^"]+)"', sent_emails.html(mail))
    asking = (unescape(link) for link in hrefs if PATH in link)
    return {parse_qsl(urlsplit(link).query)[-1]: link for link in asking}


def email_to(address: str) -> Any:
    """The email as it would be now, or why there is none."""
    hashed = address_hash(address)
    return event_thanks({"address_hash": hashed, "ref": {"slug": SLUG}, "revision": 1})


def opinion(address: str) -> Opinion:
    rsvp = rsvps.get(SLUG, address_hash(address))
    assert rsvp
    return given_opinions.get(SLUG, rsvp.ticket)


def say(moment: Any, number: int) -> None:
    """So many guests answer, with words of their own."""
    publish()
    addresses = [comes(name) for name in NAMES[:number]]
    moment.now = ENDS_AT
    for address in addresses:
        link = email_to(address).context["url"]
        actions.press_button(link, liked="very", again="no")
        actions.press_button(link, action="words", words=f"Tor {address[0].upper()}")
