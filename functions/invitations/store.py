"""Invitations in the table: the only place that knows their attributes and conditions.

Their keys are in `functions.people.store.invited`, because whoever joins deletes them.
See docs/leavers.md.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import outbox
from functions.core.site import site
from functions.invitations import rules
from functions.invitations.rules import Agreed, Invitation, Leaver, Outcome
from functions.people.store import address_moves, erased, invited
from functions.people.store import members as people

PAGE = 100
ANY_TIME = 10**11
CURSOR = re.compile(r"(?P<ends_at>[0-9]{1,11})\.(?P<id>[0-9a-f]{32})")
DUE = "INVITATION"  # due_kind: under the time at which it is deleted
# Positions in the transaction of `invite`, in the order in which they decide.
REFUSALS = {
    1: Outcome.MEMBER,
    2: Outcome.MEMBER,
    3: Outcome.LEFT_ALONE,
    4: Outcome.ERASED,
    5: Outcome.WAITING,
    0: Outcome.INVITED_BEFORE,
}


def new_id(leaver: Leaver) -> str:
    """The hash of the address, or a random number if there is none."""
    return address_hash(leaver.email) if leaver.email else uuid.uuid4().hex


def invite(
    leaver: Leaver, now: int, *also: Write, source: str = "", invitation_id: str = ""
) -> Outcome:
    """Store the invitation of somebody who left, with its email if they agreed to be written to,
    and do the writes in `also`: all in one transaction, and only if the outcome is INVITED.

    Doing it again changes nothing. `source` names the import; `invitation_id` is needed only to
    repeat it for somebody without an address.

    Raises:
        RefusedError: a condition in `also` fails, its positions counted from 0.
    """
    identity = invitation_id or new_id(leaver)
    invitation = rules.new_invitation(identity, leaver, site(), now, source)
    own = (
        table.put(_to_item(invitation), condition=table.NEW),
        people.check_no_member_at(identity),
        address_moves.check_free(identity),
        invited.refuse(identity),
        erased.refuse(identity, now),
        invited.refuse_waiting(identity),
        *_emails(invitation),
    )
    try:
        table.transact(*own, *also)
    except RefusedError as refused:
        for position, outcome in REFUSALS.items():
            if position in refused.failed:
                return outcome
        raise _of_others(refused, len(own)) from None
    return Outcome.INVITED


def _of_others(refused: RefusedError, own: int) -> RefusedError:
    failed = frozenset(position - own for position in refused.failed)
    return RefusedError(failed, {at - own: item for at, item in refused.items.items()})


def _emails(invitation: Invitation) -> tuple[Write, ...]:
    """The email, and the one reminder if the company wants it: none to whoever didn't agree."""
    if not invitation.may_be_mailed:
        return ()
    identity, at = invitation.id, invitation.invited_at
    first = outbox.mail("invited", identity, {}, at, at)
    reminder_at = rules.reminder_at(invitation, site())
    if reminder_at is None:
        return (first,)
    return (first, outbox.mail("invited_reminder", identity, {}, at, reminder_at))


def get(invitation_id: str) -> Invitation | None:
    item = table.get(invited.invitation_key(invitation_id))
    return _to_invitation(item) if item else None


def newest_first(after: str = "") -> Iterator[Invitation]:
    """All invitations, behind the one of this `cursor`, read page by page as they are needed.

    Raises:
        TooManyError: not all of a page could be read now.
    """
    entry = _index_entry(after)
    while True:
        entries = table.due_after(DUE, ANY_TIME, PAGE, entry, backwards=True)
        keys = [(entry["pk"], entry["sk"]) for entry in entries]
        items, unread = table.get_many(keys)
        if unread:
            raise TooManyError("unread")
        yield from (_to_invitation(items[key]) for key in keys if key in items)
        if len(entries) < PAGE:
            return
        entry = entries[-1]


def cursor(invitation: Invitation) -> str:
    """Where `newest_first` goes on."""
    return f"{invitation.ends_at}.{invitation.id}"


def _index_entry(after: str) -> Item | None:
    """The entry of a cursor; None for anything else, which a reader may have typed."""
    parts = CURSOR.fullmatch(after)
    if parts is None:
        return None
    key = table.keyed(invited.invitation_key(parts["id"]))
    return key | {"due_kind": DUE, "due_at": int(parts["ends_at"])}


def known_of(address_hash: str) -> Invitation | None:
    """What the list of leavers knows about an address: "left Malmö in 2019, invited in May"."""
    return get(address_hash)


def withdraw(invitation_id: str, *also: Write, source: str | None = None) -> bool:
    """Delete an invitation, with the writes in `also`; with a `source`, only if that import brought
    it in. An email that still waits is dropped. Returns whether it was there.

    Raises:
        RefusedError: a condition in `also` fails, its positions counted from 0.
    """
    condition, values = table.EXISTS, None
    if source is not None:
        condition, values = "#source = :source", {":source": source}
    key = invited.invitation_key(invitation_id)
    try:
        table.transact(table.delete(key, condition=condition, values=values), *also)
    except RefusedError as refused:
        if 0 in refused.failed:
            return False
        raise _of_others(refused, 1) from None
    return True


def take_up(invitation: Invitation) -> Write:
    """Refuses a transaction unless the invitation is still there, and deletes it."""
    values = {":at": invitation.invited_at}
    return table.delete(
        invited.invitation_key(invitation.id), condition="#invited_at = :at", values=values
    )


def refuse_for_good(invitation_id: str, now: int, *, has_address: bool) -> bool:
    """Delete the invitation, and remember by the address's hash that nobody may write there again.
    Returns False if the person has joined since.
    """
    remember = (invited.leave_alone(invitation_id, now),) if has_address else ()
    return table.try_write(
        invited.end(invitation_id), *remember, people.check_no_member_at(invitation_id)
    )


def due(now: int, limit: int) -> list[Key]:
    """Invitations that have lapsed, by an index that may be stale."""
    return table.due(DUE, now, limit)


def delete_lapsed(key: Key, now: int) -> bool:
    """Returns whether it is deleted now: its own end decides, not the index."""
    condition = "#ends_at <= :now"
    return table.try_write(table.delete(key, condition=condition, values={":now": now}))


def note_mailed(invitation_id: str, invited_at: int, now: int, message_id: str) -> None:
    """Note which email has the link; nothing if the invitation is gone."""
    table.try_write(
        table.update(
            invited.invitation_key(invitation_id),
            "SET #mailed_at = :now, #message_id = :message_id",
            {":now": now, ":message_id": message_id, ":at": invited_at},
            condition="#invited_at = :at AND attribute_not_exists(#mailed_at)",
        )
    )


def _to_item(invitation: Invitation) -> Item:
    details: dict[str, Any] = asdict(invitation.leaver)
    agreed = details.pop("agreed") or {}
    details |= {f"agreed_{name}": value for name, value in agreed.items()}
    details = {name: value for name, value in details.items() if value}
    return {
        **table.keyed(invited.invitation_key(invitation.id)),
        **details,
        "source": invitation.source,
        "invited_at": invitation.invited_at,
        "ends_at": invitation.ends_at,
        "due_kind": DUE,
        "due_at": invitation.ends_at,
    }


def _to_invitation(item: Item) -> Invitation:
    texts = ("email", "office", "role", "first_day", "last_day", "returns_from", "contact")
    agreed = Agreed(item["agreed_on"], item["agreed_how"]) if "agreed_on" in item else None
    leaver = Leaver(
        name=item["name"],
        language=item["language"],
        kinds=tuple(item.get("kinds", ())),
        interests=tuple(item.get("interests", ())),
        agreed=agreed,
        **{name: item.get(name, "") for name in texts},
    )
    return Invitation(
        id=item["pk"].partition("#")[2],
        leaver=leaver,
        source=item["source"],
        invited_at=item["invited_at"],
        ends_at=item["ends_at"],
        mailed_at=item.get("mailed_at"),
        message_id=item.get("message_id", ""),
    )
