"""What was tapped at an event's door: an item for each party, which holds its taps by their ids."""

from collections.abc import Iterable, Iterator
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


def keep(slug: str, taps: Iterable[Tap], now: int, expires_at: int) -> None:
    """Store taps, one write for each party; storing them again changes nothing, and no tap ever
    takes another's place.

    Raises:
        TooManyError: a party's item changes faster than this can be saved.
    """
    kept = {tap.id for tap in of_event(slug)}
    by_party: dict[str, dict[str, Item]] = {}
    for tap in taps:
        if tap.id not in kept:
            contents = by_party.setdefault(tap.code, {})
            contents.setdefault(tap.id, _to_content(tap) | {"got_at": now})
    for code, contents in by_party.items():
        _keep_of_party(key(slug, code), contents, expires_at)


def _keep_of_party(at: Key, contents: dict[str, Item], expires_at: int) -> None:
    item = table.keyed(at) | {"taps": contents, "expires_at": expires_at}
    names = {f":t{number}": tap_id for number, tap_id in enumerate(contents)}
    further = table.update(
        at,
        "SET " + ", ".join(f"#taps.#{tap_id} = {name}" for name, tap_id in names.items()),
        {name: contents[tap_id] for name, tap_id in names.items()},
        condition=table.EXISTS,
    )
    for _ in range(TRIES):
        if table.try_write(table.put(item, condition=table.NEW)) or table.try_write(further):
            return
    raise TooManyError("taps")


def of_event(slug: str, since: int = 0) -> Iterator[Tap]:
    """All taps of an event that were stored at `since` or later, by party."""
    for item in table.query(f"EVENT#{slug}", TAPS):
        code = item["sk"].removeprefix(TAPS)
        for tap_id, content in item["taps"].items():
            if content["got_at"] >= since:
                yield to_tap(tap_id, code, content)


def deleting(slug: str, code: str) -> Write:
    """Deletes what was tapped of a party."""
    return table.delete(key(slug, code))


def _to_content(tap: Tap) -> dict[str, Any]:
    content = asdict(tap)
    del content["id"], content["code"]
    return {name: value for name, value in content.items() if value}


def to_tap(tap_id: str, code: str, content: Item) -> Tap:
    kept: Item = {name: value for name, value in content.items() if name not in {"kind", "got_at"}}
    lists: Item = {name: tuple(content.get(name, ())) for name in ("of", "knows")}
    return Tap(tap_id, code, TapKind(content["kind"]), **(kept | lists))
