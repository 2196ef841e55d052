"""The facts of the log's lines in words: which fields, how many, which state."""

from collections.abc import Callable, Mapping

from functions.core.translations import N_
from functions.desk import person_contents
from functions.events.store.team_messages import To
from functions.newsletter.words import STATES
from functions.team.rules import ROLE_NAMES, LogLine

RECIPIENTS = {
    To.COMING: N_("Who is coming"),
    To.WAITING: N_("Who waits for a place or an answer"),
    To.UNANSWERED: N_("Who is invited and hasn't answered"),
}
FACTS = {
    "event": N_("event"),
    "fields": N_("changed"),
    "month": N_("month"),
    "recipients": N_("recipients"),
    "role": N_("role"),
    "rows": N_("rows"),
    "state": N_("settled as"),
    "to": N_("to"),
    "was": N_("before"),
}
VALUES: dict[str, Mapping[str, str]] = {
    "role": {str(role): words for role, words in ROLE_NAMES.items()},
    "to": {str(to): words for to, words in RECIPIENTS.items()},
    "state": {str(state): meaning for state, meaning in STATES.items()},
    "was": person_contents.NO_EMAIL | {"ses": N_("stopped by SES's list")},
}
FIELDS = person_contents.FIELDS | {"role": N_("Role"), "offices": N_("Offices")}


def facts(line: LogLine, gettext: Callable[[str], str]) -> dict[str, str]:
    """Name → value. The conditions of a segment stay as the filter writes them."""
    return {
        gettext(FACTS.get(name, name)): _value(name, value, gettext)
        for name, value in line.facts.items()
    }


def _value(name: str, value: str, gettext: Callable[[str], str]) -> str:
    if name == "fields":
        return ", ".join(gettext(FIELDS.get(field, field)) for field in value.split(", "))
    msgid = VALUES.get(name, {}).get(value)
    return gettext(msgid) if msgid else value
