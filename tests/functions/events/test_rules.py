"""The state machine of an RSVP and the arithmetic of seats, without any AWS."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.clock import DAY
from functions.events import changed_facts, rules
from functions.events.rules import Event, Rsvp, Status, Verdict, Wish

NOW = 1_795_000_000
EVENT = Event("talk", 40, 40, 0, 1, NOW + 10 * DAY, NOW + 11 * DAY, NOW + 9 * DAY)
WISH = Wish("Åsa", "asa@example.com", 2, "", "en")


def pending(**changes) -> Rsvp:
    after = rules.sign_up(EVENT, None, WISH, "asa", NOW).after
    assert after
    return replace(after, **changes)


def accepted(**changes) -> Rsvp:
    return pending(status=Status.ACCEPTED, **changes)


def test_a_sign_up_stays_pending_for_two_days() -> None:
    decision = rules.sign_up(EVENT, None, WISH, "asa", NOW)
    assert (decision.verdict, decision.mail) == (Verdict.GO, "confirm_rsvp")
    assert pending().status is Status.PENDING
    assert pending().expires_at == NOW + 2 * DAY


def test_an_accepted_sign_up_never_becomes_pending_again() -> None:
    decision = rules.sign_up(EVENT, accepted(), WISH, "asa", NOW)
    assert (decision.after, decision.mail) == (None, "already_signed_up")


@pytest.mark.parametrize("free", [0, 1, 40])
def test_the_response_to_a_sign_up_depends_only_on_the_event(free) -> None:
    event = replace(EVENT, free=free)
    people = [None, pending(), accepted(), pending(status=Status.CANCELLED)]
    assert len({rules.sign_up(event, who, WISH, "asa", NOW).verdict for who in people}) == 1


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"closes_at": NOW}, Verdict.CLOSED),
        ({"withdrawn": True}, Verdict.GONE),
        ({"free": 2}, Verdict.GO),
    ],
)
def test_a_sign_up_is_possible_only_while_it_is_open(changed, verdict) -> None:
    event, before = replace(EVENT, **changed), pending()
    assert rules.sign_up(event, None, WISH, "asa", NOW).verdict is verdict
    assert rules.confirm(event, before, before.revision, NOW).verdict is verdict


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"free": 2}, Status.ACCEPTED),
        ({"free": 1}, Status.WAITING),
        ({"free": -3}, Status.WAITING),
        ({"waiting": 1}, Status.WAITING),
    ],
)
def test_who_confirms_gets_a_seat_or_else_the_last_place_in_the_queue(changed, status) -> None:
    event, before = replace(EVENT, **changed, tail=6), pending()
    after = rules.confirm(event, before, before.revision, NOW).after
    assert after
    assert (after.status, after.place) == (status, 7 if status is Status.WAITING else 0)


@pytest.mark.parametrize(
    ("before", "revision", "later", "verdict"),
    [
        (None, 0, 0, Verdict.LAPSED),
        (pending(), NOW, 0, Verdict.GO),
        (pending(), NOW - 1, 0, Verdict.STALE),
        (pending(), NOW, 2 * DAY, Verdict.LAPSED),
        (accepted(revision=NOW + 1), NOW, 0, Verdict.ALREADY),
        (accepted(revision=NOW + 1), NOW, 3 * DAY, Verdict.ALREADY),
        (pending(status=Status.CANCELLED, revision=NOW + 2), NOW, 0, Verdict.SIGNED_OFF),
    ],
)
def test_a_confirmation_is_decided_by_the_state_of_the_sign_up(
    before, revision, later, verdict
) -> None:
    assert rules.confirm(EVENT, before, revision, NOW + later).verdict is verdict


def test_a_party_grows_only_while_registration_is_open_but_may_shrink_until_the_start() -> None:
    now, before = NOW + 9 * DAY, accepted()
    more, fewer = replace(WISH, party=3), replace(WISH, party=1)
    assert rules.change(EVENT, before, NOW, more, now).verdict is Verdict.CLOSED
    assert rules.change(EVENT, before, NOW, fewer, now).verdict is Verdict.GO
    assert rules.cancel(EVENT, before, NOW, NOW + 10 * DAY).verdict is Verdict.CLOSED


def test_a_smaller_party_needs_no_free_seat() -> None:
    event = replace(EVENT, free=-5)
    fewer = replace(WISH, party=1)
    assert rules.change(event, accepted(), NOW, fewer, NOW).verdict is Verdict.GO


@pytest.mark.parametrize("before", list(Status))
def test_every_decision_is_an_allowed_transition(before) -> None:
    who = pending(status=before)
    decisions = [
        rules.sign_up(EVENT, who, WISH, "asa", NOW),
        rules.confirm(EVENT, who, NOW, NOW),
        rules.change(EVENT, who, NOW, replace(WISH, party=1), NOW),
        rules.cancel(EVENT, who, NOW, NOW),
    ]
    reached = {decision.after.status for decision in decisions if decision.after}
    assert reached <= rules.MOVES[before]


def test_every_change_raises_the_revision() -> None:
    who = accepted()
    changed = rules.change(EVENT, who, NOW, replace(WISH, party=1), NOW).after
    cancelled = rules.cancel(EVENT, who, NOW, NOW).after
    again = rules.sign_up(EVENT, cancelled, WISH, "asa", NOW).after
    assert changed
    assert cancelled
    assert again
    assert changed.revision > who.revision
    assert again.revision > cancelled.revision > who.revision


def test_a_new_place_updates_calendars_but_a_new_capacity_does_not() -> None:
    facts = {"place": "Hall", "seats": 40}
    assert changed_facts.is_numbered(facts, facts | {"place": "Library"})
    assert not changed_facts.is_numbered(facts, facts | {"seats": 50})


def test_the_sequence_rises_twice_a_minute_and_when_the_clock_goes_back() -> None:
    first = changed_facts.sequence(0, {}, NOW)
    assert changed_facts.sequence(first, {}, NOW) == first + 1
    assert changed_facts.sequence(first, {}, NOW - DAY) == first + 1


def test_the_sequence_is_the_sites_unless_the_event_has_had_it() -> None:
    facts = {"revision": 3_600_000}
    assert changed_facts.sequence(3_500_000, facts, NOW) == 3_600_000
    assert changed_facts.sequence(3_600_000, facts, NOW) == 3_600_001


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sign_up", "confirm", "change", "cancel", "capacity"]),
        st.integers(0, 4),  # who
        st.integers(1, 4),  # party, or the new capacity
    ),
    max_size=40,
)


class SeatModel:
    """An event and five people in memory; decisions change them as the store would."""

    def __init__(self) -> None:
        self.event = replace(EVENT, capacity=5, free=5)
        self.people: dict[int, Rsvp | None] = {}

    def apply(self, step: str, who: int, number: int) -> None:
        if step == "capacity":
            more = number - self.event.capacity
            self.event = replace(self.event, capacity=number, free=self.event.free + more)
            return
        before = self.people.get(who)
        decision = self.decide(step, before, str(who), replace(WISH, party=number))
        if decision.after:
            more = rules.seats(decision.after) - rules.seats(before)
            self.event = replace(self.event, free=self.event.free - more)
            self.people[who] = decision.after

    def decide(self, step, before, who, wish) -> rules.Decision:
        revision = before.revision if before else 0
        match step:
            case "sign_up":
                return rules.sign_up(self.event, before, wish, who, NOW)
            case "confirm":
                return rules.confirm(self.event, before, revision, NOW)
            case "change":
                return rules.change(self.event, before, revision, wish, NOW)
        return rules.cancel(self.event, before, revision, NOW)

    def taken(self) -> int:
        return sum(rules.seats(who) for who in self.people.values())


@given(STEPS)
def test_free_seats_always_equal_capacity_minus_taken_seats(steps) -> None:
    model = SeatModel()
    for step in steps:
        model.apply(*step)
        assert model.event.free == model.event.capacity - model.taken()


@given(STEPS)
def test_only_seats_taken_before_can_exceed_a_lowered_capacity(steps) -> None:
    model = SeatModel()
    for step in steps:
        before = model.taken()
        model.apply(*step)
        assert model.taken() <= max(model.event.capacity, before)


@pytest.mark.parametrize(
    ("status", "ends_at", "hears"),
    [
        (Status.ACCEPTED, NOW + DAY, True),
        (Status.ACCEPTED, NOW, False),
        (Status.PENDING, NOW + DAY, False),
        (Status.CANCELLED, NOW + DAY, False),
    ],
)
def test_a_change_is_mailed_to_who_is_coming_to_what_is_not_over(status, ends_at, hears) -> None:
    event = replace(EVENT, ends_at=ends_at, facts={"place": "Library"})
    rsvp = pending(status=status)
    assert changed_facts.is_to_hear(rsvp, event, {"place": "Hall"}, NOW) is hears
    assert not changed_facts.is_to_hear(rsvp, event, {"place": "Library"}, NOW)
