"""How many joined and left, by month (UTC) and office: counters that outlive erasure, because they
hold no personal data. The members' own transactions keep them, so they always agree with the rows:
for every office, those who joined minus those who left are its members.

Others count who is a member now, by all offices where they worked: the desk sees by those.

The first digit of a member's id spreads a counter over 16 items.
"""

from collections import Counter

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.people.member import SHARDS, Act, Cell, Member

PROGRESS = ("FIGURES", "PROGRESS")
NOW = "FIGURES#now"
COUNTED = "*"  # all who joined before there were counters are counted


def of_year(year: int) -> Counter[Cell]:
    counts: Counter[Cell] = Counter()
    for item in table.query(f"FIGURES#{year}", f"{year}-"):
        month, act, office, _shard = item["sk"].split("#")
        counts[Cell(month, Act(act), office)] += item["count"]
    return counts


def members_by_offices() -> Counter[tuple[str, ...]]:
    """How many members there are now, by the offices where they worked, in alphabetical order."""
    members: Counter[tuple[str, ...]] = Counter()
    for item in table.query(NOW, consistent=False):
        offices, _shard = item["sk"].split("#")
        members[tuple(offices.split("+"))] += item["count"]
    return members


def _key(cell: Cell, member_id: str) -> Key:
    return (
        f"FIGURES#{cell.month[:4]}",
        f"{cell.month}#{cell.act}#{cell.office}#{member_id[:1]}",
    )


def _add(at: int, act: Act, member: Member, number: int = 1) -> tuple[Write, ...]:
    """None for `alumni doctor`'s recipients, who are no members."""
    if member.id[:1] not in SHARDS:
        return ()
    cell = Cell(clock.month_of(at), act, member.office)
    return (table.update(_key(cell, member.id), "ADD #count :n", {":n": number}),)


# ---- Writes of the members' transactions


def same(member: Member) -> str:
    """The condition that the member is still counted, or not, as they were when read."""
    return f"attribute_{'exists' if member.is_counted else 'not_exists'}(#is_counted)"


def joined(member: Member) -> tuple[Write, ...]:
    return (*_add(member.joined_at, Act.JOINED, member), *change_now(member, 1))


def left(member: Member, at: int) -> tuple[Write, ...]:
    """Somebody whom the one-off count has not reached is counted as joined here."""
    gone = _add(at, Act.LEFT, member)
    if member.is_counted:
        return (*gone, *change_now(member, -1))
    return (*gone, *_add(member.joined_at, Act.JOINED, member))


def never_joined(member: Member) -> tuple[Write, ...]:
    """Takes back `joined`."""
    return (*_add(member.joined_at, Act.JOINED, member, -1), *change_now(member, -1))


def moved(before: Member, after: Member) -> tuple[Write, ...]:
    """Their offices were corrected: they joined from the last one all along."""
    writes: list[Write] = []
    if before.is_counted and before.office != after.office:
        for member, number in ((before, -1), (after, 1)):
            writes += _add(before.joined_at, Act.JOINED, member, number)
    if before.is_counted and set(before.offices) != set(after.offices):
        writes += (*change_now(before, -1), *change_now(after, 1))
    return tuple(writes)


def change_now(member: Member, number: int) -> tuple[Write, ...]:
    if member.id[:1] not in SHARDS:
        return ()
    key = (NOW, f"{'+'.join(sorted(member.offices))}#{member.id[:1]}")
    return (table.update(key, "ADD #count :n", {":n": number}),)


# ---- Members from before there were counters


def progress() -> str:
    """The shard and the last id that the one-off count has reached, or COUNTED."""
    item = table.get(PROGRESS)
    return item["after"] if item else ""


def save_progress(before: str, after: str) -> bool:
    """Returns False if another tick was first."""
    condition, values = ("#after = :before", {":before": before}) if before else (table.NEW, None)
    put = table.put(table.keyed(PROGRESS) | {"after": after}, condition=condition, values=values)
    return table.try_write(put)
