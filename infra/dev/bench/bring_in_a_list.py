"""How fast a list of 50,000 rows is brought in as invitations, and in how much memory."""

import json
import resource
import subprocess
import sys
import time
from typing import Any

from infra.dev.bench.support import endpoint
from infra.dev.bench.support.rows import Row, limit, row

ROWS, FEW = 50_000, 5_000
MOST_SECONDS, FLAT = 120, 1.2

Raw = dict[str, Any]


def run(rows: int = ROWS, few: int = FEW) -> list[Row]:
    """`import_50k`: seconds; `import_50k_memory`: peak memory against that of a tenth of the
    rows."""
    small, ours = _brought_in(few), _brought_in(rows)
    note = f"{rows / ours['seconds']:.0f} rows a second, a transaction each"
    return [
        limit("import_50k", ours["seconds"], MOST_SECONDS, note),
        row("import_50k_memory", ours["memory"], small["memory"], FLAT, "KiB at their peak"),
    ]


def _brought_in(rows: int) -> Raw:
    """The job in a small process, on a fresh cloud.

    Raises:
        RuntimeError: not all of the rows were brought in.
    """
    with endpoint.running() as address:
        command = [sys.executable, "-m", "infra.dev.bench.bring_in_a_list", str(rows)]
        done = subprocess.run(  # noqa: S603 - our own program
            command, env=endpoint.environment(address), stdout=subprocess.PIPE, check=True
        )
        answer: Raw = json.loads(done.stdout.splitlines()[-1])
        if answer["new"] != rows:
            raise RuntimeError(f"{answer['new']} of {rows} rows")
        return answer


# ---- In a process of its own, with the environment of a function


def bring_in(rows: int) -> Raw:
    import tempfile

    from functions.imports import bringing_in, requesting, store
    from functions.imports.rules import Columns, Field, Ground, Terms, Verdict
    from functions.work import store as work_store

    _publish()
    terms = Terms(ground=Ground.INVITE, agreed_on="2026-05-01", how="reunion", language="en")
    columns = Columns((Field.NAME, Field.EMAIL, Field.LAST_DAY), has_heading=True)
    known = store.new("bench", "list.csv", columns, int(time.time()))
    with tempfile.TemporaryFile() as file:
        file.write(b"Name,Email,Left\n")
        file.writelines(
            f"Person Number {n},person-{n}@example.com,2019-05-31\n".encode() for n in range(rows)
        )
        requesting.start_at_once(known, "bench", file, terms, known.at)
    started = store.get(known.id, known.at)
    work = work_store.work(started.work_id) if started else None
    if work is None:
        raise RuntimeError("no work")
    begun = time.monotonic()
    bringing_in.bring_in(work, lambda: True)
    seconds = time.monotonic() - begun
    after = store.get(known.id, known.at)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    new = after.counts.get(Verdict.NEW, 0) if after else 0
    return {"seconds": seconds, "memory": memory, "new": new}


def _publish() -> None:
    from functions.core import site
    from functions.core.aws import table

    settings = {"languages": ["en"], "offices": [], "topics": [], "contacts": {}, "consents": {}}
    table.write(table.put(table.keyed(site.KEY) | {"site": settings}))


if __name__ == "__main__":
    print(json.dumps(bring_in(int(sys.argv[1]))))  # noqa: T201
