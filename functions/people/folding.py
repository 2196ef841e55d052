"""Words as people type them to find somebody: without accents and in lower case.

No I/O here.
"""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST, LONGEST = 3, 8  # letters of a prefix by which somebody is found
MOST_WORDS = 10  # of one person, the name's first
# Letters that Unicode doesn't take apart.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
AFTER_Z = {"sv": "åäö"}  # elsewhere they are sorted with a and o
APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}]")
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`Nyström` → `nystrom`, `Weiß` → `weiss`, `Søren` → `soren`."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def collated(text: str, language: str) -> str:
    """What sorts the text as a list in the language does: `Åberg` behind `Zorn` in Swedish, beside
    `Aberg` in German."""
    last = {letter: f"{{{place}" for place, letter in enumerate(AFTER_Z.get(language, ""))}
    letters = unicodedata.normalize("NFC", text.casefold())
    return "".join(last.get(letter) or fold(letter) for letter in letters)


def words(*texts: str) -> list[str]:
    """The different words of the texts, folded, in their order: `Müller-Lüdenscheidt` is two, and
    `O'Brien` one, which `brien` finds, too."""
    parts = [word for text in texts for word in _words(fold(text))]
    return list(dict.fromkeys(parts))


def _words(text: str) -> Iterable[str]:
    yield from WORD.findall(APOSTROPHES.sub("", text))
    if APOSTROPHES.search(text):
        yield from WORD.findall(APOSTROPHES.sub(" ", text))


def indexed_words(*texts: str) -> list[str]:
    return words(*texts)[:MOST_WORDS]


def begins(word: str, beginning: str) -> bool:
    """One or two letters are a whole word, as too many words begin with them."""
    return word.startswith(beginning) if len(beginning) >= SHORTEST else word == beginning


def matches(wanted: Iterable[str], *texts: str) -> bool:
    """Whether each of the wanted beginnings, however short, begins a word of the texts."""
    known = words(*texts)
    return all(any(word.startswith(beginning) for word in known) for beginning in wanted)
