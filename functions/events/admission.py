"""Who may come to an event (`open_to`). The form is the same for all; the email explains. Pure."""

from typing import Any

from functions.core.sign_up_facts import OpenTo
from functions.people.member import Member
from functions.people.segment_rules import is_inside


def open_to(facts: dict[str, Any]) -> OpenTo:
    """Of an event, by its entry in the catalogue."""
    return OpenTo(facts.get("open_to", OpenTo.ANYONE))


def is_let_in(facts: dict[str, Any], member: Member | None) -> bool:
    """`member` is whoever has the address of the sign-up, if anybody."""
    wanted = open_to(facts)
    if wanted is OpenTo.ANYONE:
        return True
    if member is None:
        return False
    return wanted is OpenTo.MEMBERS or is_inside(facts.get("invite", {}), member)
