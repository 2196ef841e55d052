"""A handful of people do everything in any order, through the real handlers and by the links in the
real emails; after each step, all that is stored is compared with a model in plain Python.

CI does the same 10,000 steps each time; `--long` does more, at random.
"""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.functions.in_any_order import usual
from tests.functions.lives.lives_machine import Lives

pytestmark = pytest.mark.takes_minutes

STEPS, STORIES, LONG_STORIES = 100, 150, 4000
AT_LEAST, OF_EACH = 10_000, 10  # steps in CI's run
USUAL = usual(STORIES, STEPS)
LONG = settings(USUAL, max_examples=LONG_STORIES, derandomize=False)


def test_lives_in_any_order(monkeypatch, is_long, record_property):
    Lives.patch, Lives.counts = monkeypatch, Counter()
    run_state_machine_as_test(Lives, settings=LONG if is_long else USUAL)
    counts = Lives.counts
    record_property("steps in people's lives", f"{counts.total()}: {dict(counts.most_common())}")
    assert counts.total() >= AT_LEAST
    assert min(counts.values()) >= OF_EACH
