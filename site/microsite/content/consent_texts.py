"""The texts that people consent to, in site/content/consents: a file for each purpose, version and
language. hashes.txt beside them notes each text, so that none is changed unnoticed. None is a page.

See docs/make-it-yours.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from functions.core.texts import fingerprint
from microsite.content.parsing import CONTENT
from microsite.content.problems import Problem
from microsite.content.text_files import read_text

FOLDER, HASHES = "consents", "hashes.txt"
HASHES_FILE = f"{CONTENT}/{FOLDER}/{HASHES}"
_NAME = re.compile(r"([a-z]+)\.([0-9]{4}(?:-[0-9]{1,2}){1,3})\.([a-z]{2,3})\.md")
_LINE = re.compile(r"([0-9a-f]{64}) +(\S+)")
# It is shown as it is, in forms and as proof.
_MARKUP = re.compile(r"^(?:---|#|[-*+>] )|\*\*|__|\]\(|[<>`]", re.MULTILINE)


@dataclass(frozen=True)
class ConsentText:
    purpose: str
    version: str  # the day from which it holds
    language: str
    words: str  # as people read them: on one line, without markup

    @property
    def name(self) -> str:
        return f"{self.purpose}.{self.version}.{self.language}.md"

    @property
    def file(self) -> str:
        return f"{CONTENT}/{FOLDER}/{self.name}"

    @property
    def age(self) -> tuple[int, ...]:
        """Sorts versions: 2026-11-9 before 2026-11-26, which is before 2026-11-26-2."""
        return tuple(map(int, self.version.split("-")))

    @property
    def line(self) -> str:
        """Its line in hashes.txt."""
        return f"{fingerprint(self.words)}  {self.name}"


@dataclass(frozen=True)
class NotedHash:
    """A line of hashes.txt, by its number."""

    line: int
    sha256: str
    name: str


@dataclass(frozen=True)
class ConsentTexts:
    texts: tuple[ConsentText, ...] = ()
    hashes: tuple[NotedHash, ...] = ()
    unread: frozenset[str] = field(default=frozenset())  # names of files that have problems

    @property
    def purposes(self) -> list[str]:
        return sorted({text.purpose for text in self.texts})

    def versions(self, purpose: str) -> dict[str, dict[str, ConsentText]]:
        """Version → language → text, the oldest version first: the last one is in force."""
        versions: dict[str, dict[str, ConsentText]] = {}
        for text in sorted(self.texts, key=lambda text: (text.age, text.language)):
            if text.purpose == purpose:
                versions.setdefault(text.version, {})[text.language] = text
        return versions


def is_about_consents(name: str) -> bool:
    """True for a file, named relative to site/content, that is neither an item nor published."""
    return name.startswith(f"{FOLDER}/")


def read(content: Path, names: Iterable[str], problems: list[Problem]) -> ConsentTexts:
    """`names` are the files below `content`, relative to it."""
    own = [name.removeprefix(f"{FOLDER}/") for name in names if is_about_consents(name)]
    files = [name for name in own if name != HASHES]
    read_each = {name: _read(content / FOLDER / name, name, problems) for name in files}
    texts = tuple(text for text in read_each.values() if text)
    hashes = tuple(_hashes(content / FOLDER / HASHES, problems)) if HASHES in own else ()
    return ConsentTexts(texts, hashes, frozenset(read_each) - {text.name for text in texts})


def _read(path: Path, name: str, problems: list[Problem]) -> ConsentText | None:
    def wrong(line: int, text: str) -> None:
        problems.append(Problem(f"{CONTENT}/{FOLDER}/{name}", line, text))

    parts = _NAME.fullmatch(name)
    if not parts:
        wrong(1, "is no text of a consent: name it like newsletter.2027-01-31.en.md")
        return None
    text = read_text(path, wrong)
    if text is None:
        return None
    if not text.strip():
        wrong(1, "is empty: write what people agree to")
        return None
    if markup := _MARKUP.search(text):
        line = text.count("\n", 0, markup.start()) + 1
        wrong(line, f"is shown as it is, so '{markup[0].strip()}' is no markup: write plain words")
        return None
    return ConsentText(parts[1], parts[2], parts[3], re.sub(r"[ \t\n]+", " ", text).strip())


def _hashes(path: Path, problems: list[Problem]) -> Iterator[NotedHash]:
    def wrong(line: int, text: str) -> None:
        problems.append(Problem(HASHES_FILE, line, text))

    for number, line in enumerate((read_text(path, wrong) or "").splitlines(), 1):
        noted = _LINE.fullmatch(line.strip())
        if noted:
            yield NotedHash(number, *noted.groups())
        elif line.strip():
            wrong(number, "is no hash and file name: take the line that `alumni check` suggests")
