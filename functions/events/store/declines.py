"""Who has answered an invitation: sign-ups, and the items of those who can't come this time."""

from collections.abc import Collection

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.events.rules import Status
from functions.events.store.events import FOR_EVER, HAS_RSVPS, event_key
from functions.events.store.rsvps import rsvp_key
from functions.people.member import Member

DECLINED = "DECLINED#"  # sort keys: a member's id stays when their address changes


def declined_key(slug: str, member_id: str) -> Key:
    return (f"EVENT#{slug}", f"{DECLINED}{member_id}")


def by_members(slug: str, members: Collection[Member]) -> set[str] | None:
    """The ids of those who have signed up for the event and confirmed it, whatever became of that,
    or declined; None if not all could be read now. Anybody may have typed what isn't confirmed."""
    keys = {rsvp_key(slug, member.address_hash): member.id for member in members}
    keys |= {declined_key(slug, member.id): member.id for member in members}
    items, unread = table.get_many(keys, only=("status",))
    return None if unread else {keys[key] for key, item in items.items() if is_answer(item)}


def is_answer(item: Item) -> bool:
    """True for a decline, and for a sign-up that was confirmed, whatever became of it."""
    return item.get("status") != Status.PENDING


def declined_by(member_id: str) -> list[Key]:
    """Where the member's declined invitations stand, to all events that still have answers.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    known = table.due(HAS_RSVPS, FOR_EVER, limit=0)
    items, unread = table.get_many([(pk, f"{DECLINED}{member_id}") for pk, _ in known])
    if unread:
        raise TooManyError("unread")
    return list(items)


def of_event(slug: str) -> list[str]:
    """The ids of the members who can't come this time."""
    items = table.query(f"EVENT#{slug}", DECLINED, only=("declined_at",))
    return [item["sk"].removeprefix(DECLINED) for item in items]


def forget(member_id: str) -> None:
    """Delete them all, for somebody who is erased."""
    for key in declined_by(member_id):
        table.write(table.delete(key))


def decline(slug: str, member_id: str, now: int) -> None:
    """Note that the member can't come this time; repeating it changes only the time.

    Raises:
        RefusedError: the event's sign-ups are erased, or about to be: nothing would delete it.
    """
    is_kept = table.check(event_key(slug), "#due_at > :now", {":now": now})
    item = table.keyed(declined_key(slug, member_id)) | {"declined_at": now}
    table.transact(is_kept, table.put(item))


def take_back(slug: str, member_id: str) -> Write:
    """A write that forgets it, for whoever comes after all."""
    return table.delete(declined_key(slug, member_id))
