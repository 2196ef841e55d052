"""How far two words are from each other."""

import unicodedata
from functools import lru_cache

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """Small letters without their accents: malmo for Malmö."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_PLAIN)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> int:
    """Letters to put in, take out, change or swap with their neighbour; 2 is 2 or more."""
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
