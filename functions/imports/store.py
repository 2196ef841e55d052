"""Imports in the table, and their files in the private bucket: the only place that knows their
keys.

A row that was brought in leaves an item of its own, in the transaction of the row: a run that dies
repeats nothing, and an import can be undone.
"""

import secrets as randomness
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import BinaryIO

from functions.core.aws import private_files, table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.imports.rules import (
    FOLDER,
    UNDO_SECONDS,
    BroughtIn,
    Columns,
    Field,
    Ground,
    Import,
    Stage,
    Terms,
    Verdict,
)
from functions.people.store import address_moves, erased, invited, members
from functions.team.rules import TeamMember

IMPORTS = "IMPORTS"
FIELDS = ("by", "name", "at", "work_id", "counts")


def key(import_id: str) -> Key:
    return (IMPORTS, import_id)


def row_key(import_id: str, number: int) -> Key:
    return (f"IMPORT#{import_id}", f"{number:08d}")


def new(by: TeamMember | str, name: str, columns: Columns, now: int) -> Import:
    """`by` is a team member, or `at_terminal`."""
    return Import(
        id=f"{now:010d}-{randomness.token_hex(8)}",
        by=by.id if isinstance(by, TeamMember) else by,
        offices=by.offices if isinstance(by, TeamMember) else (),
        name=name,
        at=now,
        columns=columns,
    )


def get(import_id: str, now: int) -> Import | None:
    item = table.get(key(import_id))
    return _to_import(item) if item and item["expires_at"] > now else None


def newest(now: int, limit: int = 50) -> list[Import]:
    items = table.query(IMPORTS, limit=limit, backwards=True)
    return [_to_import(item) for item in items if item["expires_at"] > now]


def putting(known: Import) -> Write:
    return table.put(_to_item(known), condition=table.NEW)


def changing(before: Import, after: Import) -> Write:
    """Refuses a transaction if somebody else has changed it."""
    values = {":work_id": before.work_id, ":stage": before.stage}
    unchanged = "#work_id = :work_id AND #stage = :stage"
    return table.put(_to_item(after), condition=unchanged, values=values)


def discard(known: Import) -> bool:
    """Delete an import with its file; returns False, and changes nothing, if it has been started
    meanwhile."""
    is_shown, values = "#stage = :shown", {":shown": Stage.SHOWN}
    if not table.try_write(table.delete(key(known.id), condition=is_shown, values=values)):
        return False
    delete_file(known.id)
    return True


# ---- What stands at an address


def verdicts(address_hashes: Iterable[str], now: int) -> dict[str, Verdict]:
    """What would become of people with these addresses now, by hash.

    Raises:
        TooManyError: the table can't be read fast enough; later it works.
    """
    hashes = list(address_hashes)
    keys = [key for hashed in hashes for key in _marks(hashed)]
    items, unread = table.get_many(keys, only=("expires_at",))
    if unread:
        raise TooManyError("reads")
    return {hashed: _verdict(hashed, items, now) for hashed in hashes}


def _verdict(hashed: str, items: Mapping[Key, Item], now: int) -> Verdict:
    for mark, verdict in _marks(hashed).items():
        if mark in items and (verdict is not Verdict.ERASED or items[mark]["expires_at"] > now):
            return verdict
    return Verdict.NEW


def _marks(hashed: str) -> dict[Key, Verdict]:
    """What stands in the way of somebody new, in the order in which it decides."""
    return {
        members.pointer_key(hashed): Verdict.MEMBER,
        address_moves.reservation_key(hashed): Verdict.MEMBER,
        invited.left_alone_key(hashed): Verdict.LEFT_ALONE,
        erased.mark_key(hashed): Verdict.ERASED,
        invited.application_key(hashed): Verdict.WAITING,
        invited.invitation_key(hashed): Verdict.INVITED_BEFORE,
    }


# ---- Rows that were brought in


def brought_in(known: Import, number: int, identity: str) -> Write:
    """Refuses a transaction if the row has been brought in; `identity` as in `BroughtIn`."""
    item = table.keyed(row_key(known.id, number)) | {"id": identity}
    return table.put(item | {"expires_at": known.ends_at}, condition=table.NEW)


def rows_after(import_id: str, number: int, limit: int = 0) -> Iterator[BroughtIn]:
    """Rows that were brought in, behind a row, in order."""
    partition, after = row_key(import_id, number)
    for item in table.query(partition, after=after, limit=limit):
        yield BroughtIn(int(item["sk"]), item["id"], item.get("is_undone", False))


def undoing(known: Import, number: int) -> Write:
    """A write that notes that a row is undone, for the transaction of that."""
    noting, values = "SET #is_undone = :yes", {":yes": True}
    return table.update(row_key(known.id, number), noting, values, condition=table.EXISTS)


def is_undone(known: Import, number: int) -> bool:
    item = table.get(row_key(known.id, number))
    return bool(item and item.get("is_undone"))


# ---- The file


def save_file(known: Import, content: bytes | BinaryIO) -> None:
    private_files.write(known.file, content)


def copy_file(known: Import, to: BinaryIO) -> None:
    private_files.copy(known.file, to)


def delete_file(import_id: str) -> None:
    private_files.delete(f"{FOLDER}{import_id}")


def _to_item(known: Import) -> Item:
    return {
        **table.keyed(key(known.id)),
        **{name: getattr(known, name) for name in FIELDS},
        "stage": known.stage,
        "offices": known.offices,
        "columns": known.columns.fields,
        "has_heading": known.columns.has_heading,
        **({"terms": asdict(known.terms)} if known.terms else {}),
        "expires_at": known.at + UNDO_SECONDS,
    }


def _to_import(item: Item) -> Import:
    return Import(
        id=item["sk"],
        offices=tuple(item["offices"]),
        columns=Columns(tuple(map(Field, item["columns"])), item["has_heading"]),
        stage=Stage(item["stage"]),
        terms=_to_terms(item["terms"]) if "terms" in item else None,
        **{name: item[name] for name in FIELDS},
    )


def _to_terms(stored: Item) -> Terms:
    ground, purposes = Ground(stored["ground"]), tuple(stored["purposes"])
    return Terms(**stored | {"ground": ground, "purposes": purposes})
