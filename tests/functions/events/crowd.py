"""Many people at one moment: used against the handlers here, and over HTTP by the e2e tests."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

PATIENCE_SECONDS = 60


def crowd(people: int, come: Callable[[int], int]) -> Counter[int]:
    """`come(i)` for each of 0 to people-1, in threads that start together: how many got which
    status. What one of them raises is raised here."""
    start = Barrier(people)

    def one(i: int) -> int:
        start.wait(PATIENCE_SECONDS)
        return come(i)

    with ThreadPoolExecutor(people) as threads:
        return Counter(threads.map(one, range(people)))
