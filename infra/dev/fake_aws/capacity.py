"""DynamoDB's units, by the rules of its developer guide ("Read and write capacity", "Item sizes").

A read unit is 4 KB read consistently, or 8 KB not; a write unit is 1 KB. A write refused by
its condition costs the same; a transaction doubles its writes, though not those of the index.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

Raw = dict[str, Any]

READ_BYTES, WRITE_BYTES = 4096, 1024
CONTAINER_BYTES, ELEMENT_BYTES = 3, 1
INDEX_KEYS = ("due_kind", "due_at")
KEYS_ONLY = ("pk", "sk", *INDEX_KEYS)


def size(item: Raw) -> int:
    """Bytes of an item in DynamoDB's JSON: its attributes' names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Raw) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(str(content).encode())
    if kind == "N":
        digits = str(content).lstrip("-").replace(".", "").strip("0")
        return ceil(len(digits) / 2) + 1 + int(str(content).startswith("-"))
    if kind == "M":
        return CONTAINER_BYTES + size(content) + ELEMENT_BYTES * len(content)
    if kind == "L":
        return CONTAINER_BYTES + sum(_size(element) + ELEMENT_BYTES for element in content)
    return 1  # a truth value or nothing at all


def _units(bytes_: int, of_unit: int) -> int:
    return max(1, ceil(bytes_ / of_unit))


class Meter:
    """Units read and written since its creation."""

    def __init__(self) -> None:
        self.read_units = 0.0
        self.write_units = 0
        self.index_write_units = 0
        self.written: Counter[str] = Counter()  # kind of item → units, those of the index included
        self._times = 1

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._times = 2
        try:
            yield
        finally:
            self._times = 1

    def units(self) -> dict[str, float]:
        return {
            "read": self.read_units,
            "write": self.write_units,
            "index_write": self.index_write_units,
        }

    def read(self, bytes_: int, *, consistent: bool) -> None:
        """One item, or all items that a page of a query read."""
        self.read_units += _units(bytes_, READ_BYTES) * (1.0 if consistent else 0.5)

    def write(self, old: Raw, new: Raw) -> None:
        """One item that becomes `new`; {} is none. A refused write writes the old item."""
        units = _units(max(size(old), size(new)), WRITE_BYTES) * self._times
        of_index = _index_writes(old, new)
        self.write_units += units
        self.index_write_units += of_index
        self.written[_kind(new or old)] += units + of_index


def _kind(item: Raw) -> str:
    """The words that its keys begin with: `EVENT RSVP`, `OUTBOX`; none of an item that isn't there.
    A word is of capitals: other keys begin with an id or a time."""
    heads = (item.get(name, {"S": ""})["S"].partition("#")[0] for name in ("pk", "sk"))
    return " ".join(dict.fromkeys(head for head in heads if head.isupper()))


def _index_writes(old: Raw, new: Raw) -> int:
    """Of the sparse index: one to put or delete, two if a key changes, none otherwise."""
    before, after = ([item.get(name) for name in INDEX_KEYS] for item in (old, new))
    if before == after:
        return 0
    return (None not in before) + (None not in after)
