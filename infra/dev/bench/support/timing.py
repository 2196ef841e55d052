"""Times programs: wall seconds, and CPU seconds including their child processes."""

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 3
LONG_SECONDS = 20.0  # longer programs are run once


@dataclass(frozen=True)
class Took:
    wall: float
    cpu: float


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Took:
    """Raises RuntimeError with the end of the program's output if it fails."""
    before, started = _cpu_of_children(), time.monotonic()
    done = subprocess.run(  # noqa: S603 - the benchmarks' own commands
        command, env=environment, capture_output=True, text=True, check=False
    )
    took = Took(time.monotonic() - started, _cpu_of_children() - before)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {(done.stderr or done.stdout)[-2000:]}")
    return took


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def medians(*programs: Callable[[], Took]) -> list[Took]:
    """Run the programs in turn, three times each; one that takes long only in the first round."""
    times = [[program()] for program in programs]
    for _ in range(ROUNDS - 1):
        for program, taken in zip(programs, times, strict=True):
            if taken[0].wall <= LONG_SECONDS:
                taken.append(program())
    return [_median(taken) for taken in times]


def _median(taken: list[Took]) -> Took:
    return Took(median(run.wall for run in taken), median(run.cpu for run in taken))


def cpu_note(ours: Took, peer: Took) -> str:
    return f"CPU {ours.cpu:.1f} s against {peer.cpu:.1f} s: {ours.cpu / peer.cpu:.3f}"
