"""Sign-ups, the waiting list, the door and the event change in any order, one in the middle of
another; after each write the table is held against what must never break.

Rules and store are the real ones, on a table in memory; links and pages have tests of their own.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.errors import RefusedError
from functions.events import letting_in, rules, serving
from functions.events.rules import Decision, Event, Rsvp, Status, Wish
from functions.events.store import events, rsvps
from functions.events.waiting_list import waiting_list_of
from infra.dev.fake_aws import dynamodb
from infra.dev.fake_aws.capacity import Meter
from tests.functions.events.door_model import DoorModel
from tests.functions.events.seat_acts import (
    ACCEPTED,
    ACTS,
    CANCELLED,
    DECIDE,
    OFFERED,
    REQUESTED,
    WAITING,
)
from tests.functions.events.seat_checks import SeatChecks, taken
from tests.functions.lives.world import World
from tests.functions.support import EVENT, SITE

SLUG = "autumn-talk"
PEOPLE = ("asa", "bo", "cai", "dan", "eva", "finn")
WHICH = st.integers(0, 5)
WHO, PARTY = st.sampled_from(PEOPLE), st.integers(1, 3)
SPANS = st.sampled_from([MINUTE, MINUTE, HOUR, 3 * HOUR, 11 * HOUR, DAY])
STARTS = ("2026-11-18T16:30:00Z", "2026-11-20T16:30:00Z", "2026-12-13T16:30:00Z")
TRANSACT, WRITE = table.transact, table.write
AT_DESK = "set the capacity at the desk"
CAPACITY = st.sampled_from(["set the capacity", AT_DESK])
FIRST = ("sign up", "sign up", "change", "accept", "approve", "enter")
MEANWHILE = ("set the capacity", AT_DESK, "change the place", "promote", "decline", "erase")
ANSWER = st.sampled_from(["approve", "approve", "decline", "change"])
Act = tuple[str, str, int]  # its name, who, and a party or number of seats


class Seats(RuleBasedStateMachine):
    patch: pytest.MonkeyPatch
    counts: Counter[str]
    moves: Counter[tuple[str, str]]  # from state to state
    sequences = 0
    giving, smaller_first = "offer", False

    def __init__(self) -> None:
        super().__init__()
        type(self).sequences += 1
        self._patch_writes(TRANSACT, WRITE)
        unmetered(self.patch)
        self.world = World(self.patch)
        known = SITE | {"waiting_list": self.giving, "smaller_parties_first": self.smaller_first}
        table.write(table.put(table.keyed(site.KEY) | {"sequence": 2, "site": known}))
        site.forget()
        self.facts: dict[str, Any] = dict(EVENT) | {"seats": 4, "max_guests": 2}
        self.facts["starts_at"] = self.facts["closes_at"] = STARTS[1]
        self.meanwhile: Callable[[], object] | None = None
        self.by_team = False
        events.upsert(SLUG, self.facts, self.world.now)
        self.checks = SeatChecks(SLUG, lambda: self.world.items, waiting_list_of(known))
        self.checks.moves = self.moves
        self.door = DoorModel(SLUG)
        self._patch_writes(self._transact, self._write)

    def _patch_writes(self, transact: Callable[..., None], write: Callable[..., None]) -> None:
        self.patch.setattr(table, "transact", transact)
        self.patch.setattr(table, "write", write)

    def _transact(self, *writes: Any) -> None:
        self._overtaken()
        TRANSACT(*writes)
        self._check()

    def _write(self, write: Any) -> None:
        self._overtaken()
        WRITE(write)
        self._check()

    def _overtaken(self) -> None:
        """Something else comes in between what was read and what is written, once."""
        act, self.meanwhile = self.meanwhile, None
        if act:
            by_team, self.by_team = self.by_team, False
            act()
            self.by_team = by_team

    def _check(self) -> None:
        self.checks.after_a_write(self.world.now, by_team=self.by_team)

    @property
    def people(self) -> dict[str, Rsvp]:
        return self.checks.people

    # ---- Steps

    @rule(parties=st.lists(st.tuples(WHO, PARTY), min_size=2, max_size=5))
    def sign_up(self, parties: list[tuple[str, int]]) -> None:
        for who, party in parties:
            self._step("sign up", who, party)

    @rule(which=WHICH, party=PARTY)
    def change(self, which: int, party: int) -> None:
        self._step("change", self._one(which, ACCEPTED, WAITING, REQUESTED), party)

    @rule(which=WHICH, name=st.sampled_from(["cancel", "cancel", "erase"]))
    def leave(self, which: int, name: str) -> None:
        self._step(name, self._one(which, ACCEPTED), 0)

    @rule(which=WHICH, name=st.sampled_from(["accept", "cancel", "erase", "lapse", "promote"]))
    def answer(self, which: int, name: str) -> None:
        self._step(name, self._offered(which), 0)

    @rule(which=WHICH, name=st.sampled_from(["accept", "lapse", "tick"]), early=st.integers(0, 2))
    def answer_at_the_last_moment(self, which: int, name: str, early: int) -> None:
        who = self._offered(which)
        until = self.people[who].held_until if who in self.people else 0
        self.world.now = max(self.world.now, until - early)
        self._tick() if name == "tick" else self._step(name, who, 0)

    @rule(which=WHICH, name=st.sampled_from(["cancel", "erase"]))
    def a_seat_goes_on(self, which: int, name: str) -> None:
        self._step(name, self._one(which, ACCEPTED), 0)
        self._tick()

    @rule(which=WHICH, minutes=st.sampled_from([30, 90, 240, 1200, 60_000]))
    def a_seat_goes_on_before(self, which: int, minutes: int) -> None:
        """The event begins in so many minutes, or is said to."""
        usual = {name: self.facts[name] for name in ("starts_at", "ends_at", "closes_at")}
        at = self.world.now + minutes * MINUTE
        self._publish(starts_at=moment(at), closes_at=moment(at), ends_at=moment(at + HOUR))
        self._offered(which)
        self._publish(**usual)

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        self._step("come back", self._one(which, CANCELLED), 0)

    @rule(which=WHICH, name=st.sampled_from(["cancel", "erase", "promote"]))
    def leave_the_queue(self, which: int, name: str) -> None:
        self._step(name, self._one(which, WAITING, OFFERED), 0)

    @rule(people=st.permutations(PEOPLE), party=PARTY, which=WHICH, name=ANSWER, on=st.booleans())
    def ask_the_host(
        self, people: list[str], party: int, which: int, name: str, *, on: bool
    ) -> None:
        """Two ask to come, and one of them gets an answer; for whoever comes later it may be as
        before."""
        self._publish(approval=True)
        for who in people[:2]:
            self._step("sign up", who, party)
        self._step(name, self._one(which, REQUESTED), party % 3 + 1)
        self._publish(approval=on)

    @rule(which=WHICH, name=ANSWER)
    def answer_a_request(self, which: int, name: str) -> None:
        self._step(name, self._one(which, REQUESTED), 0)

    @rule(which=WHICH, number=PARTY, name=st.sampled_from(["check in", "undo"]))
    def tap(self, which: int, number: int, name: str) -> None:
        self._step(name, self._one(which, ACCEPTED), number)

    @rule(which=WHICH, number=PARTY, name=st.sampled_from(["cancel", "erase"]))
    def check_in_and_leave(self, which: int, number: int, name: str) -> None:
        """One after the other, or one in the middle of the other."""
        who = self._one(which, ACCEPTED)
        self._step("check in", who, number)
        self.meanwhile = lambda: self._step(name, who, 0)
        self._step("check in", who, number)
        self.meanwhile = None

    @rule(who=WHO, party=PARTY)
    def enter(self, who: str, party: int) -> None:
        self._step("enter", who, party)

    @rule(seats=st.integers(2, 6), name=CAPACITY)
    def set_capacity(self, seats: int, name: str) -> None:
        self._step(name, "", seats)

    @rule(closed=st.sampled_from([True, False, False]))
    def close(self, *, closed: bool) -> None:
        self._step("close" if closed else "open", "", 0)

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
        first=st.tuples(st.sampled_from(FIRST), WHO, PARTY),
        others=st.lists(
            st.tuples(
                st.sampled_from(["sign up", "sign up", "cancel", *MEANWHILE]),
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

    @rule(which=WHICH, first=WHICH, second=WHICH, party=PARTY)
    def do_two_things_at_once(self, which: int, first: int, second: int, party: int) -> None:
        """Somebody does one in the middle of the other, or the team does it."""
        self.counts["two at once"] += 1
        who = self._one(which, *ACTS)
        acts = ACTS[self.people[who].status] if who in self.people else ("sign up", "enter")
        self.meanwhile = lambda: self._step(acts[second % len(acts)], who, party)
        self._step(acts[first % len(acts)], who, party % 3 + 1)
        self.meanwhile = None

    @rule(names=st.tuples(CAPACITY, CAPACITY), seats=st.permutations([2, 3, 4, 5, 6]))
    def set_two_capacities_at_once(self, names: tuple[str, str], seats: list[int]) -> None:
        self.meanwhile = lambda: self._step(names[1], "", seats[1])
        self._step(names[0], "", seats[0])
        self.meanwhile = None

    @rule(which=WHICH, name=st.sampled_from(["cancel", "change the place"]))
    def come_to_a_full_house(self, which: int, name: str) -> None:
        """It is not full any more, or at another place."""
        self.counts["come to a full house"] += 1
        self._fill()
        who = self._one(which, ACCEPTED)
        self.meanwhile = lambda: self._step(name, who, which)
        self._step("sign up", self._newcomer(which), 1)
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
        seated = sum(map(taken, self.people.values()))
        self._publish(seats=seated + 1)
        self.meanwhile = lambda: self._publish(seats=seated + 1 + more)
        self._tick()
        self.meanwhile = None

    # ---- What they do

    def _offered(self, which: int) -> str:
        """Somebody with an offer: of a seat that is given back at a full event, if need be."""
        if OFFERED not in {rsvp.status for rsvp in self.people.values()}:
            self._fill()
            self._step("sign up", self._newcomer(which), 1)
            self._step("cancel", self._one(which, ACCEPTED), 0)
            self._tick()
        return self._one(which, OFFERED)

    def _fill(self) -> None:
        """Everybody who wants to comes, and then it is full."""
        self._step("open", "", 0)
        wanted = [one for one in self.people.values() if one.status in {ACCEPTED, OFFERED, WAITING}]
        self._publish(approval=False, seats=max(1, sum(one.party for one in wanted)))
        self._tick()

    def _newcomer(self, which: int) -> str:
        new = [who for who in PEOPLE if who not in self.people]
        return new[which % len(new)] if new else self._one(which, CANCELLED)

    def _one(self, which: int, *states: Status) -> str:
        """Somebody in one of these states; if there is nobody, anybody."""
        there = [who for who, rsvp in sorted(self.people.items()) if rsvp.status in states]
        return there[which % len(there)] if there else PEOPLE[which % len(PEOPLE)]

    def _step(self, name: str, who: str, number: int) -> None:
        self.counts[name] += 1
        self.world.now += 1
        if name in {"set the capacity", "change the place"}:
            facts = {"seats": number} if name == "set the capacity" else {"place": f"Hall {number}"}
            self._publish(**facts)
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
        now, wish = self.world.now, Wish(who, f"{who}@example.com", number, "", "en")
        if name == "sign up":
            pending = rules.sign_up(event, before, wish, who, now).after
            if pending:
                rsvps.save_pending(before, pending, now)
                self._save(event, pending, rules.confirm(event, pending, pending.revision, now))
        elif name == "enter":
            self._enter(before, letting_in.enter(event, before, wish, who, now))
        elif name in {"close", "open"}:
            events.close(SLUG, closed=name == "close")
        elif name == AT_DESK:
            events.set_capacity(event, number)
        elif before:
            self._change(name, event, before, number)

    def _change(self, name: str, event: Event, before: Rsvp, number: int) -> None:
        if name == "erase":
            rsvps.delete(before)
        elif name in {"check in", "undo"}:
            self._tap(name, event, before, number)
        else:
            self._save(event, before, DECIDE[name](event, before, number, self.world.now))

    def _save(self, event: Event, before: Rsvp, decision: Decision) -> None:
        after = decision.after
        if after is None:
            return
        if event.facts.get("approval") and before.status in {Status.PENDING, CANCELLED}:
            assert after.status is REQUESTED, "nobody comes without a yes"
        rsvps.save(before, after, decision.mail, self.world.now)

    def _enter(self, before: Rsvp | None, decision: Decision) -> None:
        if decision.after:
            self.by_team = True
            try:
                rsvps.enter(before, decision.after, decision.mail, self.world.now)
            finally:
                self.by_team = False

    def _tap(self, name: str, event: Event, before: Rsvp, people: int) -> None:
        seats = self._seats_now()
        is_alone = self.meanwhile is None
        self.door.tap(name, event, before.ticket, people, self.world.now)
        self.door.agrees(self.people.values())
        assert not is_alone or self._seats_now() == seats, "a check-in has changed seats"

    def _seats_now(self) -> tuple[Event | None, dict[str, Rsvp]]:
        return events.get(SLUG), {rsvp.address_hash: rsvp for rsvp in rsvps.of_event(SLUG)}

    def _publish(self, **facts: Any) -> None:
        self.facts |= facts
        events.upsert(SLUG, dict(self.facts), self.world.now)

    def _tick(self) -> None:
        self.counts["tick"] += 1
        is_alone = self.meanwhile is None
        serving.end_offers(self.world.now)
        serving.serve_queues(self.world.now)
        self._check()
        self.door.agrees(self.people.values())
        if is_alone:
            self.checks.nothing_idles(self.world.now)


def unmetered(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks what a run would cost: weighing each item took a quarter of the time."""
    patch.setattr(dynamodb, "size", lambda _item: 0)
    patch.setattr(Meter, "write", lambda *_items: None)


def moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


class AtOnce(Seats):
    giving = "at once"


class SmallerFirst(Seats):
    smaller_first = True
