"""Real planners and workers, ended by SIGKILL at any moment: nobody lost, nobody twice."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.takes_minutes

RUNS = 20
LONG_RUNS = 200
SECONDS_OF_A_RUN = 6  # at most, on a busy machine
FEWEST_KILLS = 60
SCRIPT = "tests.functions.newsletter.crash.processes"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its planners and workers")
def test_no_recipient_is_lost_or_mailed_twice_when_processes_are_killed(
    root: Path, record_property: Callable[[str, object], None], *, is_long: bool
) -> None:
    wanted = LONG_RUNS if is_long else RUNS
    command = [sys.executable, "-m", SCRIPT, str(wanted)]
    limit = wanted * SECONDS_OF_A_RUN
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, timeout=limit
    )
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    kills = sum(sum(run["killed"].values()) for run in runs)
    uncertain = sum(run["uncertain"] for run in runs)
    figures = f"{len(runs)} runs, {kills} killed, uncertain {uncertain}"
    record_property("newsletter, real processes killed", figures)
    assert [run for run in runs if run["wrong"]] == []
    assert len(runs) == wanted
    assert kills >= FEWEST_KILLS
