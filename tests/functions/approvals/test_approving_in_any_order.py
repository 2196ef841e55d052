"""People sign up, are approved, declined, taken back and erased in any order, with time passing;
after each step, all that is stored is compared with a model in plain Python.

What must hold: nobody becomes a member without an approval that stood for five minutes, nobody is
welcomed or declined twice, and a decision that is taken back is never heard of.
"""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from functions.approvals.rules import (
    DECLINED_DAYS,
    LAPSE_DAYS,
    UNDO_SECONDS,
    Decision,
    State,
)
from functions.approvals.store import applications as store
from functions.core import site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.errors import RefusedError
from functions.membership import erasing
from functions.membership import store as signups
from functions.people.store import members as people
from functions.team.rules import Role, TeamMember
from tests.functions.lives.world import Letter, World
from tests.functions.membership import actions as membership
from tests.functions.support import SITE

ADDRESSES = ("asa@example.com", "bo@example.org", "cai@example.net")
ADDRESS, DECISION = st.sampled_from(ADDRESSES), st.sampled_from(Decision)
WHICH = st.integers(0, 5)
SPANS = st.sampled_from([60, UNDO_SECONDS, HOUR, 10 * DAY, 40 * DAY])
CONFIRM = "/api/join/confirm"
BERIT = TeamMember(
    id="b" * 32, name="Berit", email="", address_hash="", language="en", role=Role.COORDINATOR
)
AT_LEAST, OF_EACH = 900, 10
USUAL = settings(
    max_examples=25,
    stateful_step_count=45,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Waiting:
    confirmed_at: int
    state: State = State.WAITING
    decided_at: int = 0
    final_at: int = 0  # when the decision to decline was emailed, or stood again

    def may(self, decision: Decision) -> bool:
        if self.state is State.WAITING:
            return decision is not Decision.UNDO
        is_over = self.state is State.DECLINED and self.final_at
        return decision is (Decision.APPROVE if is_over else Decision.UNDO)


class Approving(RuleBasedStateMachine):
    patch: pytest.MonkeyPatch
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.patch)
        known = SITE | {"joining": "approve", "team": {"email": "team@fjardholm.test"}}
        table.write(table.put(table.keyed(site.KEY) | {"sequence": 2, "site": known}))
        site.forget()
        self.waiting: dict[str, Waiting] = {}
        self.members: set[str] = set()
        self.letters: Counter[tuple[str, str]] = Counter()
        self.expected: Counter[tuple[str, str]] = Counter()
        self.inbox: list[Letter] = []

    def _step(self, what: str) -> None:
        self.counts[what] += 1
        self.world.now += 1

    def _deliver(self) -> None:
        for letter in self.world.post():
            self.inbox.append(letter)
            self.letters[letter.mail, letter.to] += 1

    @rule(address=ADDRESS)
    def sign_up(self, address: str) -> None:
        self._step("sign up")
        membership.join(email=address)
        self._deliver()
        if address not in self.members:
            links = [one for one in self.inbox if one.to == address and one.link(CONFIRM)]
            membership.press_button(links[-1].link(CONFIRM))
            known = self.waiting.get(address)
            if known is None or known.state is not State.APPROVED:
                self.waiting[address] = Waiting(self.world.now)
        self._check()

    @precondition(lambda self: self.waiting)
    @rule(which=WHICH, decision=DECISION, is_stale=st.booleans())
    def decide(self, which: int, decision: Decision, *, is_stale: bool) -> None:
        """Somebody else may have decided since the page was shown."""
        address = sorted(self.waiting)[which % len(self.waiting)]
        application = store.get(address_hash(address))
        assert application
        self._step(f"decide to {decision}")
        known = self.waiting[address]
        if not known.may(decision):
            with pytest.raises(RefusedError):
                store.decide(application, decision, BERIT, self.world.now)
            return
        store.decide(application, decision, BERIT, self.world.now)
        known.decided_at = self.world.now
        known.state = State.DECLINED if known.final_at else State.WAITING
        if decision is not Decision.UNDO:
            known.state = State(f"{decision.removesuffix('e')}ed")
        elif known.final_at:
            known.final_at = self.world.now
        if is_stale:
            with pytest.raises(RefusedError):
                store.decide(application, Decision.DECLINE, BERIT, self.world.now)
        self._check()

    @rule(seconds=SPANS)
    def let_time_pass(self, seconds: int) -> None:
        self._step("let time pass")
        self.world.now += seconds
        self.world.tick()
        self._deliver()
        for address, known in list(self.waiting.items()):
            self._happens(address, known)
        self._check()

    def _happens(self, address: str, known: Waiting) -> None:
        now = self.world.now
        if known.state is State.WAITING:
            is_over = known.confirmed_at + LAPSE_DAYS * DAY <= now
        elif known.state is State.APPROVED and known.decided_at + UNDO_SECONDS <= now:
            self.members.add(address)
            self.expected["welcome", address] += 1
            is_over = True
        elif known.state is State.DECLINED and not known.final_at:
            if known.decided_at + UNDO_SECONDS <= now:
                known.final_at = now
                self.expected["join_declined", address] += 1
            is_over = False
        else:
            is_over = bool(known.final_at) and known.final_at + DECLINED_DAYS * DAY <= now
        if is_over:
            del self.waiting[address]

    @precondition(lambda self: self.waiting or self.members)
    @rule(which=WHICH)
    def erase(self, which: int) -> None:
        self._step("erase")
        there = sorted(self.members.union(self.waiting))
        address = there[which % len(there)]
        hashed = address_hash(address)
        erasing.begin(hashed, self.world.now)
        for erasure in signups.erasures_at(hashed):
            erasing.finish(erasure)
        self.waiting.pop(address, None)
        self.members.discard(address)
        self._check()

    def _check(self) -> None:
        stored = {address: store.get(address_hash(address)) for address in ADDRESSES}
        for address, application in stored.items():
            known = self.waiting.get(address)
            assert (application is None) is (known is None), address
            if application and known:
                assert application.state is known.state
                assert application.is_final is bool(known.final_at)
            is_member = people.member_id_at(address_hash(address)) is not None
            assert is_member is (address in self.members)
        undecided = [one for one in self.waiting.values() if one.state is State.WAITING]
        assert store.number_waiting(100) == len(undecided)
        for kind in ("welcome", "join_declined"):
            for address in ADDRESSES:
                assert self.letters[kind, address] <= self.expected[kind, address]


def test_approving_in_any_order(monkeypatch, record_property):
    Approving.patch, Approving.counts = monkeypatch, Counter()
    run_state_machine_as_test(Approving, settings=USUAL)
    counts = Approving.counts
    record_property("steps of approvals", f"{counts.total()}: {dict(counts.most_common())}")
    assert counts.total() >= AT_LEAST
    assert min(counts.values()) >= OF_EACH
