"""Addresses that change: a new one until it is confirmed, and an old one until the change stands.

Both stand with their owner, so that whoever erases or undoes finds them. The old address itself
holds a reservation: until it goes, nobody else can have that address.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.people.moves import Move, NewAddress, Reservation

NEW_ADDRESS, MOVED = "NEW_ADDRESS", "MOVED"  # due_kinds
SAME = "#at = :at AND #is_moving = :is_moving"


def _partition(owner: str) -> str:
    return f"MOVES#{owner}"


def _pending_key(owner: str) -> Key:
    return (_partition(owner), "NEW")


def _move_key(owner: str, from_hash: str) -> Key:
    return (_partition(owner), f"MOVED#{from_hash}")


def reservation_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "RESERVED")


# ---- A new address, until it is confirmed


def pending(owner: str, now: int) -> NewAddress | None:
    item = table.get(_pending_key(owner))
    if item is None or item["expires_at"] <= now:
        return None
    names = ("id", "email", "address_hash", "expires_at")
    return NewAddress(owner=owner, **{name: item[name] for name in names})


def put_pending(new: NewAddress) -> Write:
    """Takes the place of an earlier one, whose link then does nothing."""
    fields = asdict(new)
    due = {"due_kind": NEW_ADDRESS, "due_at": new.expires_at}
    return table.put(table.keyed(_pending_key(fields.pop("owner"))) | fields | due)


def take_pending(new: NewAddress, now: int) -> Write:
    """Refuses a transaction unless it is the newest, and has not expired."""
    values = {":id": new.id, ":now": now}
    valid = "#id = :id AND #expires_at > :now"
    return table.delete(_pending_key(new.owner), condition=valid, values=values)


def drop_pending(owner: str) -> Write:
    return table.delete(_pending_key(owner))


# ---- An address that has changed


def of_owner(owner: str) -> list[Move]:
    """The changes that can be undone, or are being followed: oldest first."""
    moves = [_to_move(item) for item in table.query(_partition(owner), "MOVED#")]
    return sorted(moves, key=lambda move: move.at)


def move(owner: str, from_hash: str) -> Move | None:
    item = table.get(_move_key(owner, from_hash))
    return _to_move(item) if item else None


def reservation(address_hash: str) -> Reservation | None:
    item = table.get(reservation_key(address_hash))
    return to_reservation(item) if item else None


def to_reservation(item: Item) -> Reservation:
    return Reservation(item["owner"], item["at"], item["revision"])


def check_free(address_hash: str) -> Write:
    """Refuses a transaction while the address is reserved for somebody."""
    return table.check(reservation_key(address_hash), table.NEW)


def check_reserved(address_hash: str, known: Reservation) -> Write:
    values = {":owner": known.owner, ":at": known.at}
    key = reservation_key(address_hash)
    return table.check(key, "#owner = :owner AND #at = :at", values)


def begin(new: Move) -> tuple[Write, ...]:
    fields = asdict(new)
    key = _move_key(fields.pop("owner"), fields.pop("from_hash"))
    names = ("owner", "at", "revision")
    reserved = table.keyed(reservation_key(new.from_hash)) | {
        name: getattr(new, name) for name in names
    }
    due = {"due_kind": MOVED, "due_at": new.at}
    return (
        table.put(table.keyed(key) | fields | due, condition=table.NEW),
        table.put(reserved, condition=table.NEW),
    )


def check_moving(known: Move) -> Write:
    return _check(known, is_moving=True)


def check_followed(known: Move) -> Write:
    """Refuses a transaction while sign-ups still follow the change."""
    return _check(known, is_moving=False)


def _check(known: Move, *, is_moving: bool) -> Write:
    values = {":at": known.at, ":is_moving": is_moving}
    return table.check(_move_key(known.owner, known.from_hash), SAME, values)


def end(known: Move) -> tuple[Write, ...]:
    """The address is free again. Refused while sign-ups still follow the change."""
    return _end(known, is_moving=False)


def _end(known: Move, *, is_moving: bool) -> tuple[Write, ...]:
    values = {":at": known.at, ":is_moving": is_moving}
    return (
        table.delete(_move_key(known.owner, known.from_hash), condition=SAME, values=values),
        table.delete(reservation_key(known.from_hash)),
    )


def followed(known: Move) -> bool:
    """Note that all sign-ups have followed; a change that can't be undone is then done with.

    Returns False if somebody else was first.
    """
    if known.ends_at <= known.at:
        return table.try_write(*_end(known, is_moving=True))
    values = {":at": known.at, ":is_moving": True, ":no": False, ":end": known.ends_at}
    key = _move_key(known.owner, known.from_hash)
    expression = "SET #is_moving = :no, #due_at = :end"
    return table.try_write(table.update(key, expression, values, condition=SAME))


def erase(owner: str, moves: Iterable[Move]) -> Iterator[Write]:
    """Writes that delete the pending address and the changes with their reservations."""
    yield drop_pending(owner)
    for known in moves:
        yield table.delete(_move_key(owner, known.from_hash))
        yield table.delete(reservation_key(known.from_hash))


# ---- What is due


def due(now: int) -> list[Move]:
    """Changes that sign-ups still follow, or whose time to undo is over."""
    items, _ = table.get_many(table.due(MOVED, now))
    moves = [_to_move(item) for item in items.values()]
    return [move for move in moves if move.is_moving or not move.can_be_undone(now)]


def sweep_pending(now: int) -> int:
    """Delete new addresses that nobody confirmed in time; returns how many."""
    expired, values = "#expires_at <= :now", {":now": now}
    return sum(
        table.try_write(table.delete(key, condition=expired, values=values))
        for key in table.due(NEW_ADDRESS, now)
    )


def _to_move(item: Item) -> Move:
    names = (
        "from_email", "to_hash", "to_email", "at", "ends_at", "revision", "is_moving", "only",
    )  # fmt: skip
    return Move(
        owner=item["pk"].partition("#")[2],
        from_hash=item["sk"].partition("#")[2],
        **{name: item[name] for name in names},
    )
