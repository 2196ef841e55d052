"""What goes wrong at a call, and when: at one call of a run, or at random by a seed."""

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    KILL_BEFORE = "killed before"
    KILL_AFTER = "killed after"
    LOSE_REQUEST = "request lost"  # not done, and the caller cannot know
    LOSE_ANSWER = "answer lost"  # done, and the caller cannot know
    CUT_OFF = "cut off"  # done, and no answer to this or the next calls: botocore gives up
    BROKEN = "server error"  # 5xx, and nothing is done
    BROKEN_DONE = "server error, yet done"


KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)
SWEPT = (*KILLS, Fault.LOSE_ANSWER, Fault.CUT_OFF)


READS = ("Query", "GetItem")
READ_RATE = 0.03
WRITE_RATE = 0.12
# Steps that few runs come to, so that each is killed too.
RARE = dict.fromkeys(
    (
        "planner: UpdateItem batch expired",
        "planner: UpdateItem batch uncertain",
        "planner: UpdateItem issue sent",
        "worker: GetItem",
        "worker: TransactWriteItems",
        "worker: UpdateItem batch planned",
        "worker: UpdateItem batch uncertain",
    ),
    0.4,
)


@dataclass
class At:
    """One fault at the n-th call of a run; all else goes well."""

    call: int
    fault: Fault

    def pick(self, call: int, _step: str) -> Fault | None:
        return self.fault if call == self.call else None


@dataclass
class Nothing:
    def pick(self, _call: int, _step: str) -> Fault | None:
        return None


@dataclass
class AtRandom:
    seed: int
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def pick(self, _call: int, step: str) -> Fault | None:
        is_read = step.endswith(READS)
        rate = RARE.get(step, READ_RATE if is_read else WRITE_RATE)
        return self.rng.choice(list(Fault)) if self.rng.random() < rate else None


@dataclass
class AtStep:
    """As another run went, until it comes to `step`: there this fault."""

    seed: int
    step: str
    fault: Fault

    def __post_init__(self) -> None:
        self._as_before = AtRandom(self.seed)

    def pick(self, call: int, step: str) -> Fault | None:
        as_before = self._as_before.pick(call, step)
        return self.fault if step == self.step else as_before


Faults = At | Nothing | AtRandom | AtStep
