"""An event's facts that are no longer true, and the change that people are being mailed about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.mail import outbox
from functions.events.event_invitation import Invited

CHANGE = "CHANGE"  # due_kind of a change that not everybody who is coming has been mailed about
EARLIER = "FACTS#"  # sort keys of an event's facts that are no longer true


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
    invited: bool = False  # whoever is invited has to hear of it as well
    to_invited: bool = False  # all with a sign-up have; the cursor is a place in the ledger


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
    flags = (item.get("invited", False), item.get("to_invited", False))
    return Change(slug, item["number"], item["cursor"], *flags)


def put_change(slug: str, number: int, now: int, *, invited: bool) -> Write:
    """Takes the place of an earlier change that is still being mailed: it reaches everybody."""
    due = {"due_kind": CHANGE, "due_at": now}
    earlier = read_change(slug)
    flag = {"invited": True} if invited or (earlier and earlier.invited) else {}
    item = table.keyed(_change_key(slug)) | {"number": number, "cursor": ""}
    return table.put(item | due | flag)


def move_on(change: Change, cursor: str) -> bool:
    """Note that people up to `cursor` have been seen to; with "", all of them.

    Returns False if a newer change has taken this one's place.
    """
    key, values = _change_key(change.slug), {":number": change.number}
    same = "#number = :number"
    if not cursor and change.invited and not change.to_invited:
        expression = "SET #to_invited = :yes, #cursor = :none"
        begun = values | {":yes": True, ":none": ""}
        return table.try_write(table.update(key, expression, begun, condition=same))
    if not cursor:
        return table.try_write(table.delete(key, condition=same, values=values))
    further = values | {":cursor": cursor}
    return table.try_write(table.update(key, "SET #cursor = :cursor", further, condition=same))


def queue_to_invited(change: Change, before: str, invited: Invited, now: int) -> bool:
    """Queue the email to somebody invited, and move on from the place `before` to theirs: once."""
    values = {":number": change.number, ":place": invited.place, ":before": before}
    further = table.update(
        _change_key(change.slug),
        "SET #cursor = :place",
        values,
        condition="#number = :number AND #cursor = :before",
    )
    ref = {"slug": change.slug, "member_id": invited.member_id}
    leave_mail = outbox.mail("invitation_changed", invited.address_hash, ref, change.number, now)
    return table.try_write(further, leave_mail)
