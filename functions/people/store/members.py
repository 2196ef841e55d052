"""Members in the table: they are found, they join, and they are erased.

What changes them is in `subscriptions` and `corrections`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.people.member import (
    EVERY,
    SHARDS,
    Act,
    Activity,
    Arrival,
    Consent,
    Member,
    Stay,
)
from functions.people.store import (
    activities,
    address_moves,
    consents,
    erased,
    invited,
    search,
    signs_of_life,
    tallies,
)

TRIES = 5  # if two changes of a member collide
ONE_KIND = "kind"  # the attribute of a member who could be of one kind only
# Fields that a member may lack; what is empty isn't stored.
OPTIONAL: Item = {
    "sort_as": "",
    "works_at": "",
    "works_as": "",
    "earlier_stays": (),
    "offices_of_interest": (),
}
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
    "is_counted": False,  # not in the table either until the one-off count reaches the member
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
    members, _others, unread = members_beside(member_ids, (), only=only)
    return members, {sk for _, sk in unread}


def members_beside(
    member_ids: Iterable[str], others: Collection[Key], *, only: Iterable[str] = ()
) -> tuple[dict[str, Member], set[Key], set[Key]]:
    """As `members_by_id`, and in the same calls which of the `others`, keys of any items, exist;
    last the keys of both that could not be read now."""
    keys = [member_key(member_id) for member_id in member_ids]
    read = _attributes(only)
    items, unread = table.get_many([*keys, *others], only=read)
    members = {key[1]: _to_member(items[key], read) for key in keys if key in items}
    return members, items.keys() & set(others), unread


def member_id_at(address_hash: str) -> str | None:
    pointer = table.get(pointer_key(address_hash))
    return pointer["member_id"] if pointer else None


def member_ids_at(address_hashes: Iterable[str]) -> dict[str, str]:
    """The ids of those who are members, by the hash of their address.

    Raises:
        TooManyError: not all could be read now.
    """
    items, unread = table.get_many(map(pointer_key, address_hashes))
    if unread:
        raise TooManyError("unread")
    return {pk.partition("#")[2]: str(item["member_id"]) for (pk, _), item in items.items()}


# ---- Joining


def add(
    member: Member,
    agreed: Iterable[Consent],
    *also: Write,
    arrival: Arrival = Arrival.BY_THEMSELVES,
    invitation: Write | None = None,
    application: Write | None = None,
) -> None:
    """Store a new member with the consents that they gave, and do the writes in `also`, all in one
    transaction. An invitation and an application that stand at the address end, by the writes
    `invitation` and `application` if ending them has a condition.

    Raises:
        RefusedError: the address has a member or is reserved, or a condition in `also` fails; or
            somebody else brings in a person who was erased, and proof of that is kept, who
            asked us never to write again, or who waits for the team's decision.
    """
    hashed = member.address_hash
    by_themselves = arrival is Arrival.BY_THEMSELVES
    if by_themselves:
        returning = (
            erased.unmark(hashed),
            invited.forget_wish(hashed),
            application or invited.end_application(hashed),
        )
    else:
        returning = (
            erased.refuse(hashed, member.joined_at),
            invited.refuse(hashed),
            invited.refuse_waiting(hashed),
        )
    pointer = {**table.keyed(pointer_key(hashed)), "member_id": member.id}
    table.transact(
        table.put(pointer, condition=table.NEW),
        address_moves.check_free(hashed),
        table.put(_new_item(member), condition=table.NEW),
        *consents.starting(member.id, agreed),
        *note(Activity(member.joined_at, Act.JOINED, member.id)),
        *tallies.joined(member),
        *search.entering(member),
        *signs_of_life.begin(member.id, member.joined_at, is_sign=by_themselves),
        *returning,
        invitation or invited.end(hashed),
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


def count(shard: str, after: str | None, limit: int) -> str | None:
    """Count the next `limit` members of a shard, who joined before there were figures, in them, and
    let them be found by their name; returns as `enrol` does."""
    page = list(members(shard, after=after, limit=limit))
    for joined in page:
        _count(joined)
    return page[-1].id if len(page) == limit else None


def _count(joined: Member | None) -> None:
    for _ in range(TRIES):
        if joined is None or joined.is_counted:
            return
        mark = table.update(
            member_key(joined.id),
            "SET #is_counted = :yes",
            {":yes": True, ":seen": joined.revision},
            condition=f"{UNCHANGED} AND {tallies.same(joined)}",
        )
        if table.try_write(mark, *tallies.joined(joined), *search.entering(joined)):
            return
        joined = member(joined.id)  # they were corrected just now, or left
    raise TooManyError("count")


# ---- Erasing


def remove(
    member_id: str,
    address_hash: str,
    before: Member | None,
    now: int,
    until: int,
) -> tuple[Write, ...]:
    """Writes after which no use finds the member, whose address may join afresh. Proof without
    personal data stays until then (`functions.people.store.erased`).

    They are refused if the member has changed since `before`, which is None if only the pointer was
    there.
    """
    is_theirs = "#member_id = :id"
    return (
        table.delete(pointer_key(address_hash), condition=is_theirs, values={":id": member_id}),
        _delete(member_id, before),
        erased.put_tombstone(member_id, address_hash, now, until),
        *consents.closing(member_id, now, clock.day_of(until)),
        *(search.leaving(before) if before else ()),
    )


def left(member_id: str, before: Member | None, now: int) -> tuple[Write, ...]:
    """Writes that count somebody who is removed (`before` as in `remove`)."""
    counted = tallies.left(before, now) if before else ()
    return (*note(Activity(now, Act.LEFT, member_id)), *counted)


def never_joined(before: Member) -> tuple[Write, ...]:
    """Writes that take back that somebody who is removed was counted."""
    joined_then = Activity(before.joined_at, Act.JOINED, before.id)
    return (activities.forget(joined_then), *tallies.never_joined(before))


def _delete(member_id: str, before: Member | None) -> Write:
    if before is None:
        return table.check(member_key(member_id), table.NEW)
    is_unchanged, values = f"{UNCHANGED} AND {tallies.same(before)}", {":seen": before.revision}
    return table.delete(member_key(member_id), condition=is_unchanged, values=values)


# ---- Items


def note(activity: Activity) -> tuple[Write, ...]:
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
