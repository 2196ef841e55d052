"""How many get a message to the guests of an event, as things are now."""

from functions.events.store import rsvps
from functions.events.store.team_messages import STATES, Message, To
from functions.events.store.unanswered import unanswered


def number_of_recipients(message: Message) -> int:
    if message.to is To.UNANSWERED:
        return sum(1 for _ in unanswered(message.slug))
    states = STATES[message.to]
    return sum(rsvp.status in states for rsvp in rsvps.of_event(message.slug))
