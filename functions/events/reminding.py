"""Reminds everybody who is coming, twice before an event; each sign-up notes that it was."""

from functions.events.rules import Status
from functions.events.store import events, reminders, rsvps
from functions.events.store.reminders import Reminder

PAGE = 100  # sign-ups
AT_ONCE = 10  # pages of all events; the next tick continues


def send_due(now: int) -> int:
    """Queue the reminders that are due; returns how many."""
    queued, left = 0, AT_ONCE
    for due in reminders.due(now):
        reminder: Reminder | None = due
        while reminder and left:
            left -= 1
            sent, reminder = _page(reminder, now)
            queued += sent
    return queued


def _page(reminder: Reminder, now: int) -> tuple[int, Reminder | None]:
    """Remind one page of people; returns how many, and what is left to do."""
    event = events.get(reminder.slug)
    is_off = event is None or event.withdrawn or event.cancelled or event.starts_at <= now
    page = [] if is_off else rsvps.of_event(reminder.slug, reminder.cursor, PAGE)
    coming = [rsvp for rsvp in page if rsvp.status is Status.ACCEPTED]
    queued = sum(reminders.remind(rsvp, reminder.which, now) for rsvp in coming)
    cursor = page[-1].address_hash if len(page) == PAGE else ""
    reminders.move_on(reminder, cursor)
    if not cursor:
        return queued, None
    return queued, Reminder(reminder.slug, reminder.which, cursor, reminder.due_at)
