"""How many joined and left, by month (UTC) and office: counters that outlive erasure, because they
hold no personal data. The members' own transactions keep them, so they always agree with the rows:
for every office, those who joined minus those who left are its members.

The first digit of a member's id spreads a month's counter over 16 items.
"""

from collections import Counter

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.people.member import SHARDS, Act, Cell, Member

PROGRESS = ("FIGURES", "PROGRESS")
FIRST_YEAR = 2025  # nobody can have joined earlier
COUNTED = "*"  # all who joined before there were counters are counted


def of_year(year: int) -> Counter[Cell]:
    counts: Counter[Cell] = Counter()
    for item in table.query(f"FIGURES#{year}", f"{year}-"):
        month, act, office, _shard = item["sk"].split("#")
        counts[Cell(month, Act(act), office)] += item["count"]
    return counts


def members_by_office() -> Counter[str]:
    """How many members there are, by the office that they left last."""
    members: Counter[str] = Counter()
    for year in range(FIRST_YEAR, int(clock.today()[:4]) + 1):
        for cell, number in of_year(year).items():
            members[cell.office] += number if cell.act is Act.JOINED else -number
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
    return _add(member.joined_at, Act.JOINED, member)


def left(member: Member, now: int) -> tuple[Write, ...]:
    """Somebody whom the one-off count has not reached is counted as joined here."""
    return (*(() if member.is_counted else joined(member)), *_add(now, Act.LEFT, member))


def moved(before: Member, after: Member) -> tuple[Write, ...]:
    """Their last office was corrected: they joined from there all along."""
    if before.office == after.office or not before.is_counted:
        return ()
    return (*_add(before.joined_at, Act.JOINED, before, -1), *joined(after))


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
