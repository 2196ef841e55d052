"""Figures as tables: by period and office. Each formula stands here once; no I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


def totals(rows: Iterable[Sequence[int]]) -> list[int]:
    """The sum of each column."""
    return [sum(column) for column in zip(*rows, strict=True)]


class MemberState(StrEnum):
    """What a member is counted as: each is one of these, so they add up."""

    READER = "reader"  # active, and gets the newsletter
    OTHER = "other"  # active, without it
    SILENT = "silent"
    UNREACHABLE = "unreachable"  # their address gets no email


def member_state(*, newsletter: bool, is_stopped: bool, is_active: bool) -> MemberState:
    if is_stopped:
        return MemberState.UNREACHABLE
    if not is_active:
        return MemberState.SILENT
    return MemberState.READER if newsletter else MemberState.OTHER
