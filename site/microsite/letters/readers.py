"""Which readers an issue tells different things, and what each such variant is called.

A reader is one combination of the kinds and offices that the issue's blocks name; an empty word
is everybody else. Pure; what they are told is the caller's, and only has to be comparable."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

Alternative = dict[str, list[str]]  # {"kind": [slugs], "office": [slugs]}, either, or neither
T = TypeVar("T", bound=Hashable)

MOST_VALUES = 4  # in a variant's name, which is a file's name too


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
    """Readers who are told the same; `alternatives` say it as the catalogue does."""

    readers: tuple[Reader, ...]

    @property
    def alternatives(self) -> list[Alternative]:
        return _alternatives(set(self.readers), self.readers)


def readers(kinds: Iterable[str], offices: Iterable[str]) -> list[Reader]:
    """Every combination, everybody else first and the most particular last."""
    made = [Reader(kind, office) for kind in ("", *kinds) for office in ("", *offices)]
    return sorted(made, key=lambda reader: reader.keys)


def grouped(everyone: Iterable[Reader], told: Callable[[Reader], T]) -> list[tuple[Group, T]]:
    """Those who are told the same together, in order of the first of each."""
    found: dict[T, list[Reader]] = {}
    for reader in everyone:
        found.setdefault(told(reader), []).append(reader)
    return [(Group(tuple(members)), content) for content, members in found.items()]


def _alternatives(group: set[Reader], ordered: Sequence[Reader]) -> list[Alternative]:
    """Without those that a less particular alternative of the same group covers already."""
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
    """Somebody's own alternative may go where all that would be chosen instead is this group's."""
    instead = {Reader(reader.kind), Reader(office=reader.office)}
    return reader.keys > 0 and instead <= group


def names(language: str, groups: Iterable[Group]) -> list[str]:
    """en, en-retired, en-malmo: the language, then the values of the first alternative."""
    taken: list[str] = []
    for group in groups:
        first = group.alternatives[0]
        values = [*first.get("kind", []), *first.get("office", [])]
        if len(values) > MOST_VALUES:
            values = [*values[: MOST_VALUES - 1], "and", str(len(values) - MOST_VALUES + 1), "more"]
        taken.append(_untaken("-".join([language, *values]), taken))
    return taken


def _untaken(name: str, taken: Sequence[str]) -> str:
    others = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(other for other in others if other not in taken)
