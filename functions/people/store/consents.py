"""Consents in the table: what a person agreed to, withdrew or chose, in lines that stay and form a
chain.

See docs/evidence.md.
"""

from collections.abc import Iterable
from dataclasses import asdict, fields

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.lifetimes import LINES_DAYS
from functions.people import chain
from functions.people.chain import BEFORE_ALL, Head
from functions.people.member import (
    SHARDS,
    Agreement,
    Circumstances,
    Consent,
    ConsentKind,
    Preferences,
    Viewer,
)

END, LINES, VIEWER = "CHAIN", "CONSENT#", "VIEWER"  # sort keys
ERASED = "erased"  # the last line of a person
NOTED_SECONDS = LINES_DAYS * DAY  # how long a day's list of lines is kept for the digest


def of_member(member_id: str) -> list[Consent]:
    """Everything the person agreed to, withdrew or chose, oldest first."""
    lines = lines_of(member_id)
    return [_to_consent(line) for line in lines if line.get("what", ERASED) != ERASED]


def lines_of(member_id: str) -> list[Item]:
    """The person's lines as they are stored, oldest first: those without a number sort first."""
    return list(table.query(partition(member_id), LINES))


def starting(member_id: str, consents: Iterable[Consent]) -> tuple[Write, ...]:
    """Writes that begin the chain of a person who has no lines yet."""
    lines = list(consents)
    writes = _adding(member_id, map(_to_item, lines), BEFORE_ALL, is_first=True)
    return (*writes, *_viewers(member_id, lines))


def adding(member_id: str, consents: Iterable[Consent]) -> tuple[Write, ...]:
    """Writes that add lines to the person's chain, in this order; none for no lines.

    They are refused if somebody else has added a line since this read the chain's head: call it
    again.
    """
    lines = list(consents)
    writes = _appending(member_id, [_to_item(line) for line in lines])
    return (*writes, *_viewers(member_id, lines))


def closing(member_id: str, now: int, kept_until: str) -> tuple[Write, ...]:
    """Writes that end the chain of a person who is erased (refused as those of `adding`)."""
    return _appending(member_id, [{"what": ERASED, "at": now, "kept_until": kept_until}])


def is_line(item: Item) -> bool:
    return bool(item["sk"].startswith(LINES))


def _appending(member_id: str, lines: list[Item]) -> tuple[Write, ...]:
    if not lines:
        return ()
    stored = table.get(_head_key(member_id))
    if stored:
        return _adding(member_id, lines, Head(stored["number"], stored["hash"]), is_first=False)
    return _adding(member_id, lines, chain.covering(lines_of(member_id)), is_first=True)


def _adding(
    member_id: str, lines: Iterable[Item], head: Head, *, is_first: bool
) -> tuple[Write, ...]:
    before, writes, today = head, [], clock.today()
    for content in lines:
        key = table.keyed(_line_key(member_id, head.number + 1))
        line = chain.linked(key | content | {"day": today}, head)
        head = Head(line["number"], line["hash"])
        writes += [table.put(line, condition=table.NEW), *_note(member_id, line)]
    return (_move_head(member_id, before, head, is_first=is_first), *writes)


def _viewers(member_id: str, consents: Iterable[Consent]) -> tuple[Write, ...]:
    """Writes that keep the address beside each line, by its time: the line outlives it, so it
    can't be a part of it."""
    kept = ((line, line.circumstances.viewer) for line in consents)
    return tuple(_put_viewer(member_id, line, viewer) for line, viewer in kept if viewer)


def _put_viewer(member_id: str, line: Consent, viewer: Viewer) -> Write:
    key = table.keyed((partition(member_id), f"{VIEWER}#{line.at:010d}#{line.what}"))
    until = viewer.kept_until
    end = {"expires_at": until, "due_kind": VIEWER, "due_at": until}
    return table.put(key | {"ip": viewer.ip} | end)


def due_viewers(now: int, limit: int) -> list[Key]:
    """Addresses that have been kept as long as they may."""
    return table.due(VIEWER, now, limit)


def delete_viewer(key: Key, now: int) -> bool:
    """Returns whether it is deleted now: its own end decides, not the index."""
    condition = "#expires_at <= :now"
    return table.try_write(table.delete(key, condition=condition, values={":now": now}))


def _move_head(member_id: str, before: Head, after: Head, *, is_first: bool) -> Write:
    item = table.keyed(_head_key(member_id)) | asdict(after)
    if is_first:
        return table.put(item, condition=table.NEW)
    return table.put(item, condition="#hash = :before", values={":before": before.hash})


def _note(member_id: str, line: Item) -> tuple[Write, ...]:
    """Writes that list a line for the day's digest; none for `alumni doctor`'s recipients."""
    if member_id[:1] not in SHARDS:
        return ()
    key = table.keyed(noted_key(member_id, line["day"], line["number"]))
    facts = {name: line[name] for name in ("hash", "kept_until") if name in line}
    return (table.put(key | facts | {"expires_at": clock.now() + NOTED_SECONDS}),)


def day_key(day: str, shard: str, line: str) -> Key:
    """Where the lines of a day (UTC, as in 2026-11-26) are listed."""
    return (f"LINES#{day}#{shard}", line)


def noted_key(member_id: str, day: str, number: int) -> Key:
    """Where a line is listed for its day's digest."""
    return day_key(day, member_id[:1], f"{member_id}#{number:08d}")


def partition(member_id: str) -> str:
    return f"MEMBER#{member_id}"


def _head_key(member_id: str) -> Key:
    return (partition(member_id), END)


def _line_key(member_id: str, number: int) -> Key:
    return (partition(member_id), f"{LINES}LINE#{number:08d}")


def _to_item(consent: Consent) -> Item:
    item: Item = {"what": consent.what, "how": consent.how, "at": consent.at}
    if consent.address_hash:
        item["address_hash"] = consent.address_hash
    item |= known(consent.circumstances)
    if consent.agreement:
        item |= known(consent.agreement)
    if consent.preferences:
        item |= asdict(consent.preferences)
    return item


def _to_consent(item: Item) -> Consent:
    chosen = "frequency" in item
    return Consent(
        what=ConsentKind(item["what"]),
        how=item["how"],
        at=item["at"],
        address_hash=item.get("address_hash"),
        circumstances=to_circumstances(item),
        agreement=to_agreement(item) if "text_id" in item else None,
        preferences=Preferences(item["frequency"], tuple(item["interests"])) if chosen else None,
    )


def to_agreement(item: Item) -> Agreement:
    return Agreement(**_of(Agreement, item))


def to_circumstances(item: Item) -> Circumstances:
    return Circumstances(**_of(Circumstances, item))


def known(values: Agreement | Circumstances) -> Item:
    """The attributes of an item that holds them."""
    written = asdict(values)
    written.pop("viewer", None)
    return {name: value for name, value in written.items() if value is not None}


def _of(shape: type[Agreement | Circumstances], item: Item) -> Item:
    """The item's attributes that `shape` has; an older one may lack some."""
    return {field.name: item[field.name] for field in fields(shape) if field.name in item}
