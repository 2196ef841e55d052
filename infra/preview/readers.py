"""Whom a variant reaches, in words."""

from collections.abc import Mapping, Sequence

from microsite import words
from microsite.company import Choice, Office, Settings
from microsite.items import Newsletter
from microsite.newsletters import Variant

Condition = Mapping[str, Sequence[str]]  # as in the catalogue: kind, office
Named = Mapping[str, Choice] | Mapping[str, Office]
EVERYBODY, THE_OTHERS = "everybody", "everybody else"


def told(variant: Variant, every: Sequence[Variant], settings: Settings) -> str:
    """Such as `Retired in Malmö, or Engineer`."""
    alone = sum(each.language == variant.language for each in every) == 1
    parts = [_condition(each, settings) for each in _telling(variant.readers)]
    named = [EVERYBODY if alone and part == THE_OTHERS else part for part in parts]
    return "; ".join(named) or EVERYBODY


def _telling(readers: Sequence[Condition]) -> list[Condition]:
    """Without what a wider one says already: Retired in Malmö beside Retired."""
    return [
        each for each in readers if not any(_is_wider(other, each) for other in readers if other)
    ]


def _is_wider(one: Condition, other: Condition) -> bool:
    fewer = one.keys() < other.keys()
    return fewer and all(set(other[key]) <= set(values) for key, values in one.items())


def _condition(readers: Condition, settings: Settings) -> str:
    kinds = _names(readers.get("kind", ()), settings.kind)
    offices = _names(readers.get("office", ()), settings.office)
    return " in ".join(part for part in (kinds, offices) if part) or THE_OTHERS


def _names(slugs: Sequence[str], known: Named) -> str:
    named = [known[slug].name for slug in slugs]
    return " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def audience(issue: Newsletter, settings: Settings) -> str:
    """Whom all of the issue is for, before variants part them."""
    known: dict[str, Named] = {
        "office": settings.office,
        "interest": settings.topic,
        "kind": settings.kind,
        "language": {
            code: Choice(code, words.language_name(code, "en")) for code in settings.languages
        },
    }
    asked = [f"{key} {_names(slugs, known[key])}" for key, slugs in issue.audience.items()]
    return "; ".join(asked) or "every subscriber"
