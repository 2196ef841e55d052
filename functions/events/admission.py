"""Who may come to an event (`open_to`). The form is the same for all; the email explains."""

from typing import Any

from functions.core.sign_up_facts import OpenTo
from functions.events.event_invitation import is_invited
from functions.people.member import Member


def open_to(facts: dict[str, Any]) -> OpenTo:
    """Of an event, by its entry in the catalogue."""
    return OpenTo(facts.get("open_to", OpenTo.ANYONE))


def is_let_in(facts: dict[str, Any], member: Member | None, now: int) -> bool:
    """`member` is whoever has the address of the sign-up, if anybody (raises as `is_invited`)."""
    wanted = open_to(facts)
    if wanted is OpenTo.ANYONE:
        return True
    if member is None:
        return False
    return wanted is OpenTo.MEMBERS or is_invited(facts, member, now)
