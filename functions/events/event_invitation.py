"""Who is invited to an event: the members whom its `invite` selects. See docs/events.md."""

from functions.core.segments import ACTIVE
from functions.events.rules import Facts
from functions.people.member import Member
from functions.people.segment_rules import is_inside
from functions.people.store.segment_pages import active_among


def is_invited(facts: Facts, member: Member, now: int) -> bool:
    """Whether the event's `invite` selects the member as they are now, wherever they are in the
    ledger. Nobody is invited to an event without one. Reads the last sign of life if that decides.

    Raises:
        TooManyError: it could not be read now.
    """
    wanted = facts.get("invite")
    if wanted is None or not is_inside(wanted, member):
        return False
    return ACTIVE not in wanted or bool(active_among([member], now))
