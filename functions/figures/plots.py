"""Plots: where columns, bars and ticks are in a picture. The templates draw them as SVG.

A table with the same figures stands beside each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 280  # of the picture of columns, in its own units
LEFT, RIGHT, TOP, BOTTOM = 88, 720, 18, 232  # of the plot in it, with room for its labels
GAP = 0.3  # of a period's width, between its columns and the next ones
FULL = 100  # the width of the longest bar


@dataclass(frozen=True)
class Column:
    series: int  # from 1
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Tick:
    at: float  # on its axis
    label: str


@dataclass(frozen=True)
class Columns:
    columns: list[Column]
    across: list[Tick]
    up: list[tuple[float, int]]  # place and count


def columns(names: Sequence[str], *series: Sequence[int]) -> Columns:
    """Columns side by side for each name, one for each series."""
    most = max((count for counts in series for count in counts), default=0)
    step = nice_step(most)
    top = step * max(1, -(-most // step))
    period = (RIGHT - LEFT) / max(1, len(names))
    width = period * (1 - GAP) / len(series)

    def column(at: int, number: int, count: int) -> Column:
        x = LEFT + at * period + period * GAP / 2 + number * width
        height = count / top * (BOTTOM - TOP)
        return Column(number + 1, *_rounded(x, BOTTOM - height, width, height))

    return Columns(
        columns=[
            column(at, number, count)
            for number, counts in enumerate(series)
            for at, count in enumerate(counts)
            if count > 0
        ],
        across=[Tick(round(LEFT + (at + 0.5) * period, 1), name) for at, name in enumerate(names)],
        up=[
            (round(BOTTOM - count / top * (BOTTOM - TOP), 1), count)
            for count in range(0, top + 1, step)
        ],
    )


@dataclass(frozen=True)
class Part:
    series: int  # from 1
    x: float
    width: float


def bars(rows: Sequence[Sequence[int]]) -> list[list[Part]]:
    """For each row its parts, one behind the other; the longest row has the width FULL."""
    most = max((sum(row) for row in rows), default=0) or 1
    return [_parts(row, most) for row in rows]


def _parts(row: Sequence[int], most: int) -> list[Part]:
    parts, before = [], 0
    for number, count in enumerate(row, start=1):
        if count > 0:
            parts.append(Part(number, *_rounded(before * FULL / most, count * FULL / most)))
            before += count
    return parts


def nice_step(most: int) -> int:
    """The smallest step of 1, 2 or 5 times a power of ten, five of which reach `most`."""
    step = 1
    while step * 5 < most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _rounded(*numbers: float) -> tuple[float, ...]:
    return tuple(round(number, 2) for number in numbers)
