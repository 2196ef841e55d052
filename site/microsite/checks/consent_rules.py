"""Why the texts of consents can't be published: one is missing, or changed after it was noted."""

from collections.abc import Iterator
from datetime import datetime

from functions.core.texts import ConsentPurpose
from microsite.content.consent_texts import (
    FOLDER,
    HASHES,
    HASHES_FILE,
    ConsentText,
    ConsentTexts,
)
from microsite.content.edition import Edition
from microsite.content.parsing import CONTENT
from microsite.content.problems import Problem, suggestion


def consent_problems(edition: Edition) -> Iterator[Problem]:
    consents, languages = edition.content.consents, edition.settings.languages
    yield from _unknown(consents)
    yield from _missing(consents, languages, edition.now)
    yield from _changed(consents, edition.now)
    yield from _gone(consents)


def _unknown(consents: ConsentTexts) -> Iterator[Problem]:
    known = list(ConsentPurpose)
    for text in consents.texts:
        if text.purpose not in known:
            hint = suggestion(text.purpose, known)
            yield Problem(text.file, 1, f"nobody is asked for consent to '{text.purpose}': {hint}")


def _missing(
    consents: ConsentTexts, languages: tuple[str, ...], now: datetime
) -> Iterator[Problem]:
    """The newest version of each text is there in every language that people may read."""
    for purpose in ConsentPurpose:
        versions = consents.versions(purpose)
        version = list(versions)[-1] if versions else f"{now:%Y-%m-%d}"
        there = versions.get(version, {})
        for language in languages:
            name = ConsentText(purpose, version, language, "").name
            if language not in there and name not in consents.unread:
                text = f"{name} is missing: write what people agree to in it, in plain words"
                yield Problem(f"{CONTENT}/{FOLDER}", 1, text)


def _changed(consents: ConsentTexts, now: datetime) -> Iterator[Problem]:
    noted = {known.name: known.sha256 for known in consents.hashes}
    for text in consents.texts:
        if text.name not in noted:
            yield Problem(text.file, 1, f"is new: add this line to {HASHES}: {text.line}")
        elif not text.line.startswith(noted[text.name]):
            newer = _next_version(text, consents, now)
            why = (
                "has changed, and people may have agreed to the old words: restore them, and write "
                f"the new ones into {newer}, with a new file for each other language. If nobody "
                f"has seen this text yet, change its line in {HASHES} to: {text.line}"
            )
            yield Problem(text.file, 1, why)


def _next_version(text: ConsentText, consents: ConsentTexts, now: datetime) -> str:
    """Such a file would be in force: its version is newer than all that are there."""
    newest, today = list(consents.versions(text.purpose))[-1], f"{now:%Y-%m-%d}"
    day = max(today, newest[: len(today)])
    texts = [
        ConsentText(text.purpose, version, text.language, "")
        for version in (newest, today, *(f"{day}-{number}" for number in range(2, 100)))
    ]
    return next(newer.name for newer in texts if newer.age > texts[0].age)


def _gone(consents: ConsentTexts) -> Iterator[Problem]:
    names = {text.name for text in consents.texts} | consents.unread
    seen: set[str] = set()
    for known in consents.hashes:
        if known.name in seen:
            yield Problem(HASHES_FILE, known.line, f"{known.name} stands here twice: keep one line")
        elif known.name not in names:
            why = (
                f"{known.name} is gone, but may be needed as proof: restore it from git. Only if "
                "it was never published, delete this line"
            )
            yield Problem(HASHES_FILE, known.line, why)
        seen.add(known.name)
