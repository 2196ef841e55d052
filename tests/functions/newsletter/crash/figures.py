"""What all runs together found: by step, and in the words of the ledger."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.functions.newsletter.crash.faults import KILLS, Fault
from tests.functions.newsletter.crash.simulation import ASIDE, Simulation
from tests.functions.newsletter.crash.verdict import Verdict

# Each is counted in people, over all runs; the first ones are to be 0.
SUMS = ("lost", "twice", "unexplained", "unsettled", "denied", "missing")
SUMS += ("endless", "after_leaving", "uncertain", "settled", "in_flight")


class Figures:
    def __init__(self) -> None:
        self.runs = 0
        self.wrong: list[str] = []
        self.sums: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.faults: Counter[tuple[str, str]] = Counter()
        self.seed_of: dict[str, int] = {}

    def add(self, name: str, world: Simulation, verdict: Verdict) -> None:
        """`name` says how to have the same run again."""
        self.runs += 1
        if verdict.wrong():
            self.wrong.append(f"{name}: {verdict.wrong()}")
        self.sums.update({figure: getattr(verdict, figure) for figure in SUMS})
        self.states.update({str(state): n for state, n in verdict.counts.items()})
        self.steps.update(world.steps)
        self.faults.update(world.faults_done)

    def kills(self) -> int:
        return sum(n for (_, fault), n in self.faults.items() if fault in KILLS)

    def came_to(self, world: Simulation, seed: int) -> None:
        """Remember by which seed a step is come to."""
        for step in world.steps:
            self.seed_of.setdefault(step, seed)

    def never(self, fault: Fault) -> set[str]:
        """Steps that this fault never met."""
        steps = {step for step in self.steps if not step.endswith(tuple(ASIDE))}
        return {step for step in steps if not self.faults[step, fault]}

    def document(self) -> dict[str, Any]:
        by_step: dict[str, dict[str, int]] = {}
        for (step, fault), count in sorted(self.faults.items()):
            by_step.setdefault(step, {})[fault] = count
        sums = {name: self.sums[name] for name in SUMS}
        states = dict(self.states.most_common())
        totals = {"runs": self.runs, "kills": self.kills(), "faults": self.faults.total()}
        return totals | sums | {"states": states, "faults_by_step": by_step}

    def write(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(self.document(), indent=2) + "\n")

    def line(self) -> str:
        sums = ", ".join(f"{name.replace('_', ' ')} {self.sums[name]}" for name in SUMS)
        return f"{self.runs} runs, {self.kills()} kills, {self.faults.total()} faults: {sums}"
