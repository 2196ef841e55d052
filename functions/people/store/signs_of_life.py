"""Signs of life in the table, in small items of their own: `post` may note one, and change nothing
else about a member.

The index `due` holds each member under the time of a sign, so that a sweep reads only those of whom
nothing may have been heard for long. It need not be the last sign: to move an entry costs two more
write units, so the sweep moves those that it finds, and a sign only that of somebody who was
warned. The time at which something has to happen is not stored: new settings hold at once.
"""

from collections.abc import Iterable

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.people.silence import Silence, Stage

STILL_RIGHT = "STILL_RIGHT"
# A time far ahead was a clock that went wrong: it must keep nobody for years.
IS_NEWS = "(#seen_at <= :yesterday OR #seen_at > :tomorrow)"
IS_IN_PLACE = "#due_kind = :quiet AND #due_at <= :tomorrow"
IS_OUT_OF_PLACE = f"{table.EXISTS} AND (#due_kind <> :quiet OR #due_at > :tomorrow)"


def life_key(member_id: str) -> Key:
    return (f"LIFE#{member_id}", "LIFE")


def still_right_key(member_id: str) -> Key:
    """The key of the item that is due when the member may be asked whether all is still right."""
    return (f"LIFE#{member_id}", STILL_RIGHT)


# ---- From joining to erasure


def begin(member_id: str, joined_at: int, *, is_sign: bool = True) -> tuple[Write, Write]:
    """Writes for somebody who joins; refused if they are there already. With `is_sign` False the
    team brings them in: their first sign counts, even on the same day."""
    seen_at = joined_at if is_sign else joined_at - DAY
    life = {"seen_at": seen_at, "due_kind": Stage.QUIET, "due_at": seen_at}
    still_right = {"due_kind": STILL_RIGHT, "due_at": joined_at}
    return (
        table.put(table.keyed(life_key(member_id)) | life, condition=table.NEW),
        table.put(table.keyed(still_right_key(member_id)) | still_right, condition=table.NEW),
    )


def end(member_id: str, silence: Silence | None = None) -> tuple[Write, Write]:
    """Writes for somebody who is erased; with a `silence`, refused unless it has lasted."""
    condition, values = _as_it_was(silence) if silence else ("", None)
    return (
        table.delete(life_key(member_id), condition=condition, values=values),
        table.delete(still_right_key(member_id)),
    )


def _as_it_was(silence: Silence) -> tuple[str, Item]:
    began = "#seen_at" if silence.stage is Stage.QUIET else "#due_at"
    return f"#due_kind = :was AND {began} = :at", {":was": silence.stage, ":at": silence.since}


# ---- Signs of life


def sign_of_life(member_id: str, now: int) -> None:
    """Note that the member is still there, once a day, and take back any warning: they signed in,
    confirmed, changed or answered."""
    key, values = life_key(member_id), {":now": now, ":quiet": Stage.QUIET, ":tomorrow": now + DAY}
    seen = table.update(
        key,
        "SET #seen_at = :now",
        values | {":yesterday": now - DAY},
        condition=f"{IS_IN_PLACE} AND {IS_NEWS}",
    )
    to_its_place = "SET #seen_at = :now, #due_kind = :quiet, #due_at = :now"
    try:
        table.write(seen)
    except RefusedError as refused:
        life: Item = refused.items.get(0, {})
        if life and (life["due_kind"] != Stage.QUIET or life["due_at"] > now + DAY):
            table.try_write(table.update(key, to_its_place, values, condition=IS_OUT_OF_PLACE))


def answer(member_id: str, now: int) -> None:
    """The member answered an email by its button: a sign of life, and for a year nobody asks."""
    sign_of_life(member_id, now)
    table.try_write(ask_again_later(member_id, now))


def ask_again_later(member_id: str, now: int) -> Write:
    """A write that lets the time until the next "is this still right?" begin now."""
    key, values = still_right_key(member_id), {":now": now}
    return table.update(key, "SET #due_at = :now", values, condition=table.EXISTS)


# ---- Silence


def silence_of(member_id: str) -> Silence | None:
    """None if there is no such member."""
    item = table.get(life_key(member_id))
    return _to_silence(item) if item else None


def silences(member_ids: Iterable[str]) -> list[Silence]:
    """Those that exist and can be read now."""
    items, _unread = table.get_many(map(life_key, member_ids))
    return [_to_silence(item) for item in items.values()]


def seen_since(member_ids: Iterable[str], since: int) -> set[str]:
    """The ids of those of whom there was a sign of life since then.

    Raises:
        TooManyError: not all could be read now.
    """
    items, unread = table.get_many(map(life_key, member_ids), only=("seen_at",))
    if unread:
        raise TooManyError("unread")
    return {pk.partition("#")[2] for (pk, _), item in items.items() if item["seen_at"] >= since}


def member_id_of(entry: Item) -> str:
    """Whom an entry of the index is about."""
    return str(entry["pk"].partition("#")[2])


def warned(silence: Silence, now: int) -> Write:
    """A write that remembers that SES took the warning which this silence called for; refused if
    there was a sign of life since."""
    later = Stage.WARNED if silence.stage is Stage.QUIET else Stage.WARNED_TWICE
    return _move(silence, later, now)


def put_off(silence: Silence) -> bool:
    """Move somebody who is not due yet to the time of their last sign, warned or not."""
    return table.try_write(_move(silence, Stage.QUIET, silence.seen_at))


def _move(silence: Silence, stage: Stage, since: int) -> Write:
    condition, values = _as_it_was(silence)
    return table.update(
        life_key(silence.member_id),
        "SET #due_kind = :stage, #due_at = :since",
        {":stage": stage, ":since": since} | values,
        condition=condition,
    )


def _to_silence(item: Item) -> Silence:
    stage, seen_at = Stage(item["due_kind"]), item["seen_at"]
    since = seen_at if stage is Stage.QUIET else item["due_at"]
    return Silence(member_id_of(item), seen_at, stage, since)
