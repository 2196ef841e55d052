"""Whatever people, the team and the tick do with an event's seats, in any order, nothing breaks."""

from collections import Counter

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.functions.events.seats_machine import AtOnce, Seats, SmallerFirst
from tests.functions.in_any_order import usual

USUAL = {  # changes of state that every run has
    ("nobody", "pending"),
    ("pending", "accepted"),
    ("pending", "waiting"),
    ("pending", "requested"),
    ("requested", "requested"),
    ("requested", "accepted"),
    ("requested", "waiting"),
    ("requested", "cancelled"),
    ("waiting", "waiting"),
    ("waiting", "cancelled"),
    ("accepted", "accepted"),
    ("accepted", "cancelled"),
    ("cancelled", "pending"),
    ("cancelled", "waiting"),
}
GIVEN = {("waiting", "accepted")}
OF_OFFERS = {("waiting", "offered"), ("offered", "accepted"), ("offered", "cancelled")}
SEQUENCES, LONG_SEQUENCES, STEPS = 1_000, 10_000, 16


@pytest.mark.parametrize("machine", [Seats, AtOnce, SmallerFirst])
def test_seats_in_any_order(machine, monkeypatch, record_property, is_long):
    sequences = LONG_SEQUENCES if is_long else SEQUENCES
    machine.patch, machine.counts, machine.moves = monkeypatch, Counter(), Counter()
    run_state_machine_as_test(machine, settings=usual(sequences // 3 + 1, STEPS))
    counts = machine.counts
    name = f"steps of seats ({machine.__name__})"
    record_property(name, f"{counts.total()}: {dict(counts.most_common())}")
    assert set(machine.moves) >= USUAL | (GIVEN if machine is AtOnce else OF_OFFERS)
    assert min(counts.values()) >= sequences // 50
