"""The link to an event's guest list: when its email is due, and that it is queued once."""

from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.mail import outbox
from functions.core.mail_kinds import Door
from functions.events.guest_list import has_ended, sent_at
from functions.events.rules import erased_at
from functions.events.store import limited_mail
from functions.events.store.events import IS_DUE, event_key

GUEST_LIST = "GUEST_LIST"  # due_kind of the link to a guest list, and its sort key


def _key(slug: str) -> Key:
    return (f"EVENT#{slug}", GUEST_LIST)


def schedule(slug: str, facts: dict[str, Any], now: int) -> None:
    """Have the link to the guest list sent on the day before, or at once if that has passed.

    It is sent again only if the event moves to another day, or gets another contact, and not at all
    if it is cancelled.
    """
    if facts.get("cancelled"):
        unschedule(slug)
        return
    if has_ended(clock.epoch(facts["ends_at"]), now):
        return
    due_at = sent_at(facts)
    scheduled = table.update(
        _key(slug),
        "SET #occasion = :occasion, #due_kind = :kind, #due_at = :at, #expires_at = :end",
        {
            ":occasion": f"{due_at} {facts['contact']}",
            ":kind": GUEST_LIST,
            ":at": due_at,
            ":end": erased_at(facts),
        },
        condition="attribute_not_exists(#occasion) OR #occasion <> :occasion",
    )
    table.try_write(scheduled)


def unschedule(slug: str) -> None:
    """Send no link; one that was sent already is remembered."""
    waits = "attribute_exists(#due_kind)"
    table.try_write(table.delete(_key(slug), condition=waits))


def queue_due(now: int) -> int:
    """Queue the emails that are due; returns how many."""
    return sum(_queue(key, now) for key in table.due(GUEST_LIST, now))


def _queue(key: Key, now: int) -> bool:
    slug = key[0].removeprefix("EVENT#")
    once = table.update(key, "REMOVE #due_kind, #due_at", {":now": now}, condition=IS_DUE)
    return table.try_write(once, _mail(slug, now))


def send(slug: str, address: str, now: int) -> None:
    """Send the link once more, to the address that gets it now.

    Raises:
        TooManyError: the breaker is open.
    """
    known = table.check(event_key(slug), table.EXISTS)
    limited_mail.queue(Door.LINK, known, _mail(slug, now), address, now)


def _mail(slug: str, now: int) -> Write:
    return outbox.mail("guest_list", "", {"slug": slug}, now, now)
