"""Tables and plots of figures."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.figures import plots, rules
from functions.figures.rules import By
from functions.people.member import Act, Cell

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def test_a_quarter_has_three_months():
    quarters = rules.periods(2026, By.QUARTER)
    assert list(quarters) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert quarters["2026-Q4"] == ("2026-10", "2026-11", "2026-12")
    assert list(rules.periods(2026, By.MONTH)) == [f"2026-{n:02}" for n in range(1, 13)]


def test_months_and_quarters_of_a_year_have_the_same_sum():
    counts = Counter({Cell(f"2026-{n:02}", Act.JOINED, "lund"): n for n in range(1, 13)})
    for by in By:
        rows = rules.by_office(counts, Act.JOINED, rules.periods(2026, by), ["lund", "malmo"])
        assert sum(rules.totals(rows.values())) == sum(rows["lund"]) == 78
        assert sum(rows["malmo"]) == 0


def test_without_offices_there_are_no_totals():
    assert rules.totals([]) == []


@given(COUNTS)
def test_a_column_is_as_high_as_its_count(counts):
    plot = plots.columns([str(n) for n in range(len(counts))], counts)
    highest = max(count for _, count in plot.up)
    assert highest >= max(counts)
    shown = [count for count in counts if count]
    for column, count in zip(plot.columns, shown, strict=True):
        expected = count / highest * (plots.BOTTOM - plots.TOP)
        assert abs(column.height - expected) < 0.01
        assert abs(column.y + column.height - plots.BOTTOM) < 0.02
        assert plots.LEFT <= column.x <= plots.RIGHT - column.width + 0.02


@given(COUNTS, COUNTS)
def test_columns_of_one_period_stand_side_by_side(first, second):
    names = [str(n) for n in range(min(len(first), len(second)))]
    columns = sorted(plots.columns(names, first, second).columns, key=lambda column: column.x)
    for before, after in pairwise(columns):
        assert before.x + before.width <= after.x + 0.02


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), max_size=9))
def test_the_longest_bar_is_full_and_its_parts_touch(rows):
    bars = plots.bars(rows)
    lengths = [sum(part.width for part in parts) for parts in bars]
    if any(map(any, rows)):
        assert abs(max(lengths) - plots.FULL) < 0.05
    for parts in bars:
        for before, after in pairwise(parts):
            assert abs(before.x + before.width - after.x) < 0.02
