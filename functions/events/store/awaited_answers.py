"""That sign-ups wait for a yes or no of their event's contact: the email about them, once a day at
most, and again after REMIND_DAYS while anybody waits."""

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.clock import DAY, MINUTE
from functions.core.mail import outbox
from functions.events.rules import Event, Rsvp, Status
from functions.events.store import events, rsvps
from functions.events.store.events import IS_DUE

REQUESTS = "REQUESTS"  # due_kind, and the sort key
SOON = 10 * MINUTE  # others may ask, too
REMIND_DAYS = 3
PAGE = 100  # sign-ups


def _key(slug: str) -> Key:
    return (f"EVENT#{slug}", REQUESTS)


def noting(after: Rsvp, now: int) -> tuple[Write, ...]:
    """Have the event's contact mailed if somebody asks to come; to be written with the sign-up."""
    if after.status is not Status.REQUESTED:
        return ()
    slug = after.slug
    known = table.get(_key(slug)) or {}
    at = max(now + SOON, known.get("sent_at", 0) + DAY)
    due = {":kind": REQUESTS, ":at": min(at, known.get("due_at", at))}
    return (table.update(_key(slug), "SET #due_kind = :kind, #due_at = :at", due),)


def queue_due(now: int) -> int:
    """Queue the emails that are due; returns how many."""
    return sum(_queue(key, now) for key in table.due(REQUESTS, now))


def _queue(key: Key, now: int) -> bool:
    slug, values = key[0].removeprefix("EVENT#"), {":now": now}
    event = events.get(slug)
    if event is None or not _waits(event, now):
        table.try_write(table.delete(key, condition=IS_DUE, values=values))
        return False
    again = {":later": now + REMIND_DAYS * DAY}
    once = table.update(
        key, "SET #sent_at = :now, #due_at = :later", values | again, condition=IS_DUE
    )
    return table.try_write(once, outbox.mail("sign_up_requests", "", {"slug": slug}, now, now))


def _waits(event: Event, now: int) -> bool:
    """True if anybody waits for an answer that can still be given."""
    if event.withdrawn or event.cancelled or now >= event.starts_at:
        return False
    after = ""
    while page := rsvps.of_event(event.slug, after, PAGE):
        if any(rsvp.status is Status.REQUESTED for rsvp in page):
            return True
        after = page[-1].address_hash
    return False
