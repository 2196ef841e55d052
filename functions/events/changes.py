"""Mails everybody who is coming, wants to, or is invited what has changed about an event, once per
change.

Each sign-up holds the number of the facts that its person knows. That number and the email about
newer facts are written in one transaction; the cursor only saves reading sign-ups again.
"""

from itertools import islice

from functions.core.errors import TooManyError
from functions.events import changed_facts
from functions.events.rules import Event, Facts, Rsvp
from functions.events.store import event_facts, events, rsvps
from functions.events.store.unanswered import unanswered_behind

PAGE = 100  # sign-ups
AT_ONCE = 1000  # sign-ups of all events; the next tick continues


def mail_changes(now: int) -> int:
    """Queue the emails about changed events; returns how many."""
    queued, pages = 0, AT_ONCE // PAGE
    for change in event_facts.changes(now):
        under_way: event_facts.Change | None = change
        while under_way and pages:
            pages -= 1
            page = _mail_invited if under_way.to_invited else _mail_page
            queued += page(under_way, now)
            under_way = event_facts.read_change(change.slug)
    return queued


def _mail_page(change: event_facts.Change, now: int) -> int:
    """Queue the emails to one page of people, and move the cursor on."""
    event, earlier = events.get(change.slug), event_facts.earlier(change.slug)
    page = rsvps.of_event(change.slug, change.cursor, PAGE) if event else []
    queued = sum(_mail(rsvp, event, earlier, now) for rsvp in page if event)
    event_facts.move_on(change, page[-1].address_hash if len(page) == PAGE else "")
    return queued


def _mail_invited(change: event_facts.Change, now: int) -> int:
    """Queue the emails to the next of those who hold an invitation without an answer."""
    before, queued = change.cursor, 0
    for invited in islice(unanswered_behind(change.slug, before), PAGE):
        if not event_facts.queue_to_invited(change, before, invited, now):
            return queued  # a newer change has taken its place, or another tick is at it
        before, queued = invited.place, queued + 1
    if queued < PAGE:
        event_facts.move_on(change, "")
    return queued


def _mail(rsvp: Rsvp | None, event: Event, earlier: dict[int, Facts], now: int) -> bool:
    """Queue the email to one person; returns False if there is none to send."""
    mail = "event_cancelled" if event.cancelled else "event_changed"
    for _ in range(events.TRIES):
        if rsvp is None:
            return False
        number, known = changed_facts.known_facts(rsvp, event, earlier)
        if not changed_facts.is_to_hear(rsvp, event, known, now):
            return False
        if rsvps.queue_change_mail(rsvp, event, number, mail, now):
            return True
        rsvp = rsvps.get(rsvp.slug, rsvp.address_hash)
    raise TooManyError("changes")
