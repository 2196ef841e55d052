"""An event's facts that are no longer true, and the change that people are being mailed about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write

CHANGE = "CHANGE"  # due_kind of a change that not everybody who is coming has been mailed about
EARLIER = "FACTS#"  # sort keys of an event's facts that are no longer true
IS_SAME = "#number = :number"


def _earlier_key(slug: str, number: int) -> Key:
    return (f"EVENT#{slug}", f"{EARLIER}{number:010}")


def get(slug: str, number: int) -> dict[str, Any] | None:
    """The event's facts of that number; None if it is not one of an earlier change."""
    item = table.get(_earlier_key(slug, number))
    return item["facts"] if item else None


def earlier(slug: str) -> dict[int, dict[str, Any]]:
    """The event's facts that are no longer true, by their number."""
    items = table.query(f"EVENT#{slug}", EARLIER)
    return {int(item["sk"].removeprefix(EARLIER)): item["facts"] for item in items}


def keep(slug: str, number: int, facts: dict[str, Any]) -> Write:
    """The facts that are about to change, for all who know the event by them."""
    return table.put(table.keyed(_earlier_key(slug, number)) | {"facts": facts})


# ---- Changes, until everybody who is coming has been mailed


@dataclass(frozen=True)
class Change:
    """A change of an event's facts; people up to the address hash `cursor` have been seen to."""

    slug: str
    number: int  # the event's `sequence` since
    cursor: str
    due_at: int
    to_invited: bool = False  # all with a sign-up have heard; the cursor is a batch's number
    again: bool = False  # more invitations went out meanwhile: the walk over them is repeated

    def is_due(self, now: int, *, to_invited: bool) -> bool:
        return self.due_at <= now and self.to_invited is to_invited


def _change_key(slug: str) -> Key:
    return (f"EVENT#{slug}", "CHANGE")


def changes(now: int) -> Iterator[Change]:
    """The changes about which people are still to be mailed."""
    for pk, _ in table.due(CHANGE, now):
        if change := read_change(pk.removeprefix("EVENT#")):
            yield change


def read_change(slug: str) -> Change | None:
    item = table.get(_change_key(slug))
    if item is None:
        return None
    read = {name: item[name] for name in ("number", "cursor", "due_at")}
    flags = {name: item.get(name, False) for name in ("to_invited", "again")}
    return Change(slug, **read, **flags)


def put_change(slug: str, number: int, now: int) -> Write:
    """Takes the place of an earlier change that is still being mailed: it reaches everybody who
    doesn't know these facts."""
    due = {"due_kind": CHANGE, "due_at": now}
    return table.put(table.keyed(_change_key(slug)) | {"number": number, "cursor": ""} | due)


def move_on(change: Change, cursor: str) -> bool:
    """Note that those with a sign-up, up to `cursor`, have been seen to; with "", all of them, and
    that the invited are next. Returns False if a newer change has taken this one's place."""
    invited = {} if cursor else {"to_invited": True}
    return _set(change, {"cursor": cursor} | invited)


def move_on_among_invited(change: Change, cursor: str, now: int, *, again: bool) -> bool:
    """Note that the invited up to `cursor` have been seen to; with "", all who have an invitation
    so far: then the change is over, or, with `again`, to be repeated in a later tick."""
    if cursor:
        return _set(change, {"cursor": cursor, "again": again})
    if again:
        return _set(change, {"cursor": "", "again": False, "due_at": now + 1})
    key, values = _change_key(change.slug), {":number": change.number}
    return table.try_write(table.delete(key, condition=IS_SAME, values=values))


def _set(change: Change, fields: Item) -> bool:
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in fields)
    values = {f":{name}": value for name, value in fields.items()} | {":number": change.number}
    key = _change_key(change.slug)
    return table.try_write(table.update(key, expression, values, condition=IS_SAME))


def is_still_newest(slug: str, number: int) -> Write:
    """A write that is refused once a newer change has taken its place, and changes nothing."""
    return table.check(_change_key(slug), IS_SAME, {":number": number})
