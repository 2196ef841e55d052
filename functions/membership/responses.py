"""The pages behind the link that stops the newsletter: for readers, for others, for nobody.

No name and no address is on them: mails get forwarded.
"""

from types import SimpleNamespace
from typing import Any

from functions.core.web import http as door
from functions.core.web.http import Form
from functions.core.web.routes import Answer
from functions.membership.rules import Errors
from functions.people.member import Member


def ask(member: Member, token: str, *, saved: bool) -> Answer:
    """What can be stopped and chosen; `saved` says that a choice was just kept."""
    context = _context(member, token, _values(member), {})
    if saved:
        return door.page(200, "membership/saved.html", "Your changes are saved", **context)
    if not member.newsletter:
        return door.page(200, "membership/stopped.html", "You're unsubscribed", **context)
    return door.page(
        200, "membership/unsubscribe.html", "Unsubscribe from the newsletter?", **context
    )


def again(member: Member, token: str, form: Form, errors: Errors) -> Answer:
    values = {
        "frequency": form.get("frequency", [""])[0],
        "interests": form.get("interests", []),
        "again": "again" in form and "again" not in errors,
    }
    context = _context(member, token, values, errors)
    return door.page(400, "membership/preferences.html", "Newsletter settings", **context)


def erased(status: int) -> Answer:
    return door.page(status, "membership/erased.html", "This membership has been erased")


def _context(member: Member, token: str, values: dict[str, Any], errors: Errors) -> dict[str, Any]:
    return {
        "language": member.language,
        "is_reader": member.newsletter,
        "token": token,
        "form": SimpleNamespace(values=values, errors=errors),
    }


def _values(member: Member) -> dict[str, Any]:
    return {"frequency": member.frequency, "interests": member.interests, "again": False}
