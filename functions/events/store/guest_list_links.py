"""The links for an event's host, to the guest list and to the door: when their emails are due, and
that each is queued once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.mail import outbox
from functions.core.mail_kinds import Door
from functions.door.rules.opening import mailed_at
from functions.events.guest_list import has_ended, sent_at
from functions.events.rules import erased_at
from functions.events.store import limited_mail, list_order
from functions.events.store.events import IS_DUE, event_key


@dataclass(frozen=True)
class HostLink:
    due_kind: str  # and the item's sort key
    mail: str
    due_at: Callable[[dict[str, Any]], int]  # by the event's entry in the catalogue


GUEST_LIST = HostLink("GUEST_LIST", "guest_list", sent_at)
DOOR = HostLink("DOOR_LINK", "door", mailed_at)
HOST_LINKS = (GUEST_LIST, DOOR)


def _key(slug: str, link: HostLink) -> Key:
    return (f"EVENT#{slug}", link.due_kind)


def schedule(slug: str, facts: dict[str, Any], now: int) -> None:
    """Have each link sent on its day, or at once if that has passed.

    It is sent again only if the event moves to another day, or gets another contact, and not at all
    if it is cancelled.
    """
    if facts.get("cancelled"):
        unschedule(slug)
        return
    if has_ended(clock.epoch(facts["ends_at"]), now):
        return
    for link in HOST_LINKS:
        due_at = link.due_at(facts)
        scheduled = table.update(
            _key(slug, link),
            "SET #occasion = :occasion, #due_kind = :kind, #due_at = :at, #expires_at = :end",
            {
                ":occasion": f"{due_at} {facts['contact']}",
                ":kind": link.due_kind,
                ":at": due_at,
                ":end": erased_at(facts),
            },
            condition="attribute_not_exists(#occasion) OR #occasion <> :occasion",
        )
        table.try_write(scheduled)


def unschedule(slug: str) -> None:
    """Send no link; one that was sent already is remembered."""
    waits = "attribute_exists(#due_kind)"
    for link in HOST_LINKS:
        table.try_write(table.delete(_key(slug, link), condition=waits))


def queue_due(now: int) -> int:
    """Queue the emails that are due; returns how many. The lists that they lead to are in the order
    that members want."""
    return sum(
        _queue(key, link, now) for link in HOST_LINKS for key in table.due(link.due_kind, now)
    )


def _queue(key: Key, link: HostLink, now: int) -> bool:
    slug = key[0].removeprefix("EVENT#")
    list_order.note(slug)
    once = table.update(key, "REMOVE #due_kind, #due_at", {":now": now}, condition=IS_DUE)
    return table.try_write(once, _mail(slug, link, now))


def send(slug: str, address: str, now: int) -> None:
    """Send the link to the guest list once more, to the address that gets it now.

    Raises:
        TooManyError: the breaker is open.
    """
    known = table.check(event_key(slug), table.EXISTS)
    limited_mail.queue(Door.LINK, known, _mail(slug, GUEST_LIST, now), address, now)


def send_door(slug: str, now: int, *also: Write) -> None:
    """Send the link to the door now, to whoever gets it."""
    table.transact(_mail(slug, DOOR, now), *also)


def _mail(slug: str, link: HostLink, now: int) -> Write:
    return outbox.mail(link.mail, "", {"slug": slug}, now, now)
