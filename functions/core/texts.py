"""Chooses the reader's language from settings that may have a text for each language."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.core.translations import N_

Facts = dict[str, Any]

ENTRIES = {"offices": ("name", "country"), "kinds": ("name",), "topics": ("name",)}


@dataclass(frozen=True)
class ConsentText:
    """A text of ours that people consent to by ticking its box; `text` is a msgid."""

    id: str
    version: str
    text: str


# A test holds the version to the text in all languages.
FOOD_CONSENT = ConsentText(
    "food",
    "2026-11",
    N_(
        "I explicitly consent to your using these details about food, which are health data, "
        "to plan the catering for this event. If they are about my guests, my guests have "
        "consented too."
    ),
)


def listed(language: str, site: Mapping[str, Any]) -> str:
    """The language if the site lists it (still), otherwise the site's first."""
    languages: list[str] = site["languages"]
    return language if language in languages else languages[0]


def fingerprint(text: str) -> str:
    """Proves later that a text is the one that somebody read: the SHA-256 of it in hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def translated(site: Facts, language: str) -> Facts:
    """The catalogue's `site` in `language`, or in the site's first where a text lacks it.

    It has more facts: `language`, the consent's `fingerprint`, and `food_consent`.
    """

    def text(written: str | dict[str, str]) -> str:
        if isinstance(written, str):
            return written
        return written.get(language) or written[site["languages"][0]]

    def entry(facts: Facts, names: tuple[str, ...]) -> Facts:
        return facts | {name: text(facts[name]) for name in names if name in facts}

    consent = entry(site["consent"], ("text",))
    own = {
        "language": language,
        "contacts": {slug: entry(facts, ("role",)) for slug, facts in site["contacts"].items()},
        "consent": consent | {"fingerprint": fingerprint(consent["text"])},
        "food_consent": FOOD_CONSENT,
    }
    lists = {key: [entry(choice, names) for choice in site[key]] for key, names in ENTRIES.items()}
    return entry(site | lists | own, ("imprint",))
