"""Sends what the team writes to guests of an event, page by page."""

from functions.events.store import events, rsvps, team_messages
from functions.events.store.team_messages import STATES, Message

PAGE = 100  # sign-ups
AT_ONCE = 10  # pages of all events; the next tick continues


def send_due(now: int) -> int:
    """Queue the emails of messages under way; returns how many."""
    queued, left = 0, AT_ONCE
    for message in team_messages.due(now):
        cursor = message.cursor
        while left:
            left -= 1
            sent, cursor = _page(message, cursor, now)
            queued += sent
            if not cursor:
                break
    return queued


def _page(message: Message, cursor: str, now: int) -> tuple[int, str]:
    """Write to one page of guests; returns how many, and where the next page begins."""
    is_there = events.get(message.slug) is not None
    page = rsvps.of_event(message.slug, cursor, PAGE) if is_there else []
    theirs = [rsvp for rsvp in page if rsvp.status in STATES[message.to]]
    queued = sum(team_messages.queue(rsvp, message, now) for rsvp in theirs)
    further = page[-1].address_hash if len(page) == PAGE else ""
    team_messages.move_on(message, further)
    return queued, further
