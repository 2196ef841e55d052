"""The team in the table: who may use the desk. Every change has its line in the log, and all owners
get an email about it.
"""

import uuid
from dataclasses import asdict, replace

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError
from functions.core.mail import outbox
from functions.team.rules import Deed, Details, Role, TeamMember, changed
from functions.team.store import deeds

TEAM = "TEAM"
OWNERS: Key = ("OWNERS", "OWNERS")  # counts them: the last one stays
POINTER = 2  # its position in a change of address, to see what refused it
By = TeamMember | str


def member_key(team_id: str) -> Key:
    return (TEAM, team_id)


def pointer_key(hashed: str) -> Key:
    return (f"ADDRESS#{hashed}", TEAM)


def passkey_key(team_id: str, passkey_id: str) -> Key:
    return (f"PASSKEYS#{team_id}", passkey_id)


# ---- Reading


def team() -> list[TeamMember]:
    """All team members, by name."""
    return sorted(
        map(_to_member, table.query(TEAM)), key=lambda member: (member.name.casefold(), member.id)
    )


def team_member(team_id: str) -> TeamMember | None:
    item = table.get(member_key(team_id))
    return _to_member(item) if item else None


def team_member_at(hashed: str) -> TeamMember | None:
    """The team member whose address has this hash."""
    pointer = table.get(pointer_key(hashed))
    return team_member(pointer["team_id"]) if pointer else None


# ---- Changing


def add(wanted: Details, by: By, now: int) -> TeamMember | None:
    """Returns the new team member, or None if somebody of the team has this address already."""
    member = TeamMember(
        **vars(wanted), id=uuid.uuid4().hex, address_hash=address_hash(wanted.email), added_at=now
    )
    pointer = table.keyed(pointer_key(member.address_hash)) | {"team_id": member.id}
    is_added = table.try_write(
        table.put(pointer, condition=table.NEW),
        table.put(_item(member), condition=table.NEW),
        *_owners(int(member.role is Role.OWNER)),
        deeds.line(by, Deed.TEAM_ADDED, member.id, now, role=member.role),
        *mails(by, Deed.TEAM_ADDED, member, now),
    )
    return member if is_added else None


def change(before: TeamMember, wanted: Details, by: By, now: int) -> TeamMember:
    """Returns the team member as stored. A new address voids the sessions of the old one.

    Raises:
        RefusedError: somebody has the new address, another change came first, or the last owner
            would be gone.
    """
    names = changed(before, wanted)
    if not names:
        return before
    hashed = address_hash(wanted.email)
    moves = hashed != before.address_hash
    stored = replace(
        before,
        **vars(wanted),
        address_hash=hashed,
        revision=before.revision + 1,
        added_at=now if moves else before.added_at,
    )
    owners = int(stored.role is Role.OWNER) - int(before.role is Role.OWNER)
    table.transact(
        table.put(_item(stored), condition="#revision = :seen", values={":seen": before.revision}),
        *(_move_pointer(before, stored) if moves else ()),
        *_owners(owners),
        deeds.line(by, Deed.TEAM_CHANGED, stored.id, now, fields=", ".join(names)),
        *mails(by, Deed.TEAM_CHANGED, stored, now),
    )
    return stored


def _move_pointer(before: TeamMember, after: TeamMember) -> tuple[Write, ...]:
    pointer = table.keyed(pointer_key(after.address_hash)) | {"team_id": after.id}
    return (
        table.delete(pointer_key(before.address_hash)),
        table.put(pointer, condition=table.NEW),
    )


def remove(member: TeamMember, by: By, now: int) -> None:
    """From now on no session of theirs opens anything.

    Raises:
        RefusedError: another change came first, or it is the last owner.
    """
    table.transact(
        table.delete(
            member_key(member.id),
            condition="#revision = :seen",
            values={":seen": member.revision},
        ),
        table.delete(pointer_key(member.address_hash)),
        *(table.delete(passkey_key(member.id, passkey)) for passkey in member.passkeys),
        *_owners(-int(member.role is Role.OWNER)),
        deeds.line(by, Deed.TEAM_REMOVED, member.id, now),
        *mails(by, Deed.TEAM_REMOVED, member, now),
    )


def is_taken(refused: RefusedError) -> bool:
    """Whether `change` was refused because somebody of the team has the new address."""
    return POINTER in refused.failed


def note_sign_in(team_id: str, now: int) -> None:
    table.write(deeds.line(team_id, Deed.SIGNED_IN, team_id, now))


def _owners(difference: int) -> tuple[Write, ...]:
    if not difference:
        return ()
    condition = "#owners > :one" if difference < 0 else ""
    values: Item = {":difference": difference} | ({":one": 1} if condition else {})
    return (table.update(OWNERS, "ADD #owners :difference", values, condition=condition),)


def mails(by: By, deed: Deed, about: TeamMember, now: int) -> list[Write]:
    """An email to each owner, and to whom it is about: it holds their name, since they may be gone
    when it is sent."""
    others = [owner for owner in team() if owner.role is Role.OWNER and owner.id != about.id]
    ref = {
        "by": by.id if isinstance(by, TeamMember) else "",
        "deed": deed,
        "about": about.id,
        "name": about.name,
        "role": about.role,
    }
    return [
        outbox.mail("team_changed", to.address_hash, ref | {"to": to.id}, 0, now)
        for to in (*others, *([about] if deed is not Deed.TEAM_REMOVED else []))
    ]


# ---- Items


def _item(member: TeamMember) -> Item:
    fields = asdict(member)
    return table.keyed(member_key(fields.pop("id"))) | fields


def _to_member(item: Item) -> TeamMember:
    names = ("name", "email", "address_hash", "language", "revision", "added_at")
    return TeamMember(
        id=item["sk"],
        role=Role(item["role"]),
        offices=tuple(item["offices"]),
        passkeys=tuple(item.get("passkeys", ())),
        **{name: item[name] for name in names},
    )
