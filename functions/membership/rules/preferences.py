"""What a reader wishes of the newsletter: how often, about what, and whether again."""

from collections.abc import Mapping
from typing import Any

from functions.membership.rules import NEW_CONSENT, NO_INTEREST, Errors, Form
from functions.people.member import FREQUENCIES, Preferences


def _(text: str) -> str:
    """Marks a text for the catalogues; the page translates it."""
    return text


NO_FREQUENCY = _("Please choose how often you want the newsletter.")


def read(form: Form, site: Mapping[str, Any]) -> Preferences | Errors:
    """What the form asks for, or every field that is wrong, in the form's order."""
    frequency = form.get("frequency", [""])[0]
    topics = [topic["slug"] for topic in site["topics"]]
    chosen = set(form.get("interests", []))
    version = form.get("consent_version", [""])[0]
    errors = {
        "frequency": "" if frequency in FREQUENCIES else NO_FREQUENCY,
        "interests": "" if chosen <= set(topics) else NO_INTEREST,
        "again": NEW_CONSENT if asks_again(form) and version != site["consent"]["version"] else "",
    }
    wrong = {field: message for field, message in errors.items() if message}
    return wrong or Preferences(frequency, tuple(t for t in topics if t in chosen))


def asks_again(form: Form) -> bool:
    """Whether somebody who stopped the newsletter ticks the consent to get it again."""
    return "again" in form
