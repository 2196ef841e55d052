"""What has changed about an event since somebody learnt of it, in their language."""

from typing import Any, NamedTuple

from functions.core.dates import capitalised
from functions.core.translations import N_, translations
from functions.events.event_time import when
from functions.events.online import how
from functions.events.rules import Event

LABELS = (N_("Event"), N_("When"), N_("Where"), N_("How you attend"))


class Difference(NamedTuple):
    label: str
    was: str
    now: str


def differences(
    known: Event, event: Event, site: dict[str, Any], language: str
) -> list[Difference]:
    """Title, time, place and whether it is online, where they differ; `site` has its texts in
    `language`."""
    words = translations(language)
    rows = zip(LABELS, _shown(known, site, language), _shown(event, site, language), strict=True)
    return [Difference(words.gettext(label), was, now) for label, was, now in rows if was != now]


def _shown(event: Event, site: dict[str, Any], language: str) -> tuple[str, ...]:
    facts = event.facts
    where = ", ".join(filter(None, (facts["place"], facts["address"])))
    return facts["title"], capitalised(when(event, site, language)), where, how(facts, language)
