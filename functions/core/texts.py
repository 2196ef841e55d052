"""Chooses the reader's language from settings that may have a text for each language."""

from collections.abc import Mapping
from typing import Any

Facts = dict[str, Any]

ENTRIES = {"offices": ("name", "country"), "kinds": ("name",), "topics": ("name",)}


def listed(language: str, site: Mapping[str, Any]) -> str:
    """The language if the site lists it (still), otherwise the site's first."""
    languages: list[str] = site["languages"]
    return language if language in languages else languages[0]


def translated(site: Facts, language: str) -> Facts:
    """The catalogue's `site` in `language`, or in the site's first where a text lacks it.

    `language` is one more of its facts.
    """

    def text(written: str | dict[str, str]) -> str:
        if isinstance(written, str):
            return written
        return written.get(language) or written[site["languages"][0]]

    def entry(facts: Facts, names: tuple[str, ...]) -> Facts:
        return facts | {name: text(facts[name]) for name in names if name in facts}

    own = {
        "language": language,
        "contacts": {slug: entry(facts, ("role",)) for slug, facts in site["contacts"].items()},
        "consent": entry(site["consent"], ("text",)),
    }
    lists = {key: [entry(choice, names) for choice in site[key]] for key, names in ENTRIES.items()}
    return entry(site | lists | own, ("imprint",))
