"""Finds misspelt names of contacts and places: people care how their own name is written.

Flags what differs in an accent or a letter; a name in another language is another name (Gothenburg,
Bryssel), and `names: [...]` in an issue's front matter lists spellings that are right."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from babel.dates import get_timezone_location
from babel.languages import get_official_languages

from microsite.content import rendered_body
from microsite.content.company import Office, Settings
from microsite.content.items import Newsletter

KEYS = ("subject", "preheader", "title", "summary", "image_alt")
LONG = 7  # letters; in shorter words, one different letter makes another name
SHORT = 3
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})
# Addresses, and the lines that name a block's readers, where Malmo is as good as Malmö.
_UNREAD = re.compile(
    r"(?<=\])\([^)\n]*\)|^ {0,3}\[[^\]\n]+\]:.*$|<[^>\n]*>|\bhttps?://\S+|[\w.+-]+@[\w.-]+"
    r"|^[ \t]*:::.*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """`joined` if only a space separates it from the word before."""

    text: str
    line: int
    joined: bool

    @property
    def is_name(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True)
class Names:
    """Names from the settings; `also` are spellings that an issue declares correct."""

    settings: Settings
    also: tuple[str, ...] = ()

    @cached_property
    def people(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_WORD.findall(contact.name)) for contact in self.settings.contacts)

    @cached_property
    def places(self) -> tuple[tuple[str, ...], ...]:
        offices = (name for office in self.settings.offices for name in office.name.wordings)
        named = dict.fromkeys((self.settings.company, *offices))
        return tuple(tuple(_WORD.findall(name)) for name in named)

    @cached_property
    def right(self) -> frozenset[str]:
        """In lower case. Slow, because it loads several languages, so only used on a suspicion."""
        there = [" ".join(name) for name in self.people + self.places]
        for office in self.settings.offices:
            there += _elsewhere(office, self.settings)
        return frozenset(name.casefold() for name in (*there, *self.also))


def problems(issue: Newsletter, settings: Settings) -> Iterator[tuple[str | int, str]]:
    names = Names(settings, issue.names)
    for key in KEYS:
        if key in issue.lines:
            yield from ((key, text) for _, text in _wrong(_words(getattr(issue, key)), names))
    for line, text in _wrong(_words(rendered_body.visible(issue.body)), names):
        yield line + issue.body_line - 1, text


def _elsewhere(office: Office, settings: Settings) -> Iterator[str]:
    """The office's city in the site's languages and its country's, by the name of its time zone."""
    for lang in {*settings.languages, *get_official_languages(office.country_code)}:
        yield get_timezone_location(office.time_zone, locale=lang, return_city=True)


def _words(text: str) -> list[Word]:
    text = _UNREAD.sub(lambda match: re.sub(r"[^\n]", ".", match[0]), text)
    words: list[Word] = []
    line, begin, end = 1, 0, -1
    for match in _WORD.finditer(text):
        line += text.count("\n", begin, match.start())
        joined = end >= 0 and not text[end : match.start()].strip(" \n*_")
        begin, end = match.start(), match.end()
        words.append(Word(match[0], line, joined))
    return words


def _wrong(words: Sequence[Word], names: Names) -> Iterator[tuple[int, str]]:
    """Pairs of line and problem."""
    for at, word in enumerate(words):
        if word.is_name and (hit := _slip(words, at, names)):
            written, meant = hit
            hint = f"add names: [{written}] to the front matter if it is right"
            yield (
                word.line,
                f"'{written}' looks like a misspelling of '{meant}': correct it, or {hint}",
            )


def _slip(words: Sequence[Word], at: int, names: Names) -> tuple[str, str] | None:
    for name in names.people + names.places:
        written = _run(words, at, len(name))
        if written and _near(written, name) and not _is_right(written, names):
            return " ".join(written), " ".join(name)
    return _lone_surname(words[at].text, names) if _stands_alone(words, at) else None


def _lone_surname(written: str, names: Names) -> tuple[str, str] | None:
    for *_, surname in names.people:
        near = len(surname) >= LONG and _near((written,), (surname,))
        if near and not _is_right((written,), names):
            return written, surname
    return None


def _run(words: Sequence[Word], at: int, length: int) -> tuple[str, ...]:
    """`length` words from there, if they all begin with a capital and are adjacent; else none."""
    run = words[at : at + length]
    beside = all(later.joined for _, later in pairwise(run))
    if len(run) < length or not beside or not all(word.is_name for word in run):
        return ()
    return tuple(word.text for word in run)


def _stands_alone(words: Sequence[Word], at: int) -> bool:
    """A surname without its first name; with another first name it is somebody else's."""
    before = at > 0 and words[at].joined and words[at - 1].is_name
    after = at + 1 < len(words) and words[at + 1].joined and words[at + 1].is_name
    return not before and not after


def _is_right(written: tuple[str, ...], names: Names) -> bool:
    whole = " ".join(written)
    return any(_is(whole, name) for name in names.right)


def _is(written: str, name: str) -> bool:
    """True for the name, or a word formed from it: Malmös, Stockholmskontoret, Anna Lindqvists."""
    written, name = written.casefold(), name.casefold()
    return written in {name, f"{name}s"} if " " in name else written.startswith(name)


def _near(written: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """True if `written` is a misspelling of `name`. The name itself and its genitive are not."""
    if _is(" ".join(written), " ".join(name)):
        return False
    pairs = list(zip(written, name, strict=True))
    if all(_accents_aside(*pair) for pair in pairs):
        return True
    if len(name) == 1:
        return len(name[0]) >= LONG and _one_off(*pairs[0])
    short = [pair for pair in pairs if min(map(len, pair)) <= SHORT]
    return all(_one_off(*pair) for pair in pairs) and (
        not short or any(part == right for part, right in pairs)
    )


def _accents_aside(written: str, name: str) -> bool:
    """`Malmo` and `Malmokontoret` for `Malmö`."""
    return folded(written[: len(name)]) == folded(name)


def _one_off(written: str, name: str) -> bool:
    written = written if len(written) <= len(name) else written.removesuffix("s")
    return distance(folded(written), folded(name)) <= 1


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """Lower case without accents: malmo for Malmö."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_PLAIN)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> int:
    """Edits between two words (insert, delete, change, swap neighbours); 2 means 2 or more."""
    if one == other:
        return 0
    if abs(len(one) - len(other)) > 1:
        return 2
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return 1
    left, right = one[start:], other[start:]
    changed = left[1:] == right[1:]
    added = left[1:] == right or left == right[1:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return 1 if changed or added or swapped else 2
