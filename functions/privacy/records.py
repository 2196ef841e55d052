"""What a row of the data map is: a kind of item, what it is kept for, and how long.

No I/O here. The rows stand in `functions.privacy.data_map`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from functions.core.translations import N_


class Basis(StrEnum):
    """The legal basis of a use of personal data."""

    CONSENT = N_("your consent (Art. 6(1)(a) GDPR)")
    REQUEST = N_("what you ask us for (Art. 6(1)(b) GDPR)")
    DUTY = N_("our duty to show and carry out what you decide (Art. 6(1)(c) GDPR)")
    INTEREST = N_("our legitimate interest (Art. 6(1)(f) GDPR)")
    NONE = "none is needed: no personal data"


@dataclass(frozen=True)
class Use:
    """What data are used for. Several kinds of items may serve one use.

    The texts are msgids if they are about a person, with the numbers of `data_map.numbers`.
    """

    name: str
    purpose: str
    basis: Basis
    kept: str  # for how long, with the reason where it isn't plain
    seen_by: str
    is_personal: bool = True


@dataclass(frozen=True)
class Record:
    """A kind of item. In `pk` and `sk`, `<name>` is a part that differs from item to item."""

    name: str
    pk: str
    sk: str
    use: Use
    attributes: Mapping[str, str]  # attribute → what it holds
    parts: Mapping[str, str] = field(default_factory=dict)  # the same, of what stands in its key
    due: tuple[str, ...] = ()  # the values of `due_kind`, one after the other
    old: Mapping[str, str] = field(default_factory=dict)  # attributes of items from earlier times
    old_sk: str = ""  # the sort key of those
    note: str = ""  # for docs/table.md
    withheld: frozenset[str] = frozenset()  # what whoever downloads their data doesn't get
    is_reachable: bool = True  # False if only a random number leads to it, and no person's key

    @cached_property
    def _keys(self) -> tuple[re.Pattern[str], list[re.Pattern[str]]]:
        return _pattern(self.pk), [_pattern(sk) for sk in (self.sk, self.old_sk) if sk]

    def parts_of(self, pk: str, sk: str) -> dict[str, str] | None:
        """The parts of an item's key by name; None if the item is of another kind."""
        partition, sorts = self._keys
        of_pk = partition.fullmatch(pk)
        of_sk = next(filter(None, (pattern.fullmatch(sk) for pattern in sorts)), None)
        return of_pk.groupdict() | of_sk.groupdict() if of_pk and of_sk else None

    def unnamed(self, attributes: Iterable[str]) -> set[str]:
        """Attributes, other than those of the key, that this row doesn't name."""
        return set(attributes) - {*self.attributes, *self.old, *(DUE if self.due else ())}


# What puts an item into the index `due`.
DUE = {"due_kind": N_("What is due to be done with it"), "due_at": N_("When that is due")}


def _pattern(key: str) -> re.Pattern[str]:
    """`RSVP#<address_hash>` matches `RSVP#0123`. No part but the last holds a `#`."""
    literals = re.split(r"<(\w+)>", key)
    parts = [
        f"(?P<{text}>[^#]+)" if is_name else re.escape(text)
        for is_name, text in ((n % 2, text) for n, text in enumerate(literals))
    ]
    return re.compile("".join(parts))


def is_time(name: str) -> bool:
    """Whether the attribute of this name holds epoch seconds."""
    return name == "at" or name.endswith("_at")
