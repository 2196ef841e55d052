"""Parses the lines with `:::` in an issue's body: passages for some readers, and included lists.
Pure: returns passages and problems, from the body and the company's settings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from microsite.content import fields
from microsite.content.company import Choice, Office, Settings
from microsite.content.fields import INCLUDES, FieldError
from microsite.content.items import Include
from microsite.content.problems import suggestion
from microsite.content.rendered_body import MARK, marks_in_code, visible

# HR's notes to each other, which are never published.
NOTES = re.compile(r"<!--.*?-->", re.DOTALL)
_FOR = ("for", "office")
# Meant as a mark, and to everybody if taken as text: `:: for: retired`, `: office: malmo`,
# `Hello ::: for: retired`, and colons of another keyboard or behind an invisible sign.
_KEY = r"[^\S\n]*(?:for|office|include|events|jobs)[^\S\n]*[:\uff1a]"
_NEAR = re.compile(
    r"^[^\w\n]*?(?:[:\uff1a][^\S\n]*){2}"
    rf"|^[^\S\n]*[:;.\uff1a]+{_KEY}"
    rf"|[:\uff1a]{{2}}{_KEY}",
    re.IGNORECASE | re.MULTILINE,
)
# Colons of other scripts and of phonetics, and what converters put before each one.
_LIKE_COLONS = str.maketrans(dict.fromkeys("\u02d0\u2236\ua789\ufe13\ufe55", ":") | {"\\": ""})
_HOW = "write ::: for: retired, ::: office: malmo or ::: events: next 5"


@dataclass(frozen=True, slots=True)
class Passage:
    """Text or an include, on `line` of its file. Empty `kinds` or `offices` mean all of them."""

    line: int
    text: str = ""
    include: Include | None = None
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()


@dataclass(slots=True)
class Parsed:
    """`wrong` are lines of the file with their problem."""

    passages: list[Passage] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def parse(body: str, first: int, settings: Settings) -> Parsed:
    """`first` is the line of the file on which the body begins."""
    if not _NEAR.search(body.translate(_LIKE_COLONS)):
        return Parsed([Passage(first, body)] if body.strip() else [])
    return _Reader(body, first, settings).read()


def _is_near(line: str) -> bool:
    return bool(_NEAR.search(line.translate(_LIKE_COLONS)))


def _names(choices: Sequence[Choice] | Sequence[Office]) -> dict[str, str]:
    """Slugs by slug and by name in any language; a slug comes before another choice's name."""
    slugs = {_plain(name): choice.slug for choice in choices for name in choice.name.wordings}
    return slugs | {choice.slug: choice.slug for choice in choices}


def _plain(word: str) -> str:
    """Equal for every way to type it: some keyboards write an umlaut as two characters."""
    return normalize("NFC", word).casefold()


def _blind_lines(body: str, first: int, settings: Settings) -> set[int]:
    """Lines on which a mark is plain text: in code, and in HR's notes."""
    lines = {line + first - 1 for line in marks_in_code(body, settings)}
    for note in NOTES.finditer(body):
        begins = first + body.count("\n", 0, note.start())
        lines.update(range(begins, begins + note[0].count("\n") + 1))
    return lines


class _Reader:
    """Goes through the lines once; `_opened` is the line of the block that we are in, or 0."""

    def __init__(self, body: str, first: int, settings: Settings) -> None:
        self._lines = [*enumerate(body.split("\n"), first)]
        self._visible = visible(body).split("\n")
        self._blind = _blind_lines(body, first, settings)
        self._settings = settings
        self._known: dict[str, Mapping[str, str]] = {
            "for": _names(settings.kinds),
            "office": _names(settings.offices),
        }
        self._parsed = Parsed()
        self._text: list[str] = []
        self._begins = first
        self._opened = 0
        self._conditions: dict[str, tuple[str, ...]] = {}

    def read(self) -> Parsed:
        for number, text in self._lines:
            marker = MARK.fullmatch(text)
            if marker and number not in self._blind:
                self._flush(number + 1)
                self._marker(number, marker["text"])
            else:
                self._text.append(text)
                self._refuse_near(number, self._visible[number - self._lines[0][0]])
        self._flush(0)
        if self._opened:
            self._wrong(self._opened, "is never closed: write a line ::: where it ends")
        return self._parsed

    def _refuse_near(self, line: int, text: str) -> None:
        if line not in self._blind and not MARK.fullmatch(text) and _is_near(text):
            remedy = f"is not understood: {_HOW} on a line of its own, or put it in backticks"
            self._wrong(line, f"'{text.strip()}' {remedy}")

    def _flush(self, begins: int) -> None:
        text = "\n".join(self._text)
        if text.strip():
            self._add(self._begins, text=text)
        self._text, self._begins = [], begins

    def _add(self, line: int, *, text: str = "", include: Include | None = None) -> None:
        kinds, offices = (self._conditions.get(key, ()) for key in _FOR)
        self._parsed.passages.append(Passage(line, text, include, kinds, offices))

    def _wrong(self, line: int, text: str) -> None:
        self._parsed.wrong.append((line, f"::: {text}"))

    def _marker(self, line: int, text: str) -> None:
        key, colon, value = (part.strip() for part in text.partition(":"))
        if not text:
            self._close(line)
        elif colon and key.lower() in INCLUDES:
            self._include(line, key.lower(), value)
        else:
            self._open(line, text)

    def _close(self, line: int) -> None:
        if not self._opened:
            self._wrong(line, f"closes nothing: remove it, or write what starts here: {_HOW}")
        self._opened, self._conditions = 0, {}

    def _include(self, line: int, key: str, phrase: str) -> None:
        try:
            self._add(line, include=fields.include(key)(phrase, self._settings))
        except FieldError as error:
            self._wrong(line, f"{key}: {error}")

    def _open(self, line: int, text: str) -> None:
        if self._opened:
            first = f"the block of line {self._opened}"
            self._wrong(line, f"'{text}' is inside {first}: close that block with a line ::: first")
        self._opened, self._conditions = line, {}
        for condition in text.split(";"):
            self._condition(line, *(part.strip() for part in condition.partition(":")))

    def _condition(self, line: int, key: str, colon: str, value: str) -> None:
        name = key.lower()
        if not colon:
            self._wrong(line, f"'{key}' {self._guess(key)}")
        elif name not in _FOR:
            self._wrong(line, f"'{key}' is unknown: {suggestion(name, [*_FOR, *INCLUDES])}")
        elif name in self._conditions:
            self._wrong(line, f"'{key}' appears twice: separate the values with commas")
        else:
            self._conditions[name] = tuple(dict.fromkeys(self._values(line, name, value)))

    def _guess(self, word: str) -> str:
        """A hint for a line without a colon."""
        for key, known in self._known.items():
            if _plain(word) in known:
                return f"has no key: did you mean '::: {key}: {word}'?"
        return f"is not understood: {_HOW}"

    def _values(self, line: int, key: str, text: str) -> list[str]:
        known = self._known[key]
        slugs = []
        for word in (part.strip() for part in text.split(",")):
            if _plain(word) in known:
                slugs.append(known[_plain(word)])
            else:
                noun = "kind" if key == "for" else "office"
                hint = _hint(_plain(word), known)
                self._wrong(line, f"{key}: '{word}' is not a known {noun}: {hint}")
        return slugs


def _hint(word: str, known: Mapping[str, str]) -> str:
    near = suggestion(word, known)
    return near if near.startswith("did") else suggestion("", dict.fromkeys(known.values()))
