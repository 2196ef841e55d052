"""When an issue's recipients were sent to, in so few buckets that any issue fits into memory."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Each is a multiple of the one before: buckets merge without splitting any.
WIDTHS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY)
MOST = 200
WIDER = dict(pairwise(WIDTHS))


class Timeline:
    """Recipients by time: `width` seconds a bucket, named by the second in which it begins."""

    def __init__(self, most: int = MOST) -> None:
        self.width = WIDTHS[0]
        self._most = most
        self._counts: Counter[int] = Counter()

    def add(self, at: int, count: int) -> None:
        if count:
            self._counts[at - at % self.width] += count
        while len(self._counts) > self._most:
            self._widen()

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """(second in which the bucket begins, recipients), by time."""
        return iter(sorted(self._counts.items()))

    def filled(self) -> list[tuple[int, int]]:
        """The same with the buckets in which nothing was sent; only of few buckets in all."""
        if not self._counts:
            return []
        times = range(min(self._counts), max(self._counts) + 1, self.width)
        return [(at, self._counts[at]) for at in times]

    def total(self) -> int:
        return self._counts.total()

    def span(self) -> int:
        """Seconds from the first bucket's beginning to the last one's end."""
        return max(self._counts) + self.width - min(self._counts) if self._counts else 0

    def within(self, rows: int) -> "Timeline":
        """The same in buckets so wide that `rows` of them cover the whole time."""
        wider = Timeline(self._most)
        wider.width, wider._counts = self.width, self._counts.copy()
        while wider.span() > rows * wider.width and wider.width in WIDER:
            wider._widen()
        return wider

    def _widen(self) -> None:
        self.width = WIDER.get(self.width, 2 * self.width)
        merged: Counter[int] = Counter()
        for at, count in self._counts.items():
            merged[at - at % self.width] += count
        self._counts = merged
