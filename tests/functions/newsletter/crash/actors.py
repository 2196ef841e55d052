"""Planners and workers that run at once, one call at a time, in an order that a seed decides."""

import threading
from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """Ends a process in the middle: no `except Exception` of the functions may hold it up."""


class Actor:
    """One invocation in a thread of its own, which goes on only when it is resumed."""

    def __init__(self, role: str, work: Callable[["Actor"], Any], ends_at: int) -> None:
        """`ends_at` is the second at which Lambda would end it."""
        self.role, self.ends_at = role, ends_at
        self.pace = 1.0  # how often it gets its turn: what is slow is overtaken
        self.skew = 0  # seconds by which its clock is wrong
        self.holds: int | None = None  # the batch between its claim and its record
        self.read_at = 0  # the step in which it read its batch's members
        self.losing = 0  # how many more calls are lost, one after the other
        self.is_done = self.was_killed = False
        self.error: Exception | None = None
        self.result: Any = None
        self.finished: Callable[[], None] = lambda: None  # what its source does then
        self._work = work
        self._go, self._back = threading.Lock(), threading.Lock()
        self._go.acquire()
        self._back.acquire()
        threading.Thread(target=self._run, daemon=True).start()

    def resume(self) -> None:
        """Let it go on to its next call, or to its end."""
        self._go.release()
        self._back.acquire()

    def pause(self) -> None:
        """Called by the actor itself: others may go on first."""
        self._back.release()
        self._go.acquire()

    def _run(self) -> None:
        self._go.acquire()
        try:
            self.result = self._work(self)
        except Killed:
            self.was_killed = True
        except Exception as error:  # noqa: BLE001 - what Lambda would call a failed invocation
            self.error = error
        self.is_done = True
        self._back.release()
