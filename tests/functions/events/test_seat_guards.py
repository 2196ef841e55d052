"""What the model of seats is worth: it notices each guard that is taken out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from functions.core.aws import table
from functions.core.clock import DAY
from functions.door.store import taps
from functions.events import rules, waiting_list
from functions.events.rules import Status
from functions.events.store import places, rsvps
from tests.functions.events.seats_machine import AtOnce, Seats, SmallerFirst
from tests.functions.in_any_order import usual

MOST_SEQUENCES, STEPS = 334, 16  # of which the model has thrice as many in CI
ANYTHING = "attribute_exists(#pk) OR attribute_not_exists(#pk)"
CONDITIONS = {
    "a seat for each": ("#free >= :n", SmallerFirst),
    "nobody overtakes": ("#waiting = :none", SmallerFirst),
    "behind the last in the queue": (places.IS_NEXT, AtOnce),
    "queued only if it is full": (places.IS_FULL, SmallerFirst),
    "served by the free seats that were seen": ("#free = :free", SmallerFirst),
    "the facts that were shown": ("#sequence = :sequence", Seats),
    "the sign-up that was read": (rsvps.SAME, Seats),
    "its revision": ("#revision = :revision", AtOnce),
    "the capacity that was known": ("#capacity = :known", Seats),
    "the published capacity": ("#capacity = :capacity", Seats),
    "no item yet": ("attribute_not_exists(#pk)", Seats),
    "checked in while signed up": ("#ticket = :ticket", Seats),
}
Plant = Callable[[pytest.MonkeyPatch], None]


def without(fragment: str) -> Plant:
    """Of each write's condition this part holds always; its values are still used, as DynamoDB
    demands it."""
    condition = table._condition

    def weak(text: str) -> dict[str, Any]:
        return condition(text.replace(fragment, f"({fragment} OR {ANYTHING})"))

    return lambda patch: patch.setattr(table, "_condition", weak)


def find(machine: type[Seats], monkeypatch: pytest.MonkeyPatch) -> str:
    machine.patch, machine.counts, machine.moves = monkeypatch, Counter(), Counter()
    machine.sequences = 0
    fast = settings(usual(MOST_SEQUENCES, STEPS), phases=[Phase.generate])
    with pytest.raises((AssertionError, ClientError)) as noticed:
        run_state_machine_as_test(machine, settings=fast)
    return f"{machine.sequences}: {str(noticed.value).partition(chr(10))[0]}"


@pytest.mark.parametrize("guard", CONDITIONS)
def test_a_condition_that_is_taken_out_is_noticed(guard, monkeypatch, record_property):
    fragment, machine = CONDITIONS[guard]
    without(fragment)(monkeypatch)
    record_property(guard, find(machine, monkeypatch))


def changed(module: Any, name: str, change: Callable[..., Any]) -> Plant:
    return lambda patch: patch.setattr(module, name, change(getattr(module, name)))


def last_first(_served):
    return lambda event, queue, _how: next(
        (place for place in reversed(list(queue)) if place.party <= event.free), None
    )


def one_seat_for_all(content):
    return lambda rsvp: content(rsvp) | {"party": 1}


def at_any_time(accept):
    return lambda event, before, revision, now: accept(
        event, before and replace(before, held_until=now + 1), revision, now
    )


def without_a_mail(_mail):
    return lambda name, _rsvp, now: table.put(table.keyed((f"X#{name}", str(now))))


def always_the_same_mail(mail):
    return lambda _name, rsvp, now: mail("rsvp_changed", rsvp, now)


def kept_by_the_door(_deleting):
    return lambda _slug, code: table.delete(("X", code))


def never_ended(_lapse):
    return lambda *_: rules.Decision(rules.Verdict.ALREADY)


FAULTS: dict[str, tuple[Plant, type[Seats]]] = {
    "the last in the queue is served": (changed(waiting_list, "next_served", last_first), Seats),
    "at once, the last is served": (changed(waiting_list, "next_served", last_first), AtOnce),
    "a smaller party is served first": (
        changed(waiting_list, "next_served", last_first),
        SmallerFirst,
    ),
    "long offers": (changed(waiting_list, "LONGEST", lambda _: 20 * DAY), SmallerFirst),
    "short offers": (changed(waiting_list, "SHORTEST", lambda _: 60), Seats),
    "offers beyond the end": (
        changed(waiting_list, "offer_until", lambda _: lambda _event, now: now + DAY),
        Seats,
    ),
    "offers at any time": (changed(waiting_list, "may_serve", lambda _: lambda *_: True), Seats),
    "no offers at all": (changed(waiting_list, "may_serve", lambda _: lambda *_: False), Seats),
    "accepted too late": (changed(waiting_list, "accept", at_any_time), Seats),
    "ended too early": (
        changed(waiting_list, "lapse", lambda lapse: lambda before, now: lapse(before, now + DAY)),
        Seats,
    ),
    "never ended": (changed(waiting_list, "lapse", never_ended), SmallerFirst),
    "another party in the queue": (changed(places, "_content", one_seat_for_all), Seats),
    "seats for who asks": (changed(rules, "HELD", lambda held: (*held, Status.REQUESTED)), Seats),
    "no seats for an offer": (changed(rules, "HELD", lambda held: held[:1]), Seats),
    "no host": (changed(rules, "taken_in", lambda _: rules.seated_or_queued), Seats),
    "open at any time": (changed(rules, "is_open", lambda _: lambda *_: True), Seats),
    "no email": (changed(rsvps, "_mail", without_a_mail), Seats),
    "the wrong email": (changed(rsvps, "_mail", always_the_same_mail), Seats),
    "check-ins stay": (changed(taps, "deleting", kept_by_the_door), Seats),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(fault, monkeypatch, record_property):
    plant, machine = FAULTS[fault]
    plant(monkeypatch)
    record_property(fault, find(machine, monkeypatch))
