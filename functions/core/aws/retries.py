"""How often and how long a write that collides with others is repeated."""

import random
import time
from collections.abc import Iterator
from itertools import count

# 200 people at once on one item, each holding it for 30 ms, are done in 7.9 s, and at 15 ms in
# 4.6 s (simulated). A web function and its API integration have 15 s, CloudFront 20.
GIVE_UP_SECONDS = 8.0
# Of deciding anew what others have changed meanwhile: with the write's own, within the 15 s.
DECIDING_SECONDS = 4.0
FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 0.5


def attempts(seconds: float = GIVE_UP_SECONDS) -> Iterator[int]:
    """Yields 0, 1, 2, ..., waiting between them, until `seconds` have passed."""
    until = time.monotonic() + seconds
    for attempt in count():
        yield attempt
        wait(attempt)
        if time.monotonic() >= until:
            return


def wait(attempt: int) -> None:
    """Sleep for a random time, the longer the more attempts there were."""
    # Full jitter, so that those who collided don't collide again.
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(attempt, 10))
    time.sleep(random.uniform(0, longest))  # noqa: S311
