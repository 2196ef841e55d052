"""The variants of an issue: the groups of readers with the same content, the variants' names, and a
rendered variant as a value.

A reader is one combination of the kinds and offices in the issue's blocks; an empty word stands for
everybody else. Pure: content is only compared.

See docs/content-format.md.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, count
from typing import TypeVar

from functions.core.slugs import ALL_OF

# {"kind": [slugs], "office": [slugs]}, either, or neither; `engineer+retired` is both together.
Alternative = dict[str, list[str]]
T = TypeVar("T", bound=Hashable)

# Of so many kinds in an issue's blocks, every combination is a reader; of more, only every pair.
MOST_COMBINED = 3
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
    kind: str = ""  # several with ALL_OF between
    office: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(filter(None, self.kind.split(ALL_OF)))

    @property
    def keys(self) -> int:
        return len(self.kinds) + bool(self.office)

    def is_part_of(self, other: "Reader") -> bool:
        """True if what is written for this reader is for the other one, too."""
        return set(self.kinds) <= set(other.kinds) and self.office in {"", other.office}

    def is_among(self, kinds: Sequence[str], offices: Sequence[str]) -> bool:
        """True if a block for these kinds and offices is for this reader; none means all."""
        of_kind = not kinds or any(kind in kinds for kind in self.kinds)
        return of_kind and (not offices or self.office in offices)


@dataclass(frozen=True, slots=True)
class ReaderGroup:
    """Readers with the same content, as few as name all; the catalogue has `alternatives`."""

    readers: tuple[Reader, ...]

    @property
    def alternatives(self) -> list[Alternative]:
        return _alternatives(self.readers)


def all_readers(kinds: Iterable[str], offices: Iterable[str]) -> list[Reader]:
    """Every combination, everybody else first and the most particular last."""
    named, places = tuple(kinds), ("", *offices)
    most = len(named) if len(named) <= MOST_COMBINED else 2
    several = chain.from_iterable(combinations(named, size) for size in range(most + 1))
    combined = [Reader(ALL_OF.join(some), office) for some in several for office in places]
    return sorted(combined, key=lambda reader: reader.keys)


def group_readers(
    readers: Iterable[Reader], content: Callable[[Reader], T]
) -> list[tuple[ReaderGroup, T]]:
    """Readers with equal content together, in the order of the first reader of each group."""
    contents = {reader: content(reader) for reader in readers}
    groups: dict[T, list[Reader]] = {shared: [] for shared in contents.values()}
    for reader in _named(contents):
        groups[contents[reader]].append(reader)
    return [(ReaderGroup(tuple(members)), shared) for shared, members in groups.items()]


def _named(contents: Mapping[Reader, Hashable]) -> list[Reader]:
    """Leaves out readers for whom the closest of those before them has the right content already.

    `contents` has the most particular readers last.
    """
    named: list[Reader] = []
    for reader, own in contents.items():
        fitting = [other for other in named if other.is_part_of(reader)]
        most = max((other.keys for other in fitting), default=0)
        if {contents[other] for other in fitting if other.keys == most} != {own}:
            named.append(reader)
    return named


def _alternatives(needed: Sequence[Reader]) -> list[Alternative]:
    alternatives: list[Alternative] = [{} for reader in needed if reader == Reader()]
    kinds = [r.kind for r in needed if r.kind and not r.office]
    offices = [r.office for r in needed if r.office and not r.kind]
    alternatives += [{"kind": kinds}] if kinds else []
    alternatives += [{"office": offices}] if offices else []
    both: dict[tuple[str, ...], list[str]] = {}
    for kind in dict.fromkeys(r.kind for r in needed if r.kind and r.office):
        places = tuple(r.office for r in needed if r.kind == kind and r.office)
        both.setdefault(places, []).append(kind)
    pairs = [{"kind": kinds, "office": list(places)} for places, kinds in both.items()]
    return alternatives + pairs


def variant_names(language: str, groups: Iterable[ReaderGroup]) -> list[str]:
    """en, en-retired, en-malmo: the language, then the values of the first alternative."""
    names: list[str] = []
    for group in groups:
        first = group.alternatives[0]
        kinds = [kind.replace(ALL_OF, "-and-") for kind in first.get("kind", [])]
        values = [*kinds, *first.get("office", [])]
        if len(values) > MOST_VALUES:
            values = [*values[: MOST_VALUES - 1], "and", str(len(values) - MOST_VALUES + 1), "more"]
        names.append(_free_name("-".join([language, *values]), names))
    return names


def _free_name(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}-{number}" for number in count(2))
    return next(free for free in chain([name], numbered) if free not in taken)
