"""The time, in one place, so that a test can set it."""

import time
from datetime import UTC, datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """Seconds since the epoch, UTC."""
    return int(time.time())


def today() -> str:
    """The day in UTC, as in 2026-11-26."""
    return day_of(now())


def day_of(at: int) -> str:
    """The day of a moment in UTC, as in 2026-11-26."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def month_of(at: int) -> str:
    """The month of a moment in UTC, as in 2026-11."""
    return day_of(at)[:7]


def year_of(at: int) -> int:
    """The year of a moment in UTC."""
    return int(day_of(at)[:4])


def ticking() -> float:
    """Seconds of a clock that is never set: to measure time within one process."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)


def epoch(text: str) -> int:
    """The seconds of a time as the catalogue writes it (2026-12-03T16:30:00Z).

    Raises:
        ValueError: it is another form, or not UTC.
    """
    if not text.endswith("Z"):
        raise ValueError(f"not UTC: {text}")
    return int(datetime.fromisoformat(text).timestamp())
