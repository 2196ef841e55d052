"""The variants of an issue: the groups of readers with the same content, the variants' names, and a
rendered variant as a value.

A reader is one combination of the kinds and offices in the issue's blocks; an empty word stands for
everybody else. Pure: content is only compared.

See docs/content-format.md.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import TypeVar

Alternative = dict[str, list[str]]  # {"kind": [slugs], "office": [slugs]}, either, or neither
T = TypeVar("T", bound=Hashable)

MOST_VALUES = 4  # in a variant's name, which is a file's name too


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant as sent to SES. `html` and `text` hold the PLACEHOLDERS and no other pair of
    opening braces; a silent variant, which has nothing for its readers, has neither."""

    name: str
    language: str
    readers: tuple[Alternative, ...]
    subject: str
    preheader: str
    html: str
    text: str

    @property
    def is_silent(self) -> bool:
        return not self.html


@dataclass(frozen=True, slots=True)
class Reader:
    kind: str = ""
    office: str = ""

    @property
    def keys(self) -> int:
        return bool(self.kind) + bool(self.office)

    def is_among(self, kinds: Sequence[str], offices: Sequence[str]) -> bool:
        """True if a block for these kinds and offices is for this reader; none means all."""
        return (not kinds or self.kind in kinds) and (not offices or self.office in offices)


@dataclass(frozen=True, slots=True)
class ReaderGroup:
    """Readers with the same content; `alternatives` name them as the catalogue does."""

    readers: tuple[Reader, ...]

    @property
    def alternatives(self) -> list[Alternative]:
        return _alternatives(set(self.readers), self.readers)


def all_readers(kinds: Iterable[str], offices: Iterable[str]) -> list[Reader]:
    """Every combination, everybody else first and the most particular last."""
    combined = [Reader(kind, office) for kind in ("", *kinds) for office in ("", *offices)]
    return sorted(combined, key=lambda reader: reader.keys)


def group_readers(
    readers: Iterable[Reader], content: Callable[[Reader], T]
) -> list[tuple[ReaderGroup, T]]:
    """Readers with equal content together, in the order of the first reader of each group."""
    groups: dict[T, list[Reader]] = {}
    for reader in readers:
        groups.setdefault(content(reader), []).append(reader)
    return [(ReaderGroup(tuple(members)), shared) for shared, members in groups.items()]


def _alternatives(group: set[Reader], ordered: Sequence[Reader]) -> list[Alternative]:
    """Leaves out alternatives that a wider one of the same group covers."""
    needed = [reader for reader in ordered if not _is_covered(reader, group)]
    alternatives: list[Alternative] = [{} for reader in needed if reader == Reader()]
    kinds = [r.kind for r in needed if r.kind and not r.office]
    offices = [r.office for r in needed if r.office and not r.kind]
    alternatives += [{"kind": kinds}] if kinds else []
    alternatives += [{"office": offices}] if offices else []
    both: dict[tuple[str, ...], list[str]] = {}
    for kind in dict.fromkeys(r.kind for r in needed if r.keys == len(("kind", "office"))):
        places = tuple(r.office for r in needed if r.kind == kind and r.office)
        both.setdefault(places, []).append(kind)
    pairs = [{"kind": kinds, "office": list(places)} for places, kinds in both.items()]
    return alternatives + pairs


def _is_covered(reader: Reader, group: set[Reader]) -> bool:
    """True if every wider alternative that would be chosen instead is in this group too."""
    instead = {Reader(reader.kind), Reader(office=reader.office)}
    return reader.keys > 0 and instead <= group


def variant_names(language: str, groups: Iterable[ReaderGroup]) -> list[str]:
    """en, en-retired, en-malmo: the language, then the values of the first alternative."""
    names: list[str] = []
    for group in groups:
        first = group.alternatives[0]
        values = [*first.get("kind", []), *first.get("office", [])]
        if len(values) > MOST_VALUES:
            values = [*values[: MOST_VALUES - 1], "and", str(len(values) - MOST_VALUES + 1), "more"]
        names.append(_free_name("-".join([language, *values]), names))
    return names


def _free_name(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}-{number}" for number in count(2))
    return next(free for free in chain([name], numbered) if free not in taken)
