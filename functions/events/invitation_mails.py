"""The emails to members who are invited to an event and haven't answered."""

from typing import Any

from functions.core import clock
from functions.core.aws.table import Item
from functions.core.errors import TooManyError
from functions.core.mail.message import Mail, Skip
from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import translated
from functions.core.tokens import Purpose, make
from functions.core.web.links import link
from functions.events import event_time, online
from functions.events.changed_facts import must_hear
from functions.events.rules import Event
from functions.events.store import declines, event_facts, events, team_messages
from functions.people.member import Member
from functions.people.store import members as people

ANSWER = "/api/events/invitation"


def invitation_message(waiting: Item) -> Mail | Skip:
    """What the team writes to them."""
    message = team_messages.get(waiting["ref"]["slug"], waiting["ref"]["message"])
    if message is None:
        return Skip("the message is erased")
    words = {"subject": message.subject, "text": message.text}
    return _to("invitation_message", waiting, **words)


def invitation_changed(waiting: Item) -> Mail | Skip:
    """A new time or place, or that it is cancelled, or takes place after all."""
    slug, number = waiting["ref"]["slug"], waiting["revision"]
    event = events.get(slug)
    if event and event.sequence != number:
        reported = event_facts.get(slug, number)
        if reported is None or must_hear(reported, event.facts):
            return Skip("changed again: a newer email reports it")
    return _to("invitation_changed", waiting, is_change=True)


def _to(template: str, waiting: Item, **context: Any) -> Mail | Skip:
    slug, member_id = waiting["ref"]["slug"], waiting["ref"]["member_id"]
    event, member = events.get(slug), people.member(member_id)
    if event is None or event.withdrawn or event.ends_at <= clock.now():
        return Skip("the event is over or off")
    if member is None or not member.invitations:
        return Skip("no consent")
    answered = declines.by_members(slug, [member])
    if answered is None:
        raise TooManyError("unread")
    if answered:
        return Skip("answered")
    return Mail(
        template,
        member.language,
        member.name,
        member.email,
        _facts(event, member) | context,
        unsubscribe_url=no_invitations_url(member),
    )


def _facts(event: Event, member: Member) -> dict[str, Any]:
    url = link(ANSWER, make(Purpose.EVENT_INVITATION, event.slug, member.id), member.language)
    return {
        "event": event.facts,
        "attend": online.how(event.facts, member.language),
        "is_change": False,
        "when": event_time.when(event, translated(site(), member.language), member.language),
        "cancelled": event.cancelled,
        "yes_url": f"{url}&answer=yes",
        "no_url": f"{url}&answer=no",
        "unsubscribe_url": no_invitations_url(member),
    }


def no_invitations_url(member: Member) -> str:
    """The one click that ends invitations, and nothing else."""
    return f"{settings().site_url}/api/unsubscribe?token={make(Purpose.NO_INVITATIONS, member.id)}"
