"""Everything of one person in the table, by the keys of the data map: for who asks for their data.

Most is read by what the map says: a new kind of item whose key holds the member's number or the
address's code is found without a line here. The rest has a reader in `_elsewhere`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from functions.core.aws import table
from functions.core.aws.table import Item, Key
from functions.core.clock import DAY, HOUR
from functions.core.errors import TooManyError
from functions.core.mail import limits
from functions.door.store import taps
from functions.events.store import declines, given_opinions, rsvps
from functions.newsletter.store import issues, received
from functions.people.member import Act, Activity, ConsentKind
from functions.people.store import activities, address_moves, consents
from functions.privacy.data_map import RECORDS, record_of
from functions.privacy.records import DUE, Record, is_time

ALONE = {"shard", "day"}  # parts of keys that many people share
WHEN_UNSUBSCRIBED = ConsentKind.NEWSLETTER_WITHDRAWN


@dataclass(frozen=True)
class Person:
    """Whose data are read; a guest has no `member_id`."""

    member_id: str
    address_hash: str
    email: str


class Entry(NamedTuple):
    """One item; `facts` is what its key and its attributes say, in the order of the map."""

    record: Record
    key: Key
    facts: Item


@dataclass(frozen=True)
class Kept:
    """Items of one person in the order of the map, and slugs of issues too large to be read."""

    entries: list[Entry]
    unread_issues: list[str]


def everything_of(person: Person, now: int) -> Kept:
    """
    Raises:
        TooManyError: not all of the table could be read now.
    """
    own = list(_own(person))
    places, unread = _newsletters(person)
    items = [*own, *_elsewhere(person, own, now), *places]
    stored = {(item["pk"], item["sk"]): item for item in items}
    entries = [_entry(key, item) for key, item in sorted(stored.items())]
    return Kept(sorted(entries, key=lambda entry: RECORDS.index(entry.record)), unread)


def _own(person: Person) -> Iterator[Item]:
    """Items whose keys follow from who somebody is."""
    for pk, sk in dict.fromkeys(_keys(person)):
        if sk is None:
            yield from table.query(pk)
        elif item := table.get((pk, sk)):
            yield item


def _keys(person: Person) -> Iterator[tuple[str, str | None]]:
    """Partitions that are theirs alone, without a sort key; and items of theirs in others."""
    for record in RECORDS:
        if not record.use.is_personal:
            continue
        for parts in _parts(person):
            pk, sk = _filled(record.pk, parts), _filled(record.sk, parts)
            is_theirs = set(re.findall(r"<(\w+)>", record.pk)) - ALONE
            if pk and is_theirs:
                yield pk, None
            elif pk and sk:
                yield pk, sk


def _parts(person: Person) -> Iterator[dict[str, str]]:
    """What stands in the keys of a person's items, as a member and as a guest."""
    yield {"address_hash": person.address_hash, "owner": f"g{person.address_hash}"}
    if person.member_id:
        shard = person.member_id[:1]
        yield {"member_id": person.member_id, "shard": shard, "owner": f"m{person.member_id}"}


def _filled(key: str, parts: dict[str, str]) -> str | None:
    """The key with its parts; None if one of them isn't known."""
    names = re.findall(r"<(\w+)>", key)
    if not names:
        return key
    if not parts.keys() >= set(names):
        return None
    return re.sub(r"<(\w+)>", lambda name: parts[name[1]], key)


def _elsewhere(person: Person, own: list[Item], now: int) -> Iterator[Item]:
    """Items whose keys hold something else besides: an event, a day, a count's window."""
    signed_up = rsvps.of_address(person.address_hash)
    keys = [
        *rsvps.keys_of_address(person.address_hash),
        *declines.declined_by(person.member_id),
        *(taps.key(rsvp.slug, rsvp.ticket) for rsvp in signed_up),
        *(given_opinions.opinion_key(rsvp.slug, rsvp.ticket) for rsvp in signed_up),
        *limits.keys_of_address(person.email, now),
        *_keys_of_sessions(own, now),
        *_keys_of_lines(person.member_id, own),
        *_keys_of_reservations(own),
        *limits.kept_keys("new-address", f"m{person.member_id}", DAY, now),
    ]
    items, unread = table.get_many(keys)
    if unread:
        raise TooManyError("unread")
    yield from items.values()


def _keys_of_sessions(own: Iterable[Item], now: int) -> Iterator[Key]:
    for item in own:
        if item["pk"].startswith("SESSIONS#"):
            yield from limits.kept_keys("session", item["sk"], HOUR, now)


def _keys_of_lines(member_id: str, own: Iterable[Item]) -> Iterator[Key]:
    """What each consent is listed as: for its day's digest, and for the team's figures."""
    for item in own:
        if item["sk"].startswith("CONSENT#LINE#"):
            yield consents.noted_key(member_id, item["day"], item["number"])
            if item["what"] == WHEN_UNSUBSCRIBED:
                yield activities.activity_key(Activity(item["at"], Act.UNSUBSCRIBED, member_id))
        elif "joined_at" in item:
            yield activities.activity_key(Activity(item["joined_at"], Act.JOINED, member_id))


def _keys_of_reservations(own: Iterable[Item]) -> Iterator[Key]:
    """Of earlier addresses, whose changes stand with the person."""
    for item in own:
        if item["pk"].startswith("MOVES#") and "from_email" in item:
            yield address_moves.reservation_key(item["sk"].partition("#")[2])


def _newsletters(person: Person) -> tuple[list[Item], list[str]]:
    if not person.member_id:
        return [], []
    places, unread = received.by_member(person.member_id, issues.newest_first())
    return [_only_theirs(place.item, place.position) for place in places], unread


def _only_theirs(batch: Item, position: int) -> Item:
    """The batch without the other recipients."""
    mark = f"p{position}"
    outcomes = {mark: batch["outcomes"][mark]} if mark in batch["outcomes"] else {}
    return batch | {"recipients": [batch["recipients"][position]], "outcomes": outcomes}


def _entry(key: Key, item: Item) -> Entry:
    record = record_of(*key)
    if record is None:
        raise RuntimeError("the data map lacks an item's kind")
    in_key = record.parts_of(*key) or {}
    parts: Item = {name: _part(name, in_key[name]) for name in record.parts if name in in_key}
    named = (name for name in (*record.attributes, *record.old, *DUE) if name in item)
    return Entry(record, key, parts | {n: item[n] for n in named if n not in record.withheld})


def _part(name: str, text: str) -> str | int:
    return int(text) if is_time(name) else text
