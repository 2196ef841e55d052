"""A problem: something in HR's content that can't be published, with its file and line. A warning
has the same shape, and is published all the same."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """`file` is relative to the project's root, `line` counts from 1."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class ContentError(Exception):
    """Nothing is built or published; each of `problems` gives the remedy."""

    def __init__(self, problems: "Sequence[Problem]") -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def suggestion(word: str, known: "Iterable[str]") -> str:
    """A hint that ends a message: the nearest known word, or else all of them."""
    words = list(known)
    if not words:
        return "there is none yet, so remove it"
    folded = {word.casefold(): word for word in reversed(words)}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    return "write one of: " + ", ".join(words)
