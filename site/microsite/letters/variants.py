"""The variants of an issue: which readers read the same, what each variant is called, and a
rendered variant as a value.

A reader is one combination of the kinds and offices that the issue's blocks name; an empty word
stands for everybody else. Pure: what a reader reads is only compared.

See docs/content-format.md.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

Alternative = dict[str, list[str]]  # {"kind": [slugs], "office": [slugs]}, either, or neither
T = TypeVar("T", bound=Hashable)

MOST_VALUES = 4  # in a variant's name, which is a file's name too


@dataclass(frozen=True, slots=True)
class Variant:
    """What SES gets of one variant. `html` and `text` hold the PLACEHOLDERS and no other pair of
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
        """Whether a block for these is for this reader; no kinds means every kind."""
        return (not kinds or self.kind in kinds) and (not offices or self.office in offices)


@dataclass(frozen=True, slots=True)
class Group:
    """Readers who read the same; `alternatives` name them as the catalogue does."""

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
) -> list[tuple[Group, T]]:
    """Readers with equal content together, in the order of the first reader of each group."""
    groups: dict[T, list[Reader]] = {}
    for reader in readers:
        groups.setdefault(content(reader), []).append(reader)
    return [(Group(tuple(members)), shared) for shared, members in groups.items()]


def _alternatives(group: set[Reader], ordered: Sequence[Reader]) -> list[Alternative]:
    """Leaves out what a less particular alternative of the same group covers already."""
    needed = [reader for reader in ordered if not _is_covered(reader, group)]
    found: list[Alternative] = [{} for reader in needed if reader == Reader()]
    kinds = [r.kind for r in needed if r.kind and not r.office]
    offices = [r.office for r in needed if r.office and not r.kind]
    found += [{"kind": kinds}] if kinds else []
    found += [{"office": offices}] if offices else []
    both: dict[tuple[str, ...], list[str]] = {}
    for kind in dict.fromkeys(r.kind for r in needed if r.keys == len(("kind", "office"))):
        there = tuple(r.office for r in needed if r.kind == kind and r.office)
        both.setdefault(there, []).append(kind)
    return found + [{"kind": kinds, "office": list(there)} for there, kinds in both.items()]


def _is_covered(reader: Reader, group: set[Reader]) -> bool:
    """A particular alternative is not needed if every wider one that would be chosen in its place
    belongs to this group too."""
    instead = {Reader(reader.kind), Reader(office=reader.office)}
    return reader.keys > 0 and instead <= group


def variant_names(language: str, groups: Iterable[Group]) -> list[str]:
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
    others = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(other for other in others if other not in taken)
