"""The team's passkeys in the table; the team member holds the ids of theirs.

Every change has its line in the log, and all owners get an email about it.
"""

from dataclasses import asdict

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.team.rules import Deed, Passkey, TeamMember
from functions.team.store import deeds, team
from functions.team.store.team import By


def passkeys(member: TeamMember) -> list[Passkey]:
    """Theirs, the oldest first."""
    items = map(_to_passkey, table.query(f"PASSKEYS#{member.id}"))
    current = [passkey for passkey in items if passkey.id in member.passkeys]
    return sorted(current, key=lambda passkey: (passkey.created_at, passkey.id))


def add(member: TeamMember, passkey: Passkey, now: int, *also: Write) -> None:
    """
    Raises:
        RefusedError: another change of the team member came first, or they have it already.
    """
    table.transact(
        table.put(_item(member, passkey), condition=table.NEW),
        _keep(member, (*member.passkeys, passkey.id)),
        deeds.line(member, Deed.PASSKEY_ADDED, member.id, now),
        *team.mails(member, Deed.PASSKEY_ADDED, member, now),
        *also,
    )


def use(member: TeamMember, passkey: Passkey, counter: int, now: int, *also: Write) -> None:
    """Note that it confirmed a sign-in, and what it counted.

    Raises:
        RefusedError: it was removed or used meanwhile.
    """
    used = table.update(
        team.passkey_key(member.id, passkey.id),
        "SET #counter = :counter, #used_at = :now",
        {":counter": counter, ":now": now, ":seen": passkey.counter},
        condition="#counter = :seen",
    )
    line = deeds.line(member, Deed.PASSKEY_USED, member.id, now)
    table.transact(used, line, *also)


def remove(member: TeamMember, passkey_id: str, now: int) -> None:
    """From now on no session opens anything that it had confirmed.

    Raises:
        RefusedError: another change of the team member came first.
    """
    left = tuple(kept for kept in member.passkeys if kept != passkey_id)
    table.transact(
        table.delete(team.passkey_key(member.id, passkey_id)),
        _keep(member, left),
        deeds.line(member, Deed.PASSKEY_REMOVED, member.id, now),
        *team.mails(member, Deed.PASSKEY_REMOVED, member, now),
    )


def reset(member: TeamMember, by: By, now: int) -> None:
    """Delete all of somebody's passkeys and void their sessions and links, as for a new address.

    Raises:
        RefusedError: another change of the team member came first.
    """
    table.transact(
        *(table.delete(team.passkey_key(member.id, passkey)) for passkey in member.passkeys),
        _keep(member, (), added_at=now),
        deeds.line(by, Deed.PASSKEYS_RESET, member.id, now),
        *team.mails(by, Deed.PASSKEYS_RESET, member, now),
    )


def _keep(member: TeamMember, ids: tuple[str, ...], added_at: int | None = None) -> Write:
    """Their passkeys' ids are these, if nothing else about them has changed since it was read."""
    return table.update(
        team.member_key(member.id),
        "SET #passkeys = :ids, #added_at = :added_at, #revision = #revision + :one",
        {
            ":ids": ids,
            ":added_at": member.added_at if added_at is None else added_at,
            ":one": 1,
            ":seen": member.revision,
        },
        condition="#revision = :seen",
    )


def _item(member: TeamMember, passkey: Passkey) -> Item:
    fields = asdict(passkey)
    return table.keyed(team.passkey_key(member.id, fields.pop("id"))) | fields


def _to_passkey(item: Item) -> Passkey:
    names = ("credential_id", "public_key", "counter", "name", "created_at", "used_at")
    return Passkey(id=item["sk"], **{name: item[name] for name in names})
