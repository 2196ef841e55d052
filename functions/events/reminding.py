"""Reminds everybody who is coming, twice before an event, and thanks them afterwards; each sign-up
notes that it was."""

from collections.abc import Callable

from functions.events.online import is_online
from functions.events.rules import Event, Rsvp, Status
from functions.events.store import attendance, events, reminders, rsvps
from functions.events.store.reminders import Reminder, Which

PAGE = 100  # sign-ups
AT_ONCE = 10  # pages of all events; the next tick continues
Meant = Callable[[Rsvp], bool]


def send_due(now: int) -> int:
    """Queue the emails that are due; returns how many. Where both reminders are, as after an
    outage, only the last is sent."""
    queued, left, due = 0, AT_ONCE, list(reminders.due(now))
    too_late = {one.slug for one in due if one.which is Which.LAST}
    for one in due:
        if one.which is Which.FIRST and one.slug in too_late:
            reminders.move_on(one, "")
            continue
        reminder: Reminder | None = one
        meant = _meant(one, now) if left else None
        while reminder and left:
            left -= 1
            sent, reminder = _page(reminder, meant, now)
            queued += sent
    return queued


def _meant(reminder: Reminder, now: int) -> Meant | None:
    """Who gets the email; None if the event is off, or it is too late, or too early."""
    event, is_after = events.get(reminder.slug), reminder.which is Which.THANKS
    if event is None or event.withdrawn or event.cancelled:
        return None
    is_time = event.ends_at <= now if is_after else now < event.starts_at
    if not is_time:
        return None
    return _who_came(event) if is_after else _has_place


def _has_place(rsvp: Rsvp) -> bool:
    return rsvp.status is Status.ACCEPTED


def _who_came(event: Event) -> Meant:
    """Everybody with a place if nobody was checked in, or where some attended online."""
    came = None if is_online(event.facts) else attendance.who_came(event.slug)
    if came is None:
        return _has_place
    return lambda rsvp: _has_place(rsvp) and bool(came.came.get(rsvp.ticket))


def _page(reminder: Reminder, meant: Meant | None, now: int) -> tuple[int, Reminder | None]:
    """Remind one page of people; returns how many, and what is left to do."""
    page = rsvps.of_event(reminder.slug, reminder.cursor, PAGE) if meant else []
    theirs = [rsvp for rsvp in page if meant and meant(rsvp)]
    queued = sum(reminders.remind(rsvp, reminder.which, now) for rsvp in theirs)
    cursor = page[-1].address_hash if len(page) == PAGE else ""
    reminders.move_on(reminder, cursor)
    if not cursor:
        return queued, None
    return queued, Reminder(reminder.slug, reminder.which, cursor, reminder.due_at)
