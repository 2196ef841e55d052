"""Chooses the reader's language from settings that may have a text for each language."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from functions.core.translations import N_

Facts = dict[str, Any]

ENTRIES = {"offices": ("name", "country"), "kinds": ("name",), "topics": ("name",)}


class ConsentPurpose(StrEnum):
    """What somebody consents to; the id of its text."""

    MEMBERSHIP = "membership"
    NEWSLETTER = "newsletter"
    INVITATIONS = "invitations"
    FOOD = "food"


# Asked of people who join; nobody can be a member without the first one.
JOINING = (ConsentPurpose.MEMBERSHIP, ConsentPurpose.NEWSLETTER, ConsentPurpose.INVITATIONS)
PURPOSES = {
    ConsentPurpose.MEMBERSHIP: N_("Membership"),
    ConsentPurpose.NEWSLETTER: N_("Newsletter"),
    ConsentPurpose.INVITATIONS: N_("Invitations to events"),
    ConsentPurpose.FOOD: N_("What you eat"),
}


@dataclass(frozen=True)
class ConsentText:
    """A text of the company that people consent to by ticking its box."""

    id: str
    version: str
    language: str
    words: str

    @property
    def purpose(self) -> str:
        """The purpose in words: a msgid."""
        return PURPOSES[ConsentPurpose(self.id)]

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.words)


def listed(language: str, site: Mapping[str, Any]) -> str:
    """The language if the site lists it (still), otherwise the site's first."""
    languages: list[str] = site["languages"]
    return language if language in languages else languages[0]


def fingerprint(text: str) -> str:
    """Proves later that a text is the one that somebody read: the SHA-256 of it in hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def consent_text(site: Mapping[str, Any], purpose: str, language: str) -> ConsentText:
    """The text in force, in `language`, or in the site's first where nobody has written it."""
    newest = site["consents"][purpose][-1]
    written: dict[str, str] = newest["text"]
    shown = next(code for code in (language, *site["languages"], *written) if code in written)
    return ConsentText(purpose, newest["version"], shown, written[shown])


def words_of(site: Mapping[str, Any], purpose: str, sha256: str) -> str:
    """The words of a text, in force or older, by their fingerprint; empty if the site lacks it."""
    versions = site.get("consents", {}).get(purpose, ())
    texts = (words for version in versions for words in version["text"].values())
    return next((words for words in texts if fingerprint(words) == sha256), "")


def in_language(written: str | dict[str, str], language: str) -> str:
    """A text for all languages, or the one for `language`; any, if nobody has written that."""
    if isinstance(written, str):
        return written
    return written.get(language) or next(iter(written.values()))


def translated(site: Facts, language: str) -> Facts:
    """The catalogue's `site` in `language`, or in the site's first where a text lacks it.

    It has one more fact, `language`; of `consents` it has the texts in force.
    """

    def text(written: str | dict[str, str]) -> str:
        if isinstance(written, str):
            return written
        return written.get(language) or written[site["languages"][0]]

    def entry(facts: Facts, names: tuple[str, ...]) -> Facts:
        return facts | {name: text(facts[name]) for name in names if name in facts}

    consents = site.get("consents", ())  # until the first publishing by a version that has them
    own = {
        "language": language,
        "contacts": {slug: entry(facts, ("role",)) for slug, facts in site["contacts"].items()},
        "consents": {purpose: consent_text(site, purpose, language) for purpose in consents},
    }
    lists = {key: [entry(choice, names) for choice in site[key]] for key, names in ENTRIES.items()}
    return entry(site | lists | own, ("imprint",))
