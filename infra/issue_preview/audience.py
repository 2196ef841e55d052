"""Whom all of an issue is for, in words, before its variants part them."""

from collections.abc import Mapping

from microsite import words
from microsite.checks import reach
from microsite.content.company import Choice, Office, Settings, Text
from microsite.content.items import Newsletter

Named = Mapping[str, Choice] | Mapping[str, Office]


def audience(issue: Newsletter, settings: Settings) -> str:
    if issue.corrects:
        return f"those who got {issue.corrects}"
    asked = {key: _known(key, settings) for key in issue.audience}
    said = (f"{key} {_names(issue.audience[key], known)}" for key, known in asked.items())
    return "; ".join(said) or "every subscriber"


def _known(key: str, settings: Settings) -> Named:
    if key == "language":
        codes = settings.languages
        return {code: Choice(code, Text(words.language_name(code, reach.IN))) for code in codes}
    known: dict[str, Named] = {
        "office": settings.office,
        "interest": settings.topic,
        "kind": settings.kind,
    }
    return known[key]


def _names(slugs: tuple[str, ...], known: Named) -> str:
    *others, last = (known[slug].name.in_language(reach.IN) for slug in slugs)
    return f"{', '.join(others)} or {last}" if others else last
