"""What the day's sweep of silent members reads and writes: units of the table for each member who
is due, among 500,000 of whom 500 are."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from infra.dev.bench.support import endpoint, newsletter_scene
from infra.dev.bench.support.rows import Row, limit, row

MEMBERS, DUE = 500_000, 500
MOST_UNITS = 4
GOAL = 0.06
READ_AT_ONCE = 10_000  # members, by the peer; the rest of them cost as much
FILLED_AT_ONCE = 5_000

Raw = dict[str, Any]


def run(members: int = MEMBERS, due: int = DUE) -> list[Row]:
    """`retention_500k`: units for each who is due; `retention_500k_others`: those for all others
    together; `retention_500k_all`: the day's units against a sweep that reads every member."""
    ours, among_none = _swept(members, due), _swept(due, due)
    peer = _read_all() * members / READ_AT_ONCE
    note = "their emails cost as much as any others; erasing somebody, as much as leaving"
    return [
        limit("retention_500k", ours / due, MOST_UNITS, note),
        limit("retention_500k_others", ours - among_none, 0),
        row("retention_500k_all", ours, peer, GOAL),
    ]


def _swept(members: int, due: int) -> float:
    """The units of a day's sweep.

    Raises:
        RuntimeError: it did not queue one email for each who is due.
    """
    with endpoint.running() as address:
        items = _items(members, due, int(time.time()))
        while some := list(islice(items, FILLED_AT_ONCE)):
            endpoint.fill(address, some)
        newsletter_scene.query(address, "used")
        done = _in_a_process(address, "sweep")
        if done["queued"] != due:
            raise RuntimeError(f"{done['queued']} emails for {due} members")
        return _units(newsletter_scene.query(address, "used"))


def _read_all() -> float:
    """The units of reading some members, as the newsletter's planner does."""
    with endpoint.running() as address:
        newsletter_scene.fill(address, READ_AT_ONCE)
        newsletter_scene.query(address, "used")
        _in_a_process(address, "read")
        return _units(newsletter_scene.query(address, "used"))


def _in_a_process(address: str, what: str) -> Raw:
    command = [sys.executable, "-m", "infra.dev.bench.retention", what]
    settings = endpoint.environment(address)
    done = subprocess.run(command, env=settings, stdout=-1, check=True)  # noqa: S603
    answer: Raw = json.loads(done.stdout.splitlines()[-1])
    return answer


def _units(used: Raw) -> float:
    return float(sum(used["units"].values()))


def _items(members: int, due: int, now: int) -> Iterator[Raw]:
    """Signs of life and yearly questions, as the functions store them. Of those who are due, two
    fifths get the first warning, as many the last one, and the rest the yearly question."""
    from functions.core.aws import table
    from functions.core.clock import DAY
    from functions.membership import store
    from functions.membership.rules import SWEPT, Sweep

    site = {"languages": ["en"], "time_zone": "UTC"}
    sweep = vars(Sweep(step=1, enrolled=SWEPT, began_at=now - DAY))
    of_no_member = [
        {"pk": "CATALOGUE", "sk": "CATALOGUE", "site": site},
        table.keyed(store.RETENTION) | sweep,
    ]
    of_members = (item for number in range(members) for item in _member(number, due, now))
    for item in chain(of_no_member, of_members):
        yield table.to_item(item)


def _member(number: int, due: int, now: int) -> Iterable[Raw]:
    from functions.core.aws import table
    from functions.core.keep import MONTH, Keep
    from functions.people.silence import BETWEEN_SECONDS, Stage, due_before
    from functions.people.store import signs_of_life

    member_id = f"{number:032x}"
    life: Raw = table.keyed(signs_of_life.life_key(member_id))
    question: Raw = table.keyed(signs_of_life.still_right_key(member_id))
    heard_of, long_ago = now - number % 300 * 86_400, due_before(Stage.QUIET, Keep(), now) - number
    life |= {"seen_at": heard_of, "due_kind": Stage.QUIET, "due_at": heard_of}
    question |= {"due_kind": signs_of_life.STILL_RIGHT, "due_at": heard_of}
    if number < due * 2 // 5:
        life |= {"seen_at": long_ago, "due_at": long_ago}
    elif number < due * 4 // 5:
        stage_began = now - BETWEEN_SECONDS - number
        silent = long_ago - BETWEEN_SECONDS
        life |= {"seen_at": silent, "due_kind": Stage.WARNED, "due_at": stage_began}
    elif number < due:
        question["due_at"] = now - 13 * MONTH
    return life, question


# ---- In a process of its own, with the environment of a function


def sweep() -> Raw:
    """The day's sweep, tick by tick; how many emails it queued."""
    from functions.core import clock
    from functions.core.aws import table
    from functions.membership import silent_members, store
    from functions.membership.rules import SWEPT

    while True:
        silent_members.sweep(clock.now(), lambda: True)
        if store.sweep().kind == SWEPT:
            break
    return {"queued": len(table.due("OUTBOX", clock.now(), limit=0))}


def read() -> Raw:
    from functions.people.member import SHARDS
    from functions.people.store import members

    return {"read": sum(1 for shard in SHARDS for _ in members.members(shard))}


if __name__ == "__main__":
    print(json.dumps({"sweep": sweep, "read": read}[sys.argv[1]]()))  # noqa: T201
