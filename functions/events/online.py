"""Events that people attend online. No I/O here."""

from typing import Any
from urllib.parse import urlsplit

from functions.core.sign_up_facts import Attend
from functions.core.translations import N_, translations

LONGEST = 500
WORDS = {
    Attend.HERE: N_("in person"),
    Attend.ONLINE: N_("online"),
    Attend.BOTH: N_("in person or online"),
}
NO_LINK = N_("Please enter a web address that begins with https://, or nothing.")


def is_online(facts: dict[str, Any]) -> bool:
    """True if there is a link for it; `facts` is the event's entry in the catalogue."""
    return _attend(facts) is not Attend.HERE


def how(facts: dict[str, Any], language: str) -> str:
    """How people attend, in words."""
    return translations(language).gettext(WORDS[_attend(facts)])


def _attend(facts: dict[str, Any]) -> Attend:
    return Attend(facts.get("attend") or Attend.HERE)


def is_link(text: str) -> bool:
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
