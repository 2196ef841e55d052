"""What the models share in which people act in any order: settings, a world, a count of steps."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

from tests.functions.lives.world import World


def usual(stories: int, steps: int) -> settings:
    """The same stories each time, of so many steps at most."""
    return settings(
        max_examples=stories,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


class InAnyOrder(RuleBasedStateMachine):
    """In a world of its own, whose clock moves with each step."""

    patch: pytest.MonkeyPatch
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.patch)

    @property
    def now(self) -> int:
        return self.world.now

    def _step(self, what: str) -> None:
        self.counts[what] += 1
        self.world.now += 1
