"""Waits for what the deployed functions do, no longer than the doctor's patience."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.5


def until(is_done: Callable[[], object], seconds: float) -> bool:
    """True as soon as `is_done` is; False if it isn't within `seconds`."""
    end = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() >= end:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
