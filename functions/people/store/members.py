"""Members in the table: they join, change, are corrected and erased, with a record of all that."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import limits, outbox
from functions.core.mail_kinds import Door
from functions.core.texts import ConsentPurpose
from functions.people.member import (
    EVERY,
    SHARDS,
    UNKNOWN_CIRCUMSTANCES,
    Act,
    Activity,
    Agreement,
    Arrival,
    Circumstances,
    Consent,
    ConsentKind,
    Correction,
    Member,
    Preferences,
    Profile,
    Stay,
    changed_details,
    given,
    plain,
    withdrawn,
)
from functions.people.store import activities, address_moves, consents, erased, signs_of_life

TRIES = 5  # if two changes of a member collide
BUDGET = 1  # its position in the transaction of `save_preferences`, if somebody subscribes again
HISTORY = "HISTORY"  # the mark of corrections in the index
ONE_KIND = "kind"  # the attribute of a member who could be of one kind only
# Fields that a member may lack; what is empty isn't stored.
OPTIONAL: Item = {
    "sort_as": "",
    "works_at": "",
    "works_as": "",
    "earlier_stays": (),
    "offices_of_interest": (),
}
CORRECTABLE = (*(field.name for field in fields(Profile)), "frequency", *OPTIONAL)
UNCHANGED = "#revision = :seen"
# Values of the fields that a read with `only` leaves out. Without a consent, nobody is emailed.
UNREAD: Item = {
    "name": "",
    "email": "",
    "office": "",
    "from_year": 0,
    "to_year": 0,
    "kinds": (),
    "interests": (),
    "language": "",
    "address_hash": "",
    "newsletter": False,
    "invitations": False,
    "frequency": EVERY,  # not in the table either until a member chooses
    "revision": 0,
    "joined_at": 0,
    "renewed_at": 0,  # not in the table either before the first time
    **OPTIONAL,
    "address_since": 0,  # not in the table either until the address changes
}


def member_key(member_id: str) -> Key:
    return (f"MEMBERS#{member_id[:1]}", member_id)


def pointer_key(address_hash: str) -> Key:
    """The key of the item that maps an address to its member."""
    return (f"ADDRESS#{address_hash}", "MEMBER")


# ---- Reading


def member(member_id: str) -> Member | None:
    item = table.get(member_key(member_id))
    return _to_member(item) if item else None


def members(
    shard: str, *, after: str | None = None, limit: int = 0, only: Iterable[str] = ()
) -> Iterator[Member]:
    """Members of one of the 16 SHARDS in the order of their ids, after id `after`; all of them, or
    `limit`. `only` names the fields to read, besides the id; without it, all of them."""
    read = _attributes(only)
    items = table.query(f"MEMBERS#{shard}", after=after, limit=limit, only=read)
    return (_to_member(item, read) for item in items)


def members_by_id(
    member_ids: Iterable[str], *, only: Iterable[str] = ()
) -> tuple[dict[str, Member], set[str]]:
    """The members that exist, by id; and the ids that could not be read now, which is not the same
    as absent. `only` as in `members`."""
    keys = [member_key(member_id) for member_id in member_ids]
    read = _attributes(only)
    items, unread = table.get_many(keys, only=read)
    return {sk: _to_member(item, read) for (_, sk), item in items.items()}, {sk for _, sk in unread}


def member_id_at(address_hash: str) -> str | None:
    pointer = table.get(pointer_key(address_hash))
    return pointer["member_id"] if pointer else None


# ---- Joining


def add(
    member: Member,
    agreed: Iterable[Consent],
    *also: Write,
    arrival: Arrival = Arrival.BY_THEMSELVES,
) -> None:
    """Store a new member with the consents that they gave, and do the writes in `also`, all in one
    transaction.

    Raises:
        RefusedError: the address has a member or is reserved, or a condition in `also` fails; or
            somebody else brings in a person who was erased, and proof of that is kept.
    """
    if arrival is Arrival.BY_THEMSELVES:
        returning = erased.unmark(member.address_hash)
    else:
        returning = erased.refuse(member.address_hash, member.joined_at)
    pointer = {**table.keyed(pointer_key(member.address_hash)), "member_id": member.id}
    table.transact(
        table.put(pointer, condition=table.NEW),
        address_moves.check_free(member.address_hash),
        table.put(_new_item(member), condition=table.NEW),
        *consents.starting(member.id, agreed),
        *_note(Activity(member.joined_at, Act.JOINED, member.id)),
        *signs_of_life.begin(member.id, member.joined_at),
        returning,
        *also,
    )


def check_member_at(address_hash: str, member_id: str) -> Write:
    """Refuses a transaction unless the address still belongs to this member."""
    return table.check(pointer_key(address_hash), "#member_id = :id", {":id": member_id})


def check_no_member_at(address_hash: str) -> Write:
    """Refuses a transaction if the address has a member, who may have confirmed just now."""
    return table.check(pointer_key(address_hash), table.NEW)


def enrol(shard: str, after: str | None, limit: int) -> str | None:
    """Let the next `limit` members of a shard, who joined before there were signs of life, be due
    for their first; returns the last one's id, or None behind the end of the shard."""
    page = list(members(shard, after=after, limit=limit, only=("joined_at",)))
    for joined in page:
        is_there = table.check(member_key(joined.id), table.EXISTS)
        table.try_write(is_there, *signs_of_life.begin(joined.id, joined.joined_at))
    return page[-1].id if len(page) == limit else None


# ---- Changing


def stop_newsletter(
    member_id: str,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Withdraw the consent to the newsletter (does and raises as `withdraw`)."""
    withdraw(member_id, ConsentPurpose.NEWSLETTER, how, now, circumstances=circumstances)


def withdraw(
    member_id: str,
    purpose: ConsentPurpose,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Withdraw the consent to newsletter or invitations; do nothing if it isn't in force, or the
    member is erased.

    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    for _ in range(TRIES):
        before = member(member_id)
        if before is None or not getattr(before, purpose):
            return
        line = _line(before, withdrawn(purpose), how, now, circumstances)
        if table.try_write(
            _set_consents(before, purpose, in_force=False, now=now),
            *consents.adding(member_id, [line]),
            *(_note_unsubscribed(member_id, now) if purpose is ConsentPurpose.NEWSLETTER else ()),
        ):
            return
    raise TooManyError("unsubscribe")


def give(  # noqa: PLR0913 - as save_preferences
    member_id: str,
    purpose: ConsentPurpose,
    agreement: Agreement,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> None:
    """Give the consent to newsletter or invitations (as `withdraw`, the other way round)."""
    for _ in range(TRIES):
        before = member(member_id)
        if before is None or getattr(before, purpose):
            return
        line = _line(before, given(purpose), how, now, circumstances, agreement=agreement)
        change = _set_consents(before, purpose, in_force=True, now=now)
        if table.try_write(change, *consents.adding(member_id, [line])):
            return
    raise TooManyError("consent")


def _line(
    before: Member, what: ConsentKind, how: str, now: int, circumstances: Circumstances, **more: Any
) -> Consent:
    return Consent(
        what=what,
        how=how,
        at=now,
        address_hash=before.address_hash,
        circumstances=circumstances,
        **more,
    )


def _set_consents(before: Member, purpose: ConsentPurpose, *, in_force: bool, now: int) -> Write:
    """Both are written: from now on neither is part of one bundled consent."""
    is_new = in_force and purpose is ConsentPurpose.NEWSLETTER
    values: Item = {"newsletter": before.newsletter, "invitations": before.invitations}
    values |= {purpose.value: in_force, "renewed_at": now if is_new else before.renewed_at}
    wanted = {f":{name}": value for name, value in values.items()}
    return table.update(
        member_key(before.id),
        "SET #newsletter = :newsletter, #invitations = :invitations, #renewed_at = :renewed_at"
        " ADD #revision :one",
        wanted | {":one": 1, ":seen": before.revision},
        condition=UNCHANGED,
    )


def save_preferences(  # noqa: PLR0913 - a form, and how it came
    member_id: str,
    wanted: Preferences,
    agreement: Agreement | None,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> bool:
    """Save the preferences and a record of them; False if there is no such member.

    With an `agreement`, a member who has unsubscribed gets the newsletter again, and an email that
    says so: the link may have been forwarded. Nothing is written if nothing changes.

    Raises:
        TooManyError: the person changes something faster than this can be saved, or has had all
            such emails of the day.
    """
    for _ in range(TRIES):
        before = member(member_id)
        if before is None:
            return False
        records = _records(before, wanted, agreement, how, now, circumstances=circumstances)
        if not records:
            return True
        writes = consents.adding(member_id, records)
        again = agreement is not None and not before.newsletter
        mail = _mail_subscribed_again(before, now) if again else ()
        renewed_at = now if again else before.renewed_at
        change = _change(before, wanted, before.newsletter or again, renewed_at)
        try:
            table.transact(change, *mail, *writes)
        except RefusedError as refused:
            if again and BUDGET in refused.failed:
                raise TooManyError("mails") from None
            continue  # another change of this person came first
        return True
    raise TooManyError("preferences")


def _mail_subscribed_again(member: Member, now: int) -> tuple[Write, Write]:
    ref, revision = {"member_id": member.id}, member.revision + 1
    return (
        limits.mail_to(Door.NEWSLETTER, member.email, now),
        outbox.mail("subscribed_again", member.address_hash, ref, revision, now),
    )


def _records(  # noqa: PLR0913 - as save_preferences
    before: Member,
    wanted: Preferences,
    agreement: Agreement | None,
    how: str,
    now: int,
    *,
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES,
) -> list[Consent]:
    records = []
    if agreement and not before.newsletter:
        agreed = given(ConsentPurpose.NEWSLETTER)
        records.append(_line(before, agreed, how, now, circumstances, agreement=agreement))
    if wanted != before.preferences:
        chosen = ConsentKind.NEWSLETTER_PREFERENCES
        records.append(_line(before, chosen, how, now, circumstances, preferences=wanted))
    return records


def _change(before: Member, wanted: Preferences, newsletter: bool, renewed_at: int) -> Write:  # noqa: FBT001 - one private caller
    return table.update(
        member_key(before.id),
        "SET #frequency = :frequency, #interests = :interests, #newsletter = :newsletter,"
        " #invitations = :invitations, #renewed_at = :renewed_at ADD #revision :one",
        {
            ":renewed_at": renewed_at,
            ":frequency": wanted.frequency,
            ":interests": wanted.interests,
            ":newsletter": newsletter,
            ":invitations": before.invitations,
            ":one": 1,
            ":seen": before.revision,
        },
        condition=UNCHANGED,
    )


def renew_newsletter(member_id: str, how: str, now: int, circumstances: Circumstances) -> None:
    """Note that a member who gets the newsletter still wants it, once a day; the line says to which
    text they had agreed.

    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    for _ in range(TRIES):
        before = member(member_id)
        if before is None or not before.newsletter or now - before.agreed_at < DAY:
            return
        line = _line(before, ConsentKind.NEWSLETTER_RENEWED, how, now, circumstances)
        renewed = table.update(
            member_key(member_id),
            "SET #renewed_at = :now ADD #revision :one",
            {":now": now, ":one": 1, ":seen": before.revision},
            condition=UNCHANGED,
        )
        if table.try_write(renewed, *consents.adding(member_id, [line])):
            return
    raise TooManyError("renew")


def _note_unsubscribed(member_id: str, now: int) -> tuple[Write, ...]:
    return _note(Activity(now, Act.UNSUBSCRIBED, member_id))


# ---- Correcting


def correct(before: Member, after: Member, by: str, how: str, now: int) -> tuple[Write, ...]:
    """Writes that save the corrected details with a record of who corrected what, and move the
    address's pointer. `how` says by what preferences were chosen, if they were.

    They are refused if the member has changed since `before`, or the new address has a member.
    """
    names = [name for name in CORRECTABLE if getattr(before, name) != getattr(after, name)]
    moves = after.address_hash != before.address_hash
    new = plain(after, names) | {"address_hash": after.address_hash}
    new |= {"address_since": now} if moves else {}
    changed = ", ".join(f"#{name} = :{name}" for name in new)
    values = new | {"one": 1, "seen": before.revision}
    details = changed_details(before, after)
    done = Correction(now, by, plain(before, details), plain(after, details))
    preferences = _records(before, after.preferences, None, how, now)
    return (
        table.update(
            member_key(before.id),
            f"SET {changed} ADD #revision :one",
            {f":{name}": value for name, value in values.items()},
            condition=UNCHANGED,
        ),
        add_correction(before.id, done, before.revision),
        *consents.adding(before.id, preferences),
        *_move_pointer(before, after),
    )


def add_correction(member_id: str, done: Correction, revision: int = 0) -> Write:
    """`revision`, the member's before it, distinguishes corrections of one second."""
    record: Item = {"by": done.by, "before": done.before, "after": done.after}
    # Due since then: the settings decide for how long it is kept.
    record |= {"due_kind": HISTORY, "due_at": done.at}
    key = _correction_key(member_id, done.at, revision)
    return table.put(table.keyed(key) | record, condition=table.NEW)


def delete_corrections(before: int, limit: int) -> int:
    """Delete changes of details that were made before this time, at most `limit` of them; returns
    how many."""
    return sum(table.try_write(table.delete(key)) for key in table.due(HISTORY, before, limit))


def _move_pointer(before: Member, after: Member) -> tuple[Write, ...]:
    if after.address_hash == before.address_hash:
        return ()
    old, new = pointer_key(before.address_hash), pointer_key(after.address_hash)
    is_theirs, values = "#member_id = :id", {":id": before.id}
    return (
        table.delete(old, condition=is_theirs, values=values),
        table.put({**table.keyed(new), "member_id": before.id}, condition=table.NEW),
    )


def _correction_key(member_id: str, at: int, revision: int) -> Key:
    moment = f"{at:010d}#{revision:08d}" if revision else f"{at:010d}"
    return (f"MEMBER#{member_id}", f"CORRECTION#{moment}")


def corrections(member_id: str) -> list[Correction]:
    """What the team corrected, oldest first."""
    return [_to_correction(item) for item in table.query(f"MEMBER#{member_id}", "CORRECTION#")]


def correction(member_id: str, at: int, revision: int) -> Correction | None:
    item = table.get(_correction_key(member_id, at, revision))
    return _to_correction(item) if item else None


def _to_correction(item: Item) -> Correction:
    at = int(item["sk"].split("#")[1])
    return Correction(at, item["by"], item["before"], item["after"])


# ---- Erasing


def remove(
    member_id: str, address_hash: str, revision: int, now: int, until: int
) -> tuple[Write, ...]:
    """Writes after which no use finds the member, whose address may join afresh. Proof without
    personal data stays until then (`functions.people.store.erased`).

    They are refused if the member has changed since `revision`.
    """
    is_theirs, is_unchanged = "#member_id = :id", f"{table.NEW} OR {UNCHANGED}"
    return (
        table.delete(pointer_key(address_hash), condition=is_theirs, values={":id": member_id}),
        table.delete(member_key(member_id), condition=is_unchanged, values={":seen": revision}),
        erased.put_tombstone(member_id, address_hash, now, until),
        *consents.closing(member_id, now, clock.day_of(until)),
        *_note(Activity(now, Act.LEFT, member_id)),
    )


# ---- Items


def _note(activity: Activity) -> tuple[Write, ...]:
    """A write that notes it; none for `alumni doctor`'s recipients, who are no members."""
    return (activities.note(activity),) if activity.member_id[:1] in SHARDS else ()


def _new_item(member: Member) -> Item:
    details = asdict(member)
    # The last three are stored only once they change.
    del details["id"], details["frequency"], details["address_since"], details["renewed_at"]
    details = {name: value for name, value in details.items() if value or name not in OPTIONAL}
    return {**table.keyed(member_key(member.id)), **details}


def _to_member(item: Item, read: Collection[str] = ()) -> Member:
    """`read` are the attributes that were read; all of them if it is empty."""
    details: Item = {name: item.get(name, unread) for name, unread in UNREAD.items()}
    if "invitations" not in item and (not read or "invitations" in read):
        # One bundled consent, of which the newsletter was a part, until the member chooses anew.
        details["invitations"] = details["newsletter"]
    details |= {name: tuple(details[name]) for name in ("interests", "offices_of_interest")}
    details |= {"kinds": to_kinds(item), "earlier_stays": _to_stays(details["earlier_stays"])}
    return Member(**details | {"id": item["sk"]})


def _to_stays(stored: Iterable[Item]) -> tuple[Stay, ...]:
    return tuple(Stay(**stay) for stay in stored)


def to_kinds(item: Item) -> tuple[str, ...]:
    """Members and sign-ups from before a person could be of several kinds have one `kind`."""
    return tuple(item["kinds"] if "kinds" in item else filter(None, [item.get(ONE_KIND)]))


def _attributes(names: Iterable[str]) -> tuple[str, ...]:
    """What to read for these fields of a member."""
    read = tuple(names)
    read += (ONE_KIND,) if "kinds" in read else ()
    return (*read, "newsletter") if "invitations" in read and "newsletter" not in read else read
