"""`python -m infra.dev.bench`: measure, show a table, write build/bench.json.

Exits with 1 if a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.dev.bench import (
    bring_in_a_list,
    cold_start,
    dispatch_cost,
    door_list,
    many_people,
    publish_one_change,
    retention,
    rsvp_rush,
    rsvp_writes,
    site_build,
)
from infra.dev.bench.support.rows import Row, failed
from infra.paths import BUILD

SMALL = "import json; from infra.dev.bench import dispatch; print(json.dumps(dispatch.{}()))"


def small(name: str) -> list[Row]:
    """Run a function of `dispatch` in a small process: Linux starts a child's peak memory at its
    parent's, and ours would hide the figure to measure."""
    command = [sys.executable, "-c", SMALL.format(name)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603
    rows: list[Row] = json.loads(done.stdout)
    return rows


BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "cold_start": cold_start.run,
    "site_build": site_build.run,
    "publish_one_change": publish_one_change.run,
    "dispatch": lambda: small("run"),
    "dispatch_cost": dispatch_cost.run,
    "invite_10k": lambda: small("run_invitation"),
    "dispatch_100k": lambda: small("run_large"),
    "retention_500k": retention.run,
    "rsvp_write_units": rsvp_writes.run,
    "rsvp_rush": rsvp_rush.run,
    "segment_500k": many_people.run_segment,
    "desk_search_500k": many_people.run_search,
    "import_50k": bring_in_a_list.run,
    "door_list_500": door_list.run,
}
REPORT = BUILD / "bench.json"
WHOLE = 1000  # from here on numbers are shown without decimals


def main(arguments: Sequence[str] | None = None, report: Path = REPORT) -> int:
    """0 if every goal holds. Only a run of all is written to `report`."""
    parser = argparse.ArgumentParser(prog="python -m infra.dev.bench", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, help="run one, and write no report")
    only = parser.parse_args(arguments).only
    started, console = time.monotonic(), Console()
    rows = [row for name in ([only] if only else BENCHMARKS) for row in _measured(name, console)]
    for printed in (table(rows), *(details(row) for row in rows if "details" in row)):
        console.print(printed)
    console.print(f"{time.monotonic() - started:.0f} s; {busy(os.getloadavg()[1])}")
    if not only:
        report.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        report.write_text(text + "\n", encoding="utf-8")
    return 0 if all(row["holds"] for row in rows) else 1


def _measured(name: str, console: Console) -> list[Row]:
    """The benchmark's rows. One that fails misses its goal, and the others still run."""
    started = time.monotonic()
    try:
        with console.status(f"measuring {name}"):
            rows = BENCHMARKS[name]()
    except Exception as error:  # noqa: BLE001 - the table shows any error
        rows = [failed(name, error)]
    console.print(f"{name}: {time.monotonic() - started:.0f} s")
    return rows


def busy(load: float, cores: int | None = os.cpu_count()) -> str:
    """A line on the machine's load: a benchmark alone keeps one core busy, at times two."""
    text = f"load {load:.1f} on {cores} cores"
    return (
        text
        if load <= (cores or 1)
        else f"{text}: other programs ran too, measure again when the machine is idle"
    )


def table(rows: Sequence[Row]) -> Table:
    result = Table("benchmark", "ours", "peer", "ratio", "goal", "holds", "note")
    for row in rows:
        numbers = [shown(row[column]) for column in ("ours", "peer", "ratio", "goal")]
        holds = "[green]yes[/]" if row["holds"] else "[bold red]NO[/]"
        result.add_row(row["name"], *numbers, holds, row.get("note", ""))
    return result


def details(row: Row) -> Table:
    """The parts of a row's figure, the most expensive first."""
    result = Table(f"{row['name']} is", "number", "of", "cents", "percent")
    for part in sorted(row["details"], key=lambda part: -part["cents"]):
        numbers = f"{part['cents']:.4f}", f"{part['percent']:.3f}"
        result.add_row(part["part"], f"{part['number']:,.6g}", part["unit"], *numbers)
    return result


def shown(number: float | None) -> str:
    if number is None:
        return "–"  # noqa: RUF001 - a dash, for nothing
    return f"{number:,.0f}" if number >= WHOLE else f"{number:.3g}"


if __name__ == "__main__":
    sys.exit(main())
