"""Whatever dies when: nobody is lost, nobody gets it twice, and the ledger tells of everybody.

`AtRandom(seed=7)` in a failure's message is the run to look at: its seed decides everything.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from functions.newsletter.rules.ledger import IssueKind
from tests.functions.newsletter.crash import readers
from tests.functions.newsletter.crash.conftest import Play
from tests.functions.newsletter.crash.faults import (
    KILLS,
    SWEPT,
    At,
    AtRandom,
    AtStep,
    Fault,
    Nothing,
)
from tests.functions.newsletter.crash.figures import Figures

pytestmark = pytest.mark.takes_minutes

AT_RANDOM = range(225)
INVITED_AT_RANDOM = range(40)
FEWEST_RUNS = 500
LONG_SECONDS = 600


def test_no_recipient_is_lost_or_mailed_twice_whatever_crashes(
    play: Play, root: Path, record_property: Callable[[str, object], None], *, is_long: bool
) -> None:
    figures = Figures()
    for seed, fault in enumerate(SWEPT):
        _sweep(play, seed, fault, figures)
    for seed in _seeds(is_long=is_long):
        world, verdict = play(seed, AtRandom(seed))
        figures.add(f"AtRandom({seed=})", world, verdict)
        figures.came_to(world, seed)
    _kill_where_chance_did_not(play, figures)
    figures.write(root / "build" / ("crash-long.json" if is_long else "crash.json"))
    record_property("newsletter, crash anywhere", figures.line())
    assert figures.wrong == []
    assert figures.runs >= FEWEST_RUNS
    assert [figures.never(kill) for kill in KILLS] == [set(), set()]


def test_nobody_is_invited_twice_and_none_is_forgotten_whatever_crashes(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invitation has no page that has to be online first."""
    monkeypatch.setattr(readers, "kind", IssueKind.INVITATION)
    wrong, states = {}, Counter[str]()
    for seed in INVITED_AT_RANDOM:
        _, verdict = play(seed, AtRandom(seed))
        wrong |= {seed: left} if (left := verdict.wrong().keys() - {"before_page"}) else {}
        states += verdict.counts
    assert wrong == {}
    assert states["sent"] > 0
    assert states["withdrawn"] > 0


def _seeds(*, is_long: bool) -> Iterator[int]:
    """The usual ones; for `make test-long` as many more as ten minutes allow."""
    yield from AT_RANDOM
    end = time.monotonic() + LONG_SECONDS
    for seed in count(AT_RANDOM.stop):
        if not is_long or time.monotonic() > end:
            return
        yield seed


def _kill_where_chance_did_not(play: Play, figures: Figures) -> None:
    for kill in KILLS:
        for step in sorted(figures.never(kill) & figures.seed_of.keys()):
            faults = AtStep(figures.seed_of[step], step, kill)
            figures.add(f"{faults}", *play(faults.seed, faults))


def _sweep(play: Play, seed: int, fault: Fault, figures: Figures) -> None:
    """One run for each call of an issue that goes out well, with that call's fault."""
    well, verdict = play(seed, Nothing(), rough=False)
    figures.add(f"{fault}: none", well, verdict)
    every = 1 if fault in KILLS else 4
    for call in range(0, well.calls, every):
        world, verdict = play(seed, At(call, fault), rough=False)
        figures.add(f"At({call}, {fault!r}), {seed=}", world, verdict)
        assert world.faults_done.total() >= 1 or verdict.wrong() == {}
