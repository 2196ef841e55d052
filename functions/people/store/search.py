"""Finds members by the beginnings of words of their name or company, however many there are.

Each word of a member has an entry, in the partition of its first three letters. Its sort key has
the word's beginnings of 4, 5, 6, 7 and 8 letters one behind the other, so that every longer
beginning is a beginning of the key, too. All are keyed hashes: without the key, the index tells no
name. An entry also holds what a list shows, so that a page is one query and no read of a member.

The members' own transactions keep the entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.people.folding import LONGEST, SHORTEST, indexed_words
from functions.people.member import Member

LEVELS = range(SHORTEST + 1, LONGEST + 1)
SHORT_HASH = 6  # hex digits of each longer beginning: among words that begin alike, that suffices
NO_MORE = "-" * SHORT_HASH  # the word is shorter
SHOWN = ("name", "office", "from_year", "to_year", "works_at")


@dataclass(frozen=True)
class Entry:
    """A member as lists show them. `place` is where the next page goes on."""

    member_id: str
    name: str
    office: str
    from_year: int
    to_year: int
    works_at: str
    offices: tuple[str, ...]  # all where they worked
    place: str = ""


def find(word: str, *, after: str | None = None, limit: int = 0) -> Iterator[Entry]:
    """The members of whom a word begins with `word` (folded), in the order of the index, behind
    `place`; all of them, or `limit`. A word of fewer than 3 letters is found as a whole."""
    pk, beginning = _partition(word), _sort(word).rstrip("-")
    items = table.query(pk, beginning, after=after, limit=limit, consistent=False)
    return map(_to_entry, items)


# ---- Writes of the members' transactions


def entering(member: Member) -> tuple[Write, ...]:
    return tuple(table.put(item) for item in _items(member).values())


def leaving(member: Member) -> tuple[Write, ...]:
    return tuple(table.delete(key) for key in _items(member))


def changing(before: Member, after: Member) -> tuple[Write, ...]:
    """Entries that end, begin, or show something else."""
    old, new = _items(before), _items(after)
    ended = [table.delete(key) for key in old.keys() - new.keys()]
    return (*ended, *(table.put(item) for key, item in new.items() if old.get(key) != item))


def shown(member: Member) -> Entry:
    facts = {name: getattr(member, name) for name in SHOWN}
    return Entry(member.id, offices=_offices(member), **facts)


def _items(member: Member) -> dict[Key, Item]:
    facts: Item = {name: getattr(member, name) for name in SHOWN} | {"offices": _offices(member)}
    keys = [
        (_partition(word), f"{_sort(word)}#{member.id}")
        for word in indexed_words(member.name, member.works_at)
    ]
    return {key: table.keyed(key) | facts for key in keys}


def _offices(member: Member) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stay.office for stay in member.stays))


def _partition(word: str) -> str:
    return f"FIND#{_hash(word[:SHORTEST])}"


def _sort(word: str) -> str:
    """The longer beginnings that the word has."""
    return "".join(
        _hash(word[:length])[:SHORT_HASH] if len(word) >= length else NO_MORE for length in LEVELS
    )


def _hash(beginning: str) -> str:
    return address_hash(f"find {beginning}")


def _to_entry(item: Item) -> Entry:
    return Entry(
        member_id=item["sk"].rpartition("#")[2],
        offices=tuple(item["offices"]),
        place=item["sk"],
        **{name: item[name] for name in SHOWN},
    )
