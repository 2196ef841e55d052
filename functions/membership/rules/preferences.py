"""What a reader wishes of the newsletter: how often, about what, and whether again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.membership.rules import NEW_CONSENT, NO_INTEREST, Errors, Form

EVERY, QUARTERLY = "every", "quarterly"
FREQUENCIES = (EVERY, QUARTERLY)


def _(text: str) -> str:
    """Marks a text for the catalogues; the page translates it."""
    return text


NO_FREQUENCY = _("Please choose how often we may write.")


@dataclass(frozen=True)
class Preferences:
    frequency: str
    interests: tuple[str, ...]
    again: bool = False  # asks for the newsletter anew, with the box of the consent ticked


def of(member: Mapping[str, Any]) -> Preferences:
    """What is kept of a member; whoever was never asked gets every issue."""
    return Preferences(member.get("frequency", EVERY), tuple(member["interests"]))


def read(form: Form, site: Mapping[str, Any]) -> Preferences | Errors:
    """What the form asks for, or every field that is wrong, in the form's order."""
    frequency = form.get("frequency", [""])[0]
    topics = [topic["slug"] for topic in site["topics"]]
    chosen = set(form.get("interests", []))
    again = "again" in form
    version = form.get("consent_version", [""])[0]
    errors = {
        "frequency": "" if frequency in FREQUENCIES else NO_FREQUENCY,
        "interests": "" if chosen <= set(topics) else NO_INTEREST,
        "again": NEW_CONSENT if again and version != site["consent"]["version"] else "",
    }
    wrong = {field: message for field, message in errors.items() if message}
    return wrong or Preferences(frequency, tuple(t for t in topics if t in chosen), again)
