"""Finds what was left in English on a page or in an email of another language."""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser

from tests.test_catalogues import FUNCTIONS, SITE, messages, pairs

GAP = re.compile(r"%\(\w+\)s|\{\w+\}|[^\w '’/-]+")  # noqa: RUF001 - as the texts have it
SPOKEN = ("alt", "aria-label", "content", "placeholder", "title")  # attributes that are read
SHORT = 4  # letters up to which a single word is no sign of a language
Pair = tuple[str, str]  # English and its translation
Texts = Iterable[Pair]


def leftovers(text: str, language: str, settings: Texts = (), *, words: bool = True) -> set[str]:
    """Phrases of `text` that stand in the English of the catalogues or `settings`, and nowhere in
    the language's own. With `words` off only phrases of two words and more."""
    shown = _joined(text)
    english = _only_english(language, tuple(settings), words=words)
    return {phrase for phrase in english if _is_in(phrase, shown)}


@cache
def _only_english(language: str, settings: tuple[Pair, ...], *, words: bool) -> frozenset[str]:
    texts = [*_catalogue(language), *settings]
    native = _joined(" ".join(translation for _, translation in texts))
    english = {phrase for source, _ in texts for phrase in _phrases(source, words=words)}
    return frozenset(phrase for phrase in english if not _is_in(phrase, native))


def visible(html: str) -> str:
    """What a page shows and a screen reader reads out."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(reader.texts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in {"style", "script"}
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - HTMLParser's signature
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def _catalogue(language: str) -> Texts:
    return (
        pair
        for _, locale in (FUNCTIONS, SITE)
        for message in messages(locale, language)
        for pair in pairs(message)
    )


def _phrases(source: str, *, words: bool) -> Iterable[str]:
    """The parts between placeholders and punctuation that are English beyond doubt."""
    for part in GAP.split(source):
        phrase = _joined(part)
        if " " in phrase or (words and len(phrase) > SHORT and phrase.isalpha()):
            yield phrase


def _joined(text: str) -> str:
    return " ".join(text.split())


def _is_in(phrase: str, text: str) -> bool:
    # The search for a substring spares most patterns, which take longer to compile than to match.
    return phrase in text and bool(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text))
