"""What was tapped at an event's door: an item for each party, which holds its taps by their ids."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.door.rules.check_ins import Tap, TapKind, is_walk_in

TAPS = "DOOR#"
TRIES = 5
SIGN_UP = 1  # position in the transaction


def key(slug: str, code: str) -> Key:
    return (f"EVENT#{slug}", f"{TAPS}{code}")


def keep(
    slug: str, taps: Iterable[Tap], there: Mapping[str, Write], now: int, expires_at: int
) -> bool:
    """Store taps, one transaction for each party; storing them again changes nothing, and no tap
    ever takes another's place.

    Returns False if a sign-up has gone meanwhile, or moved: then look again, and repeat it.

    Args:
        there: by the code of each sign-up a write that is refused once it is gone; taps of other
            codes are dropped, except those of walk-ins.

    Raises:
        TooManyError: a party's item changes faster than this can be saved.
    """
    kept = {tap.id for tap in of_event(slug)}
    by_party: dict[str, dict[str, Item]] = {}
    for tap in taps:
        if tap.id not in kept and (tap.code in there or is_walk_in(tap.code)):
            contents = by_party.setdefault(tap.code, {})
            contents.setdefault(tap.id, _to_content(tap) | {"got_at": now})
    stored = [
        _keep_of_party(key(slug, code), contents, expires_at, there.get(code))
        for code, contents in by_party.items()
    ]
    return all(stored)


def _keep_of_party(
    at: Key, contents: dict[str, Item], expires_at: int, there: Write | None
) -> bool:
    """Returns False if its sign-up is gone."""
    item = table.keyed(at) | {"taps": contents, "expires_at": expires_at}
    names = {f":t{number}": tap_id for number, tap_id in enumerate(contents)}
    first = table.put(item, condition=table.NEW)
    further = table.update(
        at,
        "SET " + ", ".join(f"#taps.#{tap_id} = {name}" for name, tap_id in names.items()),
        {name: contents[tap_id] for name, tap_id in names.items()},
        condition=table.EXISTS,
    )
    for write in (first, further) * TRIES:
        try:
            table.transact(write, *((there,) if there else ()))
        except RefusedError as refused:
            if SIGN_UP in refused.failed:
                return False
        else:
            return True
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
