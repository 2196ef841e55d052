"""Waits for what the deployed functions do, no longer than the doctor's patience."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.5
INDEX_SECONDS = 2.0  # by then the table's index shows what was written, save on a bad day


def until(is_done: Callable[[], object], seconds: float, *, first: float = 0) -> bool:
    """True as soon as `is_done` is; False if it isn't within `seconds`. It is called after `first`
    seconds for the first time."""
    end = time.monotonic() + seconds
    time.sleep(first)
    while not is_done():
        if time.monotonic() >= end:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
