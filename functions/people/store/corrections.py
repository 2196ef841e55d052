"""Corrected details in the table: saved with a record of who changed what, which has an end."""

from dataclasses import fields

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.people.member import Correction, Member, Profile, changed_details, plain
from functions.people.store import consents, search, tallies
from functions.people.store import members as people
from functions.people.store.subscriptions import choices

HISTORY = "HISTORY"  # the mark of corrections in the index
CORRECTABLE = (*(field.name for field in fields(Profile)), "frequency", *people.OPTIONAL)


def correct(before: Member, after: Member, by: str, how: str, now: int) -> tuple[Write, ...]:
    """Writes that save the corrected details with a record of who corrected what, and move the
    address's pointer. `how` says by what preferences were chosen, if they were.

    They are refused if the member has changed since `before`, or the new address has a member.
    """
    names = [name for name in CORRECTABLE if getattr(before, name) != getattr(after, name)]
    moves = after.address_hash != before.address_hash
    new = plain(after, names) | {"address_hash": after.address_hash}
    new |= {"address_since": now} if moves else {}
    changed = ", ".join(f"#{name} = :{name}" for name in new)
    values = new | {"one": 1, "seen": before.revision}
    details = changed_details(before, after)
    done = Correction(now, by, plain(before, details), plain(after, details))
    preferences = choices(before, after.preferences, None, how, now)
    return (
        table.update(
            people.member_key(before.id),
            f"SET {changed} ADD #revision :one",
            {f":{name}": value for name, value in values.items()},
            condition=f"{people.UNCHANGED} AND {tallies.same(before)}",
        ),
        *tallies.moved(before, after),
        *search.changing(before, after),
        note(before.id, done, before.revision),
        *consents.adding(before.id, preferences),
        *_move_pointer(before, after),
    )


def note(member_id: str, done: Correction, revision: int = 0) -> Write:
    """`revision`, the member's before it, distinguishes corrections of one second."""
    record: Item = {"by": done.by, "before": done.before, "after": done.after}
    # Due since then: the settings decide for how long it is kept.
    record |= {"due_kind": HISTORY, "due_at": done.at}
    key = _key(member_id, done.at, revision)
    return table.put(table.keyed(key) | record, condition=table.NEW)


def delete_before(time: int, limit: int) -> int:
    """Delete changes of details that were made before this time, at most `limit` of them; returns
    how many."""
    return sum(table.try_write(table.delete(key)) for key in table.due(HISTORY, time, limit))


def _move_pointer(before: Member, after: Member) -> tuple[Write, ...]:
    if after.address_hash == before.address_hash:
        return ()
    old, new = people.pointer_key(before.address_hash), people.pointer_key(after.address_hash)
    is_theirs, values = "#member_id = :id", {":id": before.id}
    return (
        table.delete(old, condition=is_theirs, values=values),
        table.put({**table.keyed(new), "member_id": before.id}, condition=table.NEW),
    )


def _key(member_id: str, at: int, revision: int) -> Key:
    moment = f"{at:010d}#{revision:08d}" if revision else f"{at:010d}"
    return (f"MEMBER#{member_id}", f"CORRECTION#{moment}")


def of_member(member_id: str) -> list[Correction]:
    """What the team corrected, oldest first."""
    return [_to_correction(item) for item in table.query(f"MEMBER#{member_id}", "CORRECTION#")]


def get(member_id: str, at: int, revision: int) -> Correction | None:
    item = table.get(_key(member_id, at, revision))
    return _to_correction(item) if item else None


def _to_correction(item: Item) -> Correction:
    at = int(item["sk"].split("#")[1])
    return Correction(at, item["by"], item["before"], item["after"])
