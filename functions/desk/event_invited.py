"""Who of an event's invited members can't come, and how many haven't answered."""

from dataclasses import dataclass
from itertools import islice

from functions.core.errors import TooManyError
from functions.desk.request import Request
from functions.events.rules import Event
from functions.events.store import declines
from functions.events.store.unanswered import unanswered
from functions.people.member import Member, name_order
from functions.people.store import search
from functions.people.store.members import members_by_id

MOST_COUNTED = 500  # beyond that, counting would make the page slow


@dataclass(frozen=True)
class Invited:
    """`declined` are those with whom the reader works, in the order of names."""

    declined: tuple[Member, ...] = ()
    unanswered: int = 0
    are_more: bool = False  # than the number says


def invited(event: Event, request: Request) -> Invited:
    """
    Raises:
        TooManyError: not all of the table could be read now.
    """
    if not event.facts.get("invite"):
        return Invited()
    members, unread = members_by_id(declines.of_event(event.slug))
    if unread:
        raise TooManyError("unread")
    seen = (one for one in members.values() if request.actor.sees_any(search.shown(one).offices))
    language = request.site["language"]
    by_name = sorted(seen, key=lambda one: name_order(one.name, one.sort_as, language=language))
    number = sum(1 for _ in islice(unanswered(event.slug), MOST_COUNTED + 1))
    return Invited(tuple(by_name), min(number, MOST_COUNTED), number > MOST_COUNTED)
