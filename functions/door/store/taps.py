"""What was tapped at an event's door: an item for each party, which holds its taps by their ids."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.door.rules.check_ins import Tap, TapKind

TAPS = "DOOR#"
TRIES = 5


def key(slug: str, code: str) -> Key:
    return (f"EVENT#{slug}", f"{TAPS}{code}")


def keep(slug: str, tap: Tap, now: int, expires_at: int) -> None:
    """Store a tap; storing it again changes nothing, and no tap ever takes another's place.

    Raises:
        TooManyError: the party's item changes faster than this can be saved.
    """
    content = _to_content(tap) | {"got_at": now}
    for _ in range(TRIES):
        if table.try_write(_first(slug, tap, content, expires_at)):
            return
        if table.try_write(_further(slug, tap, content)) or _has(slug, tap):
            return
    raise TooManyError("taps")


def _first(slug: str, tap: Tap, content: Item, expires_at: int) -> Write:
    item = {"taps": {tap.id: content}, "expires_at": expires_at}
    return table.put(table.keyed(key(slug, tap.code)) | item, condition=table.NEW)


def _further(slug: str, tap: Tap, content: Item) -> Write:
    return table.update(
        key(slug, tap.code),
        f"SET #taps.#{tap.id} = :tap",
        {":tap": content},
        condition=f"{table.EXISTS} AND attribute_not_exists(#taps.#{tap.id})",
    )


def _has(slug: str, tap: Tap) -> bool:
    item = table.get(key(slug, tap.code))
    return item is not None and tap.id in item["taps"]


def of_event(slug: str, since: int = 0) -> Iterator[Tap]:
    """All taps of an event that were stored at `since` or later, by party."""
    for item in table.query(f"EVENT#{slug}", TAPS):
        code = item["sk"].removeprefix(TAPS)
        for tap_id, content in item["taps"].items():
            if content["got_at"] >= since:
                yield _to_tap(tap_id, code, content)


def deleting(slug: str, code: str) -> Write:
    """Deletes what was tapped of a party."""
    return table.delete(key(slug, code))


def _to_content(tap: Tap) -> dict[str, Any]:
    content = asdict(tap)
    del content["id"], content["code"]
    return {name: value for name, value in content.items() if value}


def _to_tap(tap_id: str, code: str, content: Item) -> Tap:
    kept: Item = {name: value for name, value in content.items() if name not in {"kind", "got_at"}}
    lists: Item = {name: tuple(content.get(name, ())) for name in ("of", "knows")}
    return Tap(tap_id, code, TapKind(content["kind"]), **(kept | lists))
