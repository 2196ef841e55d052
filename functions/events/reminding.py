"""Reminds everybody who is coming, twice before an event; each sign-up notes that it was."""

from functions.events.rules import Status
from functions.events.store import events, reminders, rsvps
from functions.events.store.reminders import Reminder, Which

PAGE = 100  # sign-ups
AT_ONCE = 10  # pages of all events; the next tick continues


def send_due(now: int) -> int:
    """Queue the reminders that are due; returns how many. Where both are, as after an outage, only
    the last is sent."""
    queued, left, due = 0, AT_ONCE, list(reminders.due(now))
    too_late = {one.slug for one in due if one.which is Which.LAST}
    for one in due:
        if one.which is Which.FIRST and one.slug in too_late:
            reminders.move_on(one, "")
            continue
        reminder: Reminder | None = one
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
