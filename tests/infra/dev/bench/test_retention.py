"""The sweep's benchmark at a small size: it counts what a day's sweep reads and writes."""

import pytest

from infra.dev.bench import retention


def test_each_who_is_due_costs_the_same_and_nobody_else_anything(monkeypatch):
    monkeypatch.setattr(retention, "READ_AT_ONCE", 50)
    a_due_member, others, _all = retention.run(members=120, due=20)
    assert a_due_member["ours"] <= retention.MOST_UNITS
    assert (a_due_member["holds"], others["holds"], others["ours"]) == (True, True, 0)


def test_a_sweep_that_leaves_somebody_out_is_no_result(monkeypatch):
    monkeypatch.setattr(retention, "_in_a_process", lambda *_: {"queued": 19})
    with pytest.raises(RuntimeError, match="19 emails for 20"):
        retention.run(members=120, due=20)
