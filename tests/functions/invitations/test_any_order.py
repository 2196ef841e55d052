"""People are invited, join, refuse, are erased and taken back in any order, while functions die;
after each step, all that is stored is compared with a model in plain Python.

What must hold: nobody is emailed without a recorded agreement, nobody twice for one invitation,
nobody who refused; and taking a list back touches nobody whom another one brought in.
"""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.keep import MONTH
from functions.invitations import store
from functions.invitations.rules import Outcome
from functions.membership import erasing
from functions.membership import store as signups
from tests.functions.invitations.actions import AGREED, invite
from tests.functions.lives.world import Letter, World
from tests.functions.membership import actions as membership

ADDRESSES = ("asa@example.com", "bo@example.org", "cai@example.net")
LISTS = ("", "list-1", "list-2")
KEPT, PROOF = 6 * MONTH, 36 * MONTH
JOIN, NEVER, CONFIRM = "/api/invitation", "/api/invitation/never", "/api/join/confirm"
ADDRESS, LIST, WHICH = st.sampled_from(ADDRESSES), st.sampled_from(LISTS), st.integers(0, 5)
FORM = {"name": "Åsa Ek", "office": "malmo", "from_year": "1998", "kinds": "engineer"}
FORM |= {"language": "en", "consent_membership": membership.fingerprint("membership")}
AT_LEAST, OF_EACH = 1_200, 5
USUAL = settings(
    max_examples=30,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


class DeathError(Exception):
    """A function's time is over."""


@dataclass
class Invited:
    agreed: bool
    source: str
    ends_at: int
    emails: int = 0


@dataclass
class People:
    """What should be stored."""

    invited: dict[str, Invited] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    left_alone: set[str] = field(default_factory=set)
    erased: dict[str, int] = field(default_factory=dict)  # address → until when that is known

    def outcome(self, address: str, now: int) -> Outcome:
        if address in self.members:
            return Outcome.MEMBER
        if address in self.left_alone:
            return Outcome.LEFT_ALONE
        if self.erased.get(address, 0) > now:
            return Outcome.ERASED
        return Outcome.INVITED_BEFORE if address in self.invited else Outcome.INVITED

    def join(self, address: str) -> None:
        self.members.add(address)
        self.invited.pop(address, None)
        self.left_alone.discard(address)
        self.erased.pop(address, None)


class Inviting(RuleBasedStateMachine):
    patch: pytest.MonkeyPatch
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world, self.people = World(self.patch), People()
        self.inbox: list[Letter] = []

    @property
    def now(self) -> int:
        return self.world.now

    def _step(self, what: str) -> None:
        self.counts[what] += 1
        self.world.now += 1

    @rule(address=ADDRESS, agreed=st.booleans(), source=LIST, death=st.sampled_from("  ba"))
    def invite(self, address: str, source: str, death: str, *, agreed: bool) -> None:
        """The function may die before or after the write; then it is repeated."""
        self._step("invite")
        expected, ground = self.people.outcome(address, self.now), AGREED if agreed else None

        def try_once() -> Outcome:
            return invite(now=self.now, email=address, source=source, agreed=ground)

        if death.strip() and self._dies(try_once, after=death == "a"):
            self.counts["die"] += 1
            repeated = try_once()
            assert repeated in {expected, Outcome.INVITED_BEFORE}
        else:
            assert try_once() is expected
        if expected is Outcome.INVITED:
            self.people.invited[address] = Invited(agreed, source, self.now + KEPT)
        self._check()

    def _dies(self, act, *, after: bool) -> bool:
        transact = table.transact

        def dying(*writes) -> None:
            if after:
                transact(*writes)
            raise DeathError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table, "transact", dying)
            try:
                act()
            except DeathError:
                return True
        return False

    @rule()
    def post(self) -> None:
        self._step("post")
        self._deliver()

    def _deliver(self) -> None:
        for letter in self.world.post():
            self.inbox.append(letter)
            if letter.mail == "invited":
                invited = self.people.invited[letter.to]
                invited.emails += 1
                assert (invited.agreed, invited.emails) == (True, 1)

    def _links(self, path: str) -> list[str]:
        links = [link for letter in self.inbox for link in letter.links]
        return [link for link in links if urlsplit(link).path == path]

    @precondition(lambda self: self._links(JOIN))
    @rule(which=WHICH)
    def join_by_invitation(self, which: int) -> None:
        self._step("join by an invitation")
        letters = [letter for letter in self.inbox if letter.mail == "invited"]
        letter = letters[-1 - which % len(letters)]
        membership.press_button(letter.link(f"{JOIN}?"), **FORM)
        if letter.to in self.people.invited:
            self.people.join(letter.to)
        self._check()

    @precondition(lambda self: self._links(NEVER))
    @rule(which=WHICH)
    def refuse(self, which: int) -> None:
        self._step("refuse")
        letters = [letter for letter in self.inbox if letter.mail == "invited"]
        letter = letters[-1 - which % len(letters)]
        membership.press_button(letter.link(NEVER))
        if letter.to not in self.people.members:
            self.people.invited.pop(letter.to, None)
            self.people.left_alone.add(letter.to)
        self._check()

    @rule(address=ADDRESS)
    def join_by_form(self, address: str) -> None:
        self._step("join by the form")
        membership.join(email=address)
        self._deliver()
        if address not in self.people.members:
            link = next(one.link(CONFIRM) for one in reversed(self.inbox) if one.link(CONFIRM))
            membership.press_button(link)
            self.people.join(address)
        self._check()

    @rule(address=ADDRESS)
    def erase(self, address: str) -> None:
        self._step("erase")
        hashed = address_hash(address)
        erasing.begin(hashed, self.now)
        for erasure in signups.erasures_at(hashed):
            erasing.finish(erasure)
        people = self.people
        if address in people.members or address in people.invited:
            people.erased[address] = self.now + PROOF
        if people.invited.pop(address, None):
            people.left_alone.add(address)
        people.members.discard(address)
        self._check()

    @rule(source=LIST)
    def take_a_list_back(self, source: str) -> None:
        self._step("take a list back")
        for address in ADDRESSES:
            invited = self.people.invited.get(address)
            is_theirs = invited is not None and invited.source == source
            assert store.withdraw(address_hash(address), source=source) == is_theirs
            if is_theirs:
                del self.people.invited[address]
        self._check()

    @rule(months=st.integers(1, 5))
    def let_time_pass(self, months: int) -> None:
        self._step("let time pass")
        self._deliver()  # a tick has come in between
        self.world.now += months * MONTH
        for key in store.due(self.now, 100):
            store.delete_lapsed(key, self.now)
        for address, invited in list(self.people.invited.items()):
            if invited.ends_at <= self.now:
                del self.people.invited[address]
        self._check()

    def _check(self) -> None:
        stored: dict[str, set[str]] = {"INVITATION": set(), "LEFT_ALONE": set(), "MEMBER": set()}
        for pk, sk in self.world.items:
            if pk.startswith("ADDRESS#") and sk in stored:
                stored[sk].add(pk.partition("#")[2])
        people = self.people
        expected = {
            "INVITATION": people.invited,
            "LEFT_ALONE": people.left_alone,
            "MEMBER": people.members,
        }
        assert stored == {sk: set(map(address_hash, those)) for sk, those in expected.items()}
        listed = {one.leaver.email: one.may_be_mailed for one in store.newest_first()}
        assert listed == {address: one.agreed for address, one in people.invited.items()}


def test_inviting_in_any_order(monkeypatch, record_property):
    Inviting.patch, Inviting.counts = monkeypatch, Counter()
    run_state_machine_as_test(Inviting, settings=USUAL)
    counts = Inviting.counts
    record_property("steps of invitations", f"{counts.total()}: {dict(counts.most_common())}")
    assert counts.total() >= AT_LEAST
    assert min(counts.values()) >= OF_EACH
