"""Figures as tables: by period and office. Each formula stands here once; no I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from functions.people.member import Act, Cell

MONTHS_A_QUARTER = 3


class By(StrEnum):
    QUARTER = "quarter"
    MONTH = "month"


def periods(year: int, by: By) -> dict[str, tuple[str, ...]]:
    """Name of a period (2026-Q4, 2026-11) → its months."""
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    if by is By.MONTH:
        return {month: (month,) for month in months}
    starts = range(0, len(months), MONTHS_A_QUARTER)
    return {
        f"{year}-Q{1 + start // MONTHS_A_QUARTER}": tuple(months[start : start + MONTHS_A_QUARTER])
        for start in starts
    }


def by_office(
    counts: Counter[Cell],
    act: Act,
    wanted: Mapping[str, tuple[str, ...]],
    offices: Iterable[str],
) -> dict[str, list[int]]:
    """Office → its figure in each period."""
    return {
        office: [
            sum(counts[Cell(month, act, office)] for month in months) for months in wanted.values()
        ]
        for office in offices
    }


def totals(rows: Mapping[str, list[int]]) -> list[int]:
    """The sum of each column."""
    return [sum(column) for column in zip(*rows.values(), strict=True)]
