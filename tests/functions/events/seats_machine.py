"""Sign-ups, the waiting list and the event change in any order, one in the middle of another; after
each step the table is held against what must never break.

Rules and store are the real ones, on a table in memory; links and pages have tests of their own.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.errors import RefusedError
from functions.events import rules, serving, waiting_list
from functions.events.rules import Decision, Event, Rsvp, Status, Verdict, Wish
from functions.events.store import events, places, rsvps
from functions.events.waiting_list import Place, waiting_list_of
from tests.functions.in_any_order import usual
from tests.functions.lives.world import World
from tests.functions.support import EVENT, SITE

SLUG = "autumn-talk"
PEOPLE = ("asa", "bo", "cai", "dan", "eva", "finn")
WHICH = st.integers(0, 5)
WHO, PARTY = st.sampled_from(PEOPLE), st.integers(1, 3)
SPANS = st.sampled_from([MINUTE, MINUTE, HOUR, 3 * HOUR, 11 * HOUR, DAY])
STARTS = ("2026-11-18T16:30:00Z", "2026-11-20T16:30:00Z", "2026-12-13T16:30:00Z")
USUAL = {  # changes of state that every run has
    (None, "pending"),
    ("pending", "accepted"),
    ("pending", "waiting"),
    ("waiting", "waiting"),
    ("waiting", "cancelled"),
    ("accepted", "accepted"),
    ("accepted", "cancelled"),
    ("cancelled", "pending"),
    ("cancelled", "waiting"),
}
GIVEN = {("waiting", "accepted")}
OF_OFFERS = {("waiting", "offered"), ("offered", "accepted"), ("offered", "cancelled")}
SEQUENCES, LONG_SEQUENCES, STEPS = 1_000, 10_000, 20
ACCEPTED, WAITING, OFFERED = Status.ACCEPTED, Status.WAITING, Status.OFFERED
TRANSACT = table.transact
Act = tuple[str, str, int]  # its name, who, and a party or number of seats


class Seats(RuleBasedStateMachine):
    patch: pytest.MonkeyPatch
    counts: Counter[str]
    moves: Counter[tuple[str | None, str]]  # from state to state
    giving, smaller_first = "offer", False

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.patch)
        known = SITE | {"waiting_list": self.giving, "smaller_parties_first": self.smaller_first}
        table.write(table.put(table.keyed(site.KEY) | {"sequence": 2, "site": known}))
        site.forget()
        self.how = waiting_list_of(known)
        self.facts: dict[str, Any] = dict(EVENT) | {"seats": 4, "max_guests": 2}
        self.facts["starts_at"] = self.facts["closes_at"] = STARTS[1]
        self.meanwhile: Callable[[], object] | None = None
        self.patch.setattr(table, "transact", self._transact)
        events.upsert(SLUG, self.facts, self.world.now)
        self.before = self._people()
        self.mails = self._mails()

    def _transact(self, *writes: Any) -> None:
        """Something else comes in between what was read and what is written, once."""
        act, self.meanwhile = self.meanwhile, None
        if act:
            act()
        TRANSACT(*writes)
        self._check()

    # ---- Steps

    @rule(parties=st.lists(st.tuples(WHO, PARTY), min_size=2, max_size=5))
    def sign_up(self, parties: list[tuple[str, int]]) -> None:
        for who, party in parties:
            self._step("sign up", who, party)

    @rule(which=WHICH, party=PARTY)
    def change(self, which: int, party: int) -> None:
        self._step("change", self._one(which, ACCEPTED, WAITING), party)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self._step("cancel", self._one(which, ACCEPTED), 0)

    @rule(which=WHICH, name=st.sampled_from(["accept", "accept", "cancel", "lapse"]))
    def answer(self, which: int, name: str) -> None:
        self._step(name, self._one(which, OFFERED), 0)

    @rule(which=WHICH, name=st.sampled_from(["accept", "cancel", "erase"]))
    def a_seat_goes_on(self, which: int, name: str) -> None:
        """Somebody leaves, and whoever is next answers."""
        self._step("cancel", self._one(which, ACCEPTED), 0)
        self._tick()
        self._step(name, self._one(which, OFFERED), 0)

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        self._step("come back", self._one(which, Status.CANCELLED), 0)

    @rule(which=WHICH, name=st.sampled_from(["cancel", "erase", "promote"]))
    def leave_the_queue(self, which: int, name: str) -> None:
        self._step(name, self._one(which, WAITING, OFFERED), 0)

    @rule(seats=st.integers(2, 6))
    def set_capacity(self, seats: int) -> None:
        self._step("set the capacity", "", seats)

    @rule(start=st.sampled_from(STARTS), hour=st.integers(8, 16), cancelled=st.integers(0, 5))
    def move(self, start: str, hour: int, cancelled: int) -> None:
        self.counts["move"] += 1
        closes = f"{start[:11]}{hour:02}:00:00Z"
        self.facts.pop("cancelled", "")
        more = {} if cancelled else {"cancelled": "Storm"}
        self._publish(starts_at=start, ends_at=f"{start[:11]}19:00:00Z", closes_at=closes, **more)

    @rule(seconds=SPANS, ticks=st.booleans())
    def let_time_pass(self, seconds: int, *, ticks: bool) -> None:
        self.counts["let time pass"] += 1
        self.world.now += seconds
        if ticks:
            self._tick()

    @rule()
    def tick(self) -> None:
        self._tick()

    @rule(
        first=st.tuples(st.sampled_from(["sign up", "sign up", "change", "accept"]), WHO, PARTY),
        others=st.lists(
            st.tuples(
                st.sampled_from(["sign up", "sign up", "cancel", "set the capacity", "promote"]),
                WHO,
                PARTY,
            ),
            min_size=1,
            max_size=3,
        ),
        of_tick=st.booleans(),
    )
    def several_at_once(self, first: Act, others: list[Act], *, of_tick: bool) -> None:
        self.meanwhile = lambda: [self._step(*act) for act in others]
        self.counts["several at once"] += 1
        self._tick() if of_tick else self._step(*first)
        self.meanwhile = None

    @rule(people=st.permutations(PEOPLE))
    def come_while_others_come_and_leave(self, people: list[str]) -> None:
        """The place after the last one that was seen is given and left again meanwhile."""
        self.counts["come meanwhile"] += 1
        one, other, third = people[:3]
        acts = [("sign up", other, 3), ("sign up", third, 3), ("cancel", other, 0)]
        self.meanwhile = lambda: [self._step(*act) for act in acts]
        self._step("sign up", one, 3)
        self.meanwhile = None

    @rule(people=st.permutations(PEOPLE), more=st.integers(1, 3))
    def raise_the_capacity_in_the_middle_of_a_tick(self, people: list[str], more: int) -> None:
        self.counts["raise meanwhile"] += 1
        self._step("sign up", people[0], 3)
        self._step("sign up", people[1], 1)
        taken = sum(map(rules.seats, self._people().values()))
        self._publish(seats=taken + 1)
        self.meanwhile = lambda: self._publish(seats=taken + 1 + more)
        self._tick()
        self.meanwhile = None

    # ---- What they do

    def _one(self, which: int, *states: Status) -> str:
        """Somebody in one of these states; if there is nobody, anybody."""
        there = [who for who, rsvp in sorted(self._people().items()) if rsvp.status in states]
        return there[which % len(there)] if there else PEOPLE[which % len(PEOPLE)]

    def _step(self, name: str, who: str, number: int) -> None:
        self.counts[name] += 1
        self.world.now += 1
        if name == "set the capacity":
            self._publish(seats=number)
            return
        for _ in range(events.TRIES):
            event, before = events.get(SLUG), rsvps.get(SLUG, who)
            assert event
            try:
                self._do(name, event, before, who, number)
            except RefusedError:
                continue
            return

    def _do(self, name: str, event: Event, before: Rsvp | None, who: str, number: int) -> None:
        now = self.world.now
        if name == "sign up":
            wish = Wish(who, f"{who}@example.com", number, "", "en")
            pending = rules.sign_up(event, before, wish, who, now).after
            if pending:
                rsvps.save_pending(before, pending, now)
                self._save(pending, rules.confirm(event, pending, pending.revision, now))
        elif name == "erase" and before:
            rsvps.delete(before)
        elif before and (decide := DECIDE.get(name)):
            self._save(before, decide(event, before, number, now))

    def _save(self, before: Rsvp, decision: Decision) -> None:
        if decision.after:
            rsvps.save(before, decision.after, decision.mail, self.world.now)

    def _publish(self, **facts: Any) -> None:
        self.facts |= facts
        events.upsert(SLUG, dict(self.facts), self.world.now)
        self._check()

    def _tick(self) -> None:
        self.counts["tick"] += 1
        is_alone = self.meanwhile is None
        serving.end_offers(self.world.now)
        serving.serve_queues(self.world.now)
        self._check()
        if is_alone:
            self._nothing_idles()

    # ---- What must hold

    def _people(self) -> dict[str, Rsvp]:
        return {rsvp.address_hash: rsvp for rsvp in rsvps.of_event(SLUG)}

    def _mails(self) -> Counter[tuple[str, str]]:
        return Counter(
            (item["address_hash"]["S"], item["revision"]["N"])
            for (pk, _), item in self.world.items.items()
            if pk.startswith("OUTBOX#")
        )

    def _check(self) -> None:
        event = events.get(SLUG)
        assert event
        people, before = self._people(), self.before
        self.before = people
        waiting = {who: one for who, one in people.items() if one.status is WAITING}
        assert event.free + sum(map(rules.seats, people.values())) == event.capacity
        assert event.waiting == len(waiting)
        queue = sorted(waiting.values(), key=lambda one: one.place)
        assert list(places.queue(SLUG)) == [Place(one.address_hash, one.party) for one in queue]
        for who, after in people.items():
            self._follows(event, before.get(who), after, before)
        mails = self._mails()
        assert all(count == 1 for count in (mails - self.mails).values())
        self.mails = mails

    def _follows(
        self, event: Event, was: Rsvp | None, after: Rsvp, before: dict[str, Rsvp]
    ) -> None:
        """Whoever has a seat now came by it rightly, and everybody hears of their own change."""
        if was == after:
            return
        assert after.status in rules.MOVES[was.status if was else None]
        self.moves[was.status if was else None, after.status] += 1
        assert (after.address_hash, str(after.revision)) in self._mails()
        more = rules.seats(after) - rules.seats(was)
        if more > 0:
            assert event.free >= 0, "accepted beyond the capacity"
        queue = [one for one in before.values() if one.status is WAITING]
        if more > 0 and not rules.is_queued(was):
            assert not queue, "somebody overtook the queue"
        if rules.is_queued(after) and not rules.is_queued(was):
            assert queue or event.free < after.party, "queued beside a free seat"
            assert all(one.place < after.place for one in queue), "not at the end"
        if after.status is OFFERED and (was is None or was.status is not OFFERED):
            assert self.world.now < after.held_until <= event.served_until
            ahead = [one for one in queue if was and one.place < was.place]
            still = event.free + after.party
            assert not ahead or (self.smaller_first and all(one.party > still for one in ahead)), (
                "an offer out of order"
            )
        if was and was.status is OFFERED and after.status is ACCEPTED:
            assert self.world.now < min(was.held_until, event.served_until), "too late"

    def _nothing_idles(self) -> None:
        event = events.get(SLUG)
        assert event
        if not waiting_list.may_serve(event, self.how, self.world.now):
            return
        fits = [place.party <= event.free for place in places.queue(SLUG)]
        assert not (any(fits) if self.smaller_first else fits[:1] == [True])


def change(event: Event, before: Rsvp, party: int, now: int) -> Decision:
    wish = Wish(before.name, before.email, party, "No nuts", "en")
    return rules.change(event, before, before.revision, wish, now)


def promote(event: Event, before: Rsvp, _party: int, now: int) -> Decision:
    may = rules.is_queued(before) and now < event.starts_at
    return waiting_list.promote(before) if may else Decision(Verdict.CLOSED)


DECIDE: dict[str, Callable[[Event, Rsvp, int, int], Decision]] = {
    "change": change,
    "promote": promote,
    "cancel": lambda event, rsvp, _, now: rules.cancel(event, rsvp, rsvp.revision, now),
    "come back": lambda event, rsvp, _, now: waiting_list.come_back(
        event, rsvp, rsvp.revision, now
    ),
    "accept": lambda event, rsvp, _, now: waiting_list.accept(event, rsvp, rsvp.revision, now),
    "lapse": lambda _event, rsvp, _, now: waiting_list.lapse(rsvp, now),
}


class AtOnce(Seats):
    giving = "at once"


class SmallerFirst(Seats):
    smaller_first = True


@pytest.mark.parametrize("machine", [Seats, AtOnce, SmallerFirst])
def test_seats_in_any_order(machine, monkeypatch, record_property, is_long):
    sequences = LONG_SEQUENCES if is_long else SEQUENCES
    machine.patch, machine.counts, machine.moves = monkeypatch, Counter(), Counter()
    run_state_machine_as_test(machine, settings=usual(sequences // 3 + 1, STEPS))
    counts = machine.counts
    name = f"steps of seats ({machine.__name__})"
    record_property(name, f"{counts.total()}: {dict(counts.most_common())}")
    assert set(machine.moves) >= USUAL | (GIVEN if machine is AtOnce else OF_OFFERS)
    assert min(counts.values()) >= sequences // 20
