"""Work in the background: taken over after a death, done once, given up at last, cleared away."""

import pytest

from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.work import handler, kinds, store
from functions.work.kinds import Kind
from functions.work.rules import KEPT_SECONDS, LEASE_SECONDS, MOST_TRIES, State
from tests.functions.sent_emails import Context
from tests.functions.support import dump

STEPS = 5
cleared: list[str] = []


def count_up(work, has_time):
    """Counts to STEPS, a step each."""
    while work.cursor.get("count", 0) < STEPS:
        if not has_time():
            return
        work = store.move(work, {"count": work.cursor.get("count", 0) + 1})
    store.end(work, State.DONE, work.created_at)


def stumble(_work, _has_time):
    raise ValueError


def clear(work):
    cleared.append(work.id)


@pytest.fixture
def asked_for(cloud, monkeypatch):
    """Asks for work of a kind of its own; returns its id."""
    cleared.clear()

    def ask(advance="count_up", *, tell=True):
        names = (f"functions.work.here.{name}" for name in (advance, "clear"))
        monkeypatch.setitem(kinds.KINDS, "counting", Kind(*names))
        monkeypatch.setattr(kinds, "_function", lambda name: globals()[name.rpartition(".")[2]])
        work, write = store.asking("counting", "somebody", {}, cloud.now)
        table.write(write)
        if tell:
            handler.advance(stream(work.id), Context())
        return work.id

    return ask


def stream(work_id):
    return {"Records": [{"dynamodb": {"Keys": {"pk": {"S": f"WORK#{work_id}"}}}}]}


def tick(left_ms=50_000):
    handler.advance({"tick": True}, Context(left_ms))


def test_the_stream_wakes_it(asked_for):
    assert store.work(asked_for()).state is State.DONE


def test_the_tick_finds_what_the_stream_has_lost(asked_for):
    work_id = asked_for(tell=False)
    tick()
    assert store.work(work_id).state is State.DONE


def test_without_time_it_waits_for_the_next_tick(asked_for):
    work_id = asked_for(tell=False)
    tick(left_ms=1)
    assert store.work(work_id).step == 0
    tick()
    assert store.work(work_id).cursor == {"count": STEPS}


def test_nobody_works_on_what_somebody_else_has(asked_for, cloud):
    work_id = asked_for(tell=False)
    claimed = store.claim(work_id, cloud.now)
    assert store.claim(work_id, cloud.now) is None
    cloud.pass_(LEASE_SECONDS)
    taken_over = store.claim(work_id, cloud.now)
    store.move(taken_over, {"count": 1})
    with pytest.raises(RefusedError):
        store.move(claimed, {"count": 1})  # whoever was slow


def test_what_fails_again_and_again_is_given_up(asked_for, cloud):
    work_id = asked_for("stumble")
    for _ in range(MOST_TRIES):
        cloud.pass_(LEASE_SECONDS)
        tick()
    assert store.work(work_id).state is State.FAILED
    assert store.claim(work_id, cloud.now) is None


def test_the_last_try_is_not_cut_short(asked_for, cloud):
    work_id = asked_for("stumble")
    for _ in range(MOST_TRIES - 1):
        cloud.pass_(LEASE_SECONDS)
        assert store.claim(work_id, cloud.now)
    tick()
    assert store.work(work_id).state is State.WAITING


def test_a_day_after_its_end_it_is_cleared_away(asked_for, cloud):
    work_id = asked_for()
    cloud.pass_(KEPT_SECONDS - 1)
    tick()
    assert cleared == []
    cloud.pass_(1)
    tick()
    assert cleared == [work_id]
    assert not [item for item in dump() if item["pk"].startswith("WORK")]
