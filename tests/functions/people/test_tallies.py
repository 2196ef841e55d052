"""The figures of who joined and left agree with the members that there are."""

from collections import Counter
from dataclasses import replace

import pytest

from functions.core import clock, segments
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.figures import rules
from functions.figures.rules import By
from functions.membership import sweeping
from functions.people.member import SHARDS, Act, Cell, Profile, Stay, new_member
from functions.people.store import corrections, tallies
from functions.people.store import members as people
from tests.functions.support import NOW

PROFILE = Profile(
    name="Åsa Ek",
    email="asa@example.com",
    office="malmo",
    from_year=1998,
    to_year=2019,
    kinds=("engineer",),
    interests=(),
    language="sv",
)
YEAR, MONTH = int(clock.month_of(NOW)[:4]), clock.month_of(NOW)
LATER = NOW + 1000 * DAY

pytestmark = pytest.mark.usefixtures("cloud")


def join(number=0, office="malmo", at=NOW):
    member = new_member(replace(PROFILE, office=office), f"{number:032}", at)
    people.add(member, ())
    return member


def move(member, office):
    after = replace(member, office=office, revision=member.revision + 1)
    table.transact(*corrections.correct(member, after, "hr", "form", NOW))
    return after


def leave(member, now=NOW):
    removing = people.remove(member.id, member.address_hash, member, now, LATER)
    table.transact(*removing, *people.left(member.id, member, now))


def counts():
    return {cell: n for cell, n in tallies.of_year(YEAR).items() if n}


def assert_agrees():
    """For every office, who joined minus who left is who is there; and the same for each month
    of joining if nobody has left."""
    rows = [member for shard in SHARDS for member in people.members(shard)]
    balance: Counter[str] = Counter()
    for cell, number in tallies.of_year(YEAR).items():
        balance[cell.office] += number if cell.act is Act.JOINED else -number
    assert {office: n for office, n in balance.items() if n} == Counter(m.office for m in rows)
    now = {offices: n for offices, n in tallies.members_by_offices().items() if n}
    assert now == Counter(tuple(sorted(member.offices)) for member in rows if member.is_counted)


def test_who_joins_is_counted_by_month_and_office():
    for number in range(3):
        join(number)
    join(9, "lund", at=NOW - 40 * DAY)
    assert counts() == {
        Cell(MONTH, Act.JOINED, "malmo"): 3,
        Cell(clock.month_of(NOW - 40 * DAY), Act.JOINED, "lund"): 1,
    }
    assert_agrees()


def test_a_quarters_figure_is_the_number_of_its_segment():
    """Both count in UTC, so they agree in the last second of a quarter, and in the first."""
    begin = clock.epoch("2026-10-01T00:00:00Z")
    for number, at in enumerate((begin - 1, begin, begin + 40 * DAY)):
        join(number, at=at)
    for quarter, months in rules.periods(2026, By.QUARTER).items():
        rows = [member for shard in SHARDS for member in people.members(shard)]
        segment = sum(segments.is_in_period(member.joined_at, quarter) for member in rows)
        figure = sum(tallies.of_year(2026)[Cell(month, Act.JOINED, "malmo")] for month in months)
        assert figure == segment, quarter


def test_who_leaves_has_joined_all_the_same():
    leave(join())
    assert counts() == {Cell(MONTH, Act.JOINED, "malmo"): 1, Cell(MONTH, Act.LEFT, "malmo"): 1}
    assert_agrees()


def test_a_corrected_office_moves_who_joined_to_it():
    leave(move(join(), "lund"))
    assert counts() == {Cell(MONTH, Act.JOINED, "lund"): 1, Cell(MONTH, Act.LEFT, "lund"): 1}


def test_members_are_counted_by_all_their_offices():
    asa = join()
    join(1, "lund")
    earlier = replace(asa, earlier_stays=(Stay("lund", 1990, 1997),), revision=2)
    table.transact(*corrections.correct(asa, earlier, "hr", "form", NOW))
    assert_agrees()
    assert tallies.members_by_offices()["lund", "malmo"] == 1
    swapped = replace(earlier, office="lund", earlier_stays=(Stay("malmo", 1990, 1997),))
    table.transact(*corrections.correct(people.member(asa.id), swapped, "hr", "form", NOW + 1))
    assert_agrees()
    leave(people.member(asa.id))
    assert_agrees()


def test_a_figure_is_stored_only_together_with_what_it_counts():
    asa = join()
    with pytest.raises(RefusedError):
        join()
    with pytest.raises(RefusedError):
        leave(replace(asa, revision=7))
    assert counts() == {Cell(MONTH, Act.JOINED, "malmo"): 1}


# ---- Members from before there were figures


def join_before(number=0, **facts):
    """As a member of an earlier version stands in the table."""
    member = join(number, **facts)
    table.write(table.update(people.member_key(member.id), "REMOVE #is_counted", {}))
    for joined in tallies.joined(member):
        key = joined["Update"]["Key"]
        take_back = table.update((key["pk"]["S"], key["sk"]["S"]), "ADD #count :n", {":n": -1})
        table.write(take_back)
    return people.member(member.id)


def count_all():
    sweeping._count_earlier_members(lambda: True)


def test_members_of_earlier_versions_are_counted_once():
    for number in range(5):
        join_before(number)
    join(9)
    assert counts() == {Cell(MONTH, Act.JOINED, "malmo"): 1}
    for _ in range(2):
        count_all()
    assert counts() == {Cell(MONTH, Act.JOINED, "malmo"): 6}
    assert all(m.is_counted for shard in SHARDS for m in people.members(shard))


def test_the_count_goes_on_where_it_was_interrupted(monkeypatch):
    monkeypatch.setattr(sweeping, "COUNTED_AT_ONCE", 1)
    for number in range(4):
        join_before(number)
    rest = iter([True] * 3)
    sweeping._count_earlier_members(lambda: next(rest, False))
    count_all()
    assert_agrees()
    assert tallies.progress() == tallies.COUNTED


def test_who_leaves_before_being_counted_is_counted_as_joined_too():
    leave(join_before())
    count_all()
    assert counts() == {Cell(MONTH, Act.JOINED, "malmo"): 1, Cell(MONTH, Act.LEFT, "malmo"): 1}


def test_who_moves_before_being_counted_is_counted_at_the_new_office():
    move(join_before(), "lund")
    count_all()
    assert counts() == {Cell(MONTH, Act.JOINED, "lund"): 1}


def test_a_change_that_does_not_know_of_the_count_is_refused():
    """Otherwise the office would change without its figures."""
    uncounted = join_before()
    count_all()
    with pytest.raises(RefusedError):
        move(uncounted, "lund")
    with pytest.raises(RefusedError):
        leave(uncounted)
    assert_agrees()


def test_a_count_that_meets_a_change_reads_the_member_again():
    stale = join_before()
    move(stale, "lund")
    people._count(stale)
    assert_agrees()
