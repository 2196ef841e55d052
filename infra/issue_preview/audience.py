"""The audience of an issue in words."""

from collections.abc import Mapping

from microsite import words
from microsite.checks import reach
from microsite.content.company import Choice, Office, Settings, Text
from microsite.content.items import Newsletter

Named = Mapping[str, Choice] | Mapping[str, Office]


def audience(issue: Newsletter, settings: Settings) -> str:
    if issue.corrects:
        return f"recipients of {issue.corrects}"
    choices = {key: _known(key, settings) for key in issue.audience}
    parts = (f"{key}: {_names(issue.audience[key], known)}" for key, known in choices.items())
    return "; ".join(parts) or "all subscribers"


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
