"""Work in the background that the desk asks for, in steps: a file to write, a list to read in.

No I/O here.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from functions.core.clock import DAY, MINUTE

LEASE_SECONDS = 6 * MINUTE  # longer than the function may run: nobody else works on it meanwhile
MOST_TRIES = 5  # without a step forward
KEPT_SECONDS = DAY  # when it is over, with its files

Facts = dict[str, Any]


class State(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Work:
    id: str  # 32 hex digits
    kind: str  # one of functions.work.kinds.KINDS
    by: str  # id of the team member who wants it
    wanted: Facts  # what is to be done; never changes, and holds no personal data
    state: State = State.WAITING
    cursor: Facts = field(default_factory=dict)  # how far it is, and what has come of it
    step: int = 0  # rises with each change
    tries: int = 0  # that began since the last step
    created_at: int = 0

    @property
    def is_over(self) -> bool:
        return self.state is not State.WAITING
