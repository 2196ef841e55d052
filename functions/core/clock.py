"""The time, in one place, so that a test can set it."""

import time

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """Seconds since the epoch, UTC."""
    return int(time.time())
