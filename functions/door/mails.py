"""The email that opens an event's door on its host's phone."""

from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.aws.table import Item
from functions.core.mail.message import Mail, Skip
from functions.core.site import site
from functions.core.texts import translated
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.door.rules import opening
from functions.events import event_time
from functions.events.guest_list import host_of
from functions.events.store import events


def door(waiting: Item) -> Mail | Skip:
    """No name and no address of a guest is in the email."""
    event = events.get(waiting["ref"]["slug"])
    to = host_of(event, site()) if event else None
    if event is None or not opening.is_open(event, clock.now()):
        return Skip("the event is over or off")
    if to is None:
        return Skip("neither a contact nor a team is set")
    token = tokens.make(Purpose.DOOR, event.slug, address_hash(to.email))
    context = {
        "event": event.facts,
        "when": event_time.when(event, translated(site(), to.language), to.language),
        "taken": event.capacity - event.free,
        "seats": event.capacity,
        "url": link("/door/open", token, to.language),
    }
    return Mail("door", to.language, to.name, to.email, context)
