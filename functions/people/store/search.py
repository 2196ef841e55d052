"""Finds members by the beginnings of words of their name or company, or lists the latest ones,
however many there are.

Each word of a member has an entry, in the partition of its first three letters. Its sort key has
the word's beginnings of 4, 5, 6, 7 and 8 letters one behind the other, so that every longer
beginning is a beginning of the key, too. All are keyed hashes: without the key, the index tells no
name. One more entry of each member stands in the partition of the year in which they joined. An
entry also holds what a list shows, so that a page is one query and no read of a member.

The members' own transactions keep the entries.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.people.folding import LONGEST, MOST_WORDS, SHORTEST, begins, indexed_words
from functions.people.member import Member

LEVELS = range(SHORTEST + 1, LONGEST + 1)
SHORT_HASH = 6  # hex digits of each longer beginning: among words that begin alike, that suffices
NO_MORE = "-" * SHORT_HASH  # the word is shorter
PLACE = re.compile(r"[0-9a-f-]{30}#[0-9a-f]{32}")  # a sort key
MOMENT = re.compile(r"[0-9]{10}#[0-9a-f]{32}")  # the same, of who joined in a year
WRITES = MOST_WORDS + 1  # of a member, at most
SHOWN = ("name", "office", "from_year", "to_year", "works_at")


@dataclass(frozen=True)
class Entry:
    """A member as lists show them. `place` is where a list goes on behind it."""

    member_id: str
    name: str
    office: str
    from_year: int
    to_year: int
    works_at: str
    offices: tuple[str, ...]  # all where they worked
    place: str = ""


def find(word: str, *, after: str = "", limit: int = 0) -> tuple[list[Entry], str]:
    """The members of whom a word begins with `word` (folded), in the order of the index, once each;
    and where to go on if there are more entries than `limit`.

    A word of fewer than 3 letters is found as a whole."""
    pk, beginning = partition(word), _sort(word).rstrip("-")
    behind = after if PLACE.fullmatch(after) and after.startswith(beginning) else None
    items = table.query(pk, beginning, after=behind, limit=limit and limit + 1, consistent=False)
    entries, rest = _portion(items, limit)
    return [entry for entry in entries if _is_first(entry, word)], rest


def _is_first(entry: Entry, word: str) -> bool:
    """Somebody whose name and company begin alike has several entries. One without any such word
    is there because two hashes are the same."""
    own = (own for own in indexed_words(entry.name, entry.works_at) if begins(own, word))
    return entry.place == min((f"{_sort(word)}#{entry.member_id}" for word in own), default="")


def joined_in(year: int, *, before: str = "", limit: int = 0) -> tuple[list[Entry], str]:
    """The members who joined in that year (UTC), the latest first; else as `find`."""
    behind = before if MOMENT.fullmatch(before) else None
    most = limit and limit + 1
    items = table.query(_year(year), after=behind, limit=most, consistent=False, backwards=True)
    return _portion(items, limit)


def joined_at(place: str) -> int | None:
    """Of the member at this place of `joined_in`; None if there is no such place."""
    return int(place[:10]) if MOMENT.fullmatch(place) else None


def _portion(items: Iterable[Item], limit: int) -> tuple[list[Entry], str]:
    """One item more than `limit` was read: it tells whether there are more."""
    entries = [_to_entry(item) for item in items]
    if limit and len(entries) > limit:
        return entries[:limit], entries[limit - 1].place
    return entries, ""


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
    return Entry(member.id, offices=member.offices, **facts)


def _items(member: Member) -> dict[Key, Item]:
    facts: Item = {name: getattr(member, name) for name in SHOWN} | {"offices": member.offices}
    keys = [
        (_year(clock.year_of(member.joined_at)), f"{member.joined_at:010d}#{member.id}"),
        *(
            (partition(word), f"{_sort(word)}#{member.id}")
            for word in indexed_words(member.name, member.works_at)
        ),
    ]
    return {key: table.keyed(key) | facts for key in keys}


def _year(year: int) -> str:
    return f"FIND#{year}"


def partition(word: str) -> str:
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
