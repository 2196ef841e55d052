"""Sends what the team writes to guests of an event, page by page."""

from itertools import islice

from functions.events.store import events, rsvps, team_messages
from functions.events.store.team_messages import STATES, Message, To
from functions.events.store.unanswered import unanswered_behind

PAGE = 100  # sign-ups
INVITED_AT_ONCE = 6000  # of one message
IN_ONE = 50  # of them in one transaction
AT_ONCE = 10  # pages of all events; the next tick continues


def send_due(now: int) -> int:
    """Queue the emails of messages under way; returns how many."""
    queued, left = 0, AT_ONCE
    for message in team_messages.due(now):
        if message.to is To.UNANSWERED:
            queued += _to_invited(message, now)
            continue
        cursor = message.cursor
        while left:
            left -= 1
            sent, cursor = _page(message, cursor, now)
            queued += sent
            if not cursor:
                break
    return queued


def _to_invited(message: Message, now: int) -> int:
    """Write to the next of those who haven't answered their invitation; returns how many."""
    before, queued = message.cursor, 0
    waiting = islice(unanswered_behind(message.slug, before), INVITED_AT_ONCE)
    while some := list(islice(waiting, IN_ONE)):
        if not team_messages.queue_to_invited(message, before, some, now):
            return queued  # another tick is at it
        before, queued = some[-1].place, queued + len(some)
    if queued < INVITED_AT_ONCE:
        team_messages.move_on(message, "")
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
