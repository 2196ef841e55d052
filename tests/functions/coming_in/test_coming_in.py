"""People sign up, are approved, declined, invited, brought in by lists, taken back and erased in
any order, and act meanwhile, while functions die; after each step, all that is stored is compared
with a model in plain Python.

What must hold: nobody is emailed without a recorded agreement, nobody twice, nobody who asked us
never to write; undoing a list touches nobody who acted; what is counted is what is there.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.approvals.rules import UNDO_SECONDS, Decision, State
from functions.approvals.store import applications
from functions.core import site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.errors import RefusedError
from functions.core.keep import MONTH
from functions.events.store import events
from functions.imports import bringing_in, requesting
from functions.imports import store as lists
from functions.imports.rules import Ground, Stage
from functions.invitations.rules import Outcome
from functions.membership import erasing
from functions.membership import store as signups
from functions.people.store import members as people
from functions.team.rules import Role, TeamMember
from functions.work import store as work_store
from functions.work.rules import LEASE_SECONDS
from tests.functions.account.browser import Browser
from tests.functions.coming_in import lists_at_work
from tests.functions.coming_in.checks import check_addresses, check_counts
from tests.functions.coming_in.lists_at_work import Accident, DeathError, Fate, Hasty, Run
from tests.functions.coming_in.model import CHUNK, TRIES, WRONG, Listed, People, Waiting
from tests.functions.events import actions as rsvps
from tests.functions.in_any_order import InAnyOrder, usual
from tests.functions.invitations.actions import AGREED, invite
from tests.functions.lives.world import Letter
from tests.functions.membership import actions as membership
from tests.functions.sent_emails import Context
from tests.functions.support import EVENT, SITE

ADDRESSES = ("asa@example.com", "bo@example.org", "cai@example.net", "dag@example.com")
ADDRESS, WHICH = st.sampled_from(ADDRESSES), st.integers(0, 5)
ACTS = ("look", "change", "unsubscribe", "leave", "come", "nothing")
ACT = st.sampled_from(ACTS)
ROWS = st.lists(st.sampled_from((*ADDRESSES, *ADDRESSES, WRONG)), min_size=1, max_size=6)
ACCIDENTS = (*Accident, Accident.OVERTAKEN)
FATE = st.builds(
    Fate, st.sampled_from(ACCIDENTS), row=WHICH, act=ACT, steps=st.sampled_from([1, 2, 9])
)
WITHOUT_AN_ACCIDENT = Fate(Accident.NONE, 0, "", 9)
SPANS = st.sampled_from([60, UNDO_SECONDS, HOUR, 10 * DAY, 40 * DAY, 4 * MONTH])
CONFIRM, JOIN, NEVER = "/api/join/confirm", "/api/invitation?", "/api/invitation/never"
SIGN_IN, RSVP = "/me/sign-in/link", "/api/rsvp/confirm"
FORM = {"name": "Åsa Ek", "office": "malmo", "from_year": "1998", "kinds": "engineer"}
FORM |= {"language": "en", "consent_membership": membership.fingerprint("membership")}
LIMITED = ("welcome", "join_declined", "goodbye")  # emails that each need a fact of their own
BERIT = TeamMember(
    id="b" * 32, name="Berit", email="", address_hash="", language="en", role=Role.COORDINATOR
)
AT_LEAST, OF_EACH = 1_200, 3


class ComingIn(InAnyOrder):
    def __init__(self) -> None:
        super().__init__()
        self.people = People()
        self.inbox: list[Letter] = []
        self.letters: Counter[tuple[str, str]] = Counter()
        far = {"starts_at": "2036-12-03T16:30:00Z", "ends_at": "2036-12-03T19:00:00Z"}
        events.upsert(rsvps.SLUG, EVENT | far | {"closes_at": far["starts_at"]}, self.now)

    @initialize(mode=st.sampled_from(["open", "approve", "approve"]))
    def publish(self, mode: str) -> None:
        company = SITE | {"joining": mode, "keep": {"contact_months": 120}}
        company |= {"team": {"email": "team@fjardholm.test"}}
        table.write(table.put(table.keyed(site.KEY) | {"sequence": 2, "site": company}))
        site.forget()
        self.mode = mode

    # ---- What people do

    @rule(address=ADDRESS)
    def sign_up(self, address: str) -> None:
        self._step("sign up")
        known = self.people.waiting.get(address)
        if known and known.state is State.APPROVED:
            return
        membership.join(email=address)
        self._deliver()
        if address in self.people.members:
            return
        membership.press_button(self._link(CONFIRM, address))
        if self.mode == "open":
            self.people.join(address)
        else:
            self.people.waiting[address] = Waiting(self.now)

    @precondition(lambda self: self._letters("invited"))
    @rule(which=WHICH)
    def join_by_invitation(self, which: int) -> None:
        self._step("join by an invitation")
        letter = self._pick("invited", which)
        membership.press_button(letter.link(JOIN), **FORM)
        if letter.to in self.people.invited:
            self.people.join(letter.to)

    @precondition(lambda self: self._letters("invited"))
    @rule(which=WHICH)
    def refuse(self, which: int) -> None:
        self._step("refuse for good")
        letter = self._pick("invited", which)
        membership.press_button(letter.link(NEVER))
        self.people.refuse(letter.to)

    @precondition(lambda self: self.people.members)
    @rule(which=WHICH, act=ACT)
    def act(self, which: int, act: str) -> None:
        there = sorted(self.people.members)
        self._act(there[which % len(there)], act)

    def _sign_in(self, address: str, act: str) -> None:
        """That alone is an act."""
        self._step("sign in")
        browser = Browser()
        browser.ask(address)
        self._deliver()
        browser.press_button(self._link(SIGN_IN, address))
        self.people.act(address)
        if act == "change":
            browser.post("/me/details", **membership.ASA | {"frequency": "quarterly"})
        elif act == "unsubscribe":
            membership.unsubscribe(people.member_id_at(address_hash(address)) or "")
        elif act == "leave":
            browser.post("/me/leave")
            self.people.erase(address, self.now)

    def _come_to_an_event(self, address: str) -> None:
        self._step("sign up for an event")
        rsvps.sign_up(email=address, guests="0")
        self._deliver()
        if address not in self.people.guests:
            rsvps.press_button(self._link(RSVP, address))
        self.people.guests.add(address)

    # ---- What the team does

    @rule(address=ADDRESS, decision=st.sampled_from(Decision), waits=st.booleans())
    def sign_up_for_a_decision(self, address: str, decision: Decision, *, waits: bool) -> None:
        self.sign_up(address)
        if address in self.people.waiting:
            self.decide(sorted(self.people.waiting).index(address), decision, is_stale=waits)
            if waits:
                self.let_time_pass(UNDO_SECONDS)

    @precondition(lambda self: self.people.waiting)
    @rule(which=WHICH, decision=st.sampled_from(Decision), is_stale=st.booleans())
    def decide(self, which: int, decision: Decision, *, is_stale: bool) -> None:
        """Somebody else may have decided since the page was shown."""
        address = sorted(self.people.waiting)[which % len(self.people.waiting)]
        application, known = applications.get(address_hash(address)), self.people.waiting[address]
        assert application
        self._step("decide")
        decide = partial(applications.decide, application, by=BERIT, now=self.now)
        if not known.may(decision):
            with pytest.raises(RefusedError):
                decide(decision)
            return
        decide(decision)
        known.decide(decision, self.now)
        if is_stale:
            with pytest.raises(RefusedError):
                decide(Decision.DECLINE)

    @rule(address=ADDRESS, agreed=st.booleans(), death=st.sampled_from(["", "", "before", "after"]))
    def invite(self, address: str, death: str, *, agreed: bool) -> None:
        """The function may die before or after its write; then it is repeated."""
        self._step("invite")
        expected = self.people.invite(address, self.now, agreed=agreed)
        ground = AGREED if agreed else None

        def try_once() -> Outcome:
            return invite(now=self.now, email=address, agreed=ground)

        if death and self._dies(try_once, after=death == "after"):
            assert try_once() in {expected, Outcome.INVITED_BEFORE}
        else:
            assert try_once() is expected

    def _dies(self, act: Callable[[], Outcome], *, after: bool) -> bool:
        self.counts["die while inviting"] += 1
        transact = table.transact

        def dying(*writes: table.Write) -> None:
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

    @precondition(lambda self: self.people.everybody)
    @rule(which=WHICH)
    def erase(self, which: int) -> None:
        there = sorted(self.people.everybody)
        self._erase(there[which % len(there)])

    def _erase(self, address: str) -> None:
        self._step("erase")
        hashed = address_hash(address)
        erasing.begin(hashed, self.now)
        for erasure in signups.erasures_at(hashed):
            erasing.finish(erasure)
        self.people.erase(address, self.now)

    # ---- Lists

    @rule(rows=ROWS, ground=st.sampled_from(Ground), fate=FATE)
    def bring_in(self, rows: list[str], ground: Ground, fate: Fate) -> None:
        self._bring_in(tuple(rows), ground, fate)

    @rule(rows=ROWS, ground=st.sampled_from(Ground), who=WHICH, act=ACT, fate=FATE)
    def bring_in_by_mistake(
        self, rows: list[str], ground: Ground, who: int, act: str, fate: Fate
    ) -> None:
        """And undo it, after somebody has acted, perhaps."""
        self._bring_in(tuple(rows), ground, WITHOUT_AN_ACCIDENT)
        self._act(rows[who % len(rows)], act)
        self.undo(self._current().index(self.people.lists[-1]), fate)

    @precondition(lambda self: self.people.lists)
    @rule(which=WHICH, fate=FATE)
    def bring_in_again(self, which: int, fate: Fate) -> None:
        self.counts["bring in the same list again"] += 1
        known = self.people.lists[-1 - which % len(self.people.lists)]
        self._bring_in(known.rows, known.ground, fate)

    def _bring_in(self, rows: tuple[str, ...], ground: Ground, fate: Fate) -> None:
        """It is looked through, which brings nobody in, and started."""
        self._step("bring in a list")
        expected, at = self.people.expected(rows, self.now), self.now
        import_id = lists_at_work.upload(rows, at)
        assert lists_at_work.progress(import_id).cursor["counts"] == expected
        check_addresses(self.world, self.people)
        known = lists.get(import_id, at)
        assert known
        terms = lists_at_work.TERMS[ground]
        assert requesting.start(known, lists_at_work.BY, terms, at)
        self.people.lists.append(Listed(import_id, rows, ground, at))
        self._work(self.people.lists[-1], fate)

    @precondition(lambda self: self._at_work())
    @rule(which=WHICH, fate=FATE)
    def work(self, which: int, fate: Fate) -> None:
        self._step("work on a list")
        self._work(self._at_work()[which % len(self._at_work())], fate)

    def _work(self, known: Listed, fate: Fate) -> None:
        run, row = Run(self.people, known), known.row(fate.row)

        def happen(write: Callable[[], None]) -> None:
            self.counts[fate.accident] += 1
            run.to_row(row, self.now)
            if fate.accident is Accident.DIES_AFTER:
                write()
                run.one_more(self.now)
            if fate.accident is not Accident.OVERTAKEN:
                raise DeathError
            # Events know no members: a sign-up at that very moment stays, but keeps nobody.
            is_unnoticed = known.is_undone and fate.act == "come"
            self._act(known.address(row), "nothing" if is_unnoticed else fate.act)
            write()

        is_whole = fate.accident is Accident.NONE
        try:
            with lists_at_work.at_row(known, 0 if is_whole else row, happen):
                lists_at_work.work(known.id, Hasty(fate.steps + 1) if is_whole else Context())
        except DeathError:
            run.die(row)
            self._after_a_death(known, fate)
        else:
            run.to_the_end(self.now, fate.steps if is_whole else None)

    def _act(self, address: str, act: str) -> None:
        if act == "nothing" or not address:
            return
        if act == "come":
            self._come_to_an_event(address)
        elif address in self.people.members:
            self._sign_in(address, act)
        elif act == "leave":
            self._erase(address)
        elif address not in self.people.waiting:
            self.sign_up(address)

    def _after_a_death(self, known: Listed, fate: Fate) -> None:
        """Its lease ends, and the next function dies, too, or gives up."""
        self.world.now += LEASE_SECONDS
        if known.is_given_up:
            self.counts["give up"] += 1
            lists_at_work.work(known.id)
        elif fate.accident is Accident.DIES_TWICE:
            self._work(known, fate)

    @precondition(lambda self: self._current())
    @rule(which=WHICH, fate=FATE)
    def undo(self, which: int, fate: Fate) -> None:
        self._step("undo a list")
        known = self._current()[which % len(self._current())]
        now_listed = lists.get(known.id, self.now)
        assert now_listed
        may = known.stage is Stage.DONE or known.is_given_up
        assert requesting.undo(now_listed, lists_at_work.BY, self.now) is may
        if may:
            known.begin(Stage.UNDOING)
            self._work(known, fate)

    @precondition(lambda self: any(known.is_given_up for known in self._current()))
    @rule()
    def go_on(self) -> None:
        """The team has it tried again."""
        self._step("go on with a list")
        for known in self._current():
            now_listed = lists.get(known.id, self.now)
            assert now_listed
            is_tried_again = requesting.go_on(now_listed, lists_at_work.BY, self.now)
            assert is_tried_again is known.is_given_up
            if is_tried_again:
                known.begin(known.stage)

    def _current(self) -> list[Listed]:
        """Lists that aren't forgotten yet."""
        return [known for known in self.people.lists if self.now < known.ends_at]

    def _at_work(self) -> list[Listed]:
        return [one for one in self._current() if one.has_work and not one.is_given_up]

    # ---- Time

    @rule(seconds=SPANS)
    def let_time_pass(self, seconds: int) -> None:
        self._step("let time pass")
        self._deliver()  # a tick has come in between
        self.world.now += seconds
        for _ in range(2):  # the first one may only remind the team
            self.world.tick()
        self.people.tick(self.now)
        self._deliver()

    # ---- Emails

    def _deliver(self) -> None:
        for letter in sorted(self.world.post(), key=lambda one: (one.mail, one.to)):
            self.inbox.append(letter)
            self.letters[letter.mail, letter.to] += 1
            if letter.mail == "invited":
                invited = self.people.invited[letter.to]
                invited.emails += 1
                assert (invited.agreed, invited.emails) == (True, 1)
            if letter.mail == "imported":
                member = self.people.members[letter.to]
                member.emails += 1
                assert (member.is_listed, member.emails) == (True, 1)

    def _letters(self, mail: str) -> list[Letter]:
        return [letter for letter in self.inbox if letter.mail == mail]

    def _pick(self, mail: str, which: int) -> Letter:
        several = self._letters(mail)
        return several[-1 - which % len(several)]

    def _link(self, path: str, address: str) -> str:
        """In the newest email to the address that has one."""
        theirs = (one for one in reversed(self.inbox) if one.to == address and one.link(path))
        return next(theirs).link(path)

    # ---- After each step

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        check_addresses(self.world, self.people)
        check_counts(self.world, self.people)
        for mail in LIMITED:
            for address in ADDRESSES:
                assert self.letters[mail, address] <= self.people.emails[mail, address]


def test_coming_in_in_any_order(monkeypatch, record_property):
    ComingIn.patch, ComingIn.counts = monkeypatch, Counter()
    monkeypatch.setattr(bringing_in, "CHUNK", CHUNK)
    monkeypatch.setattr(work_store, "MOST_TRIES", TRIES)
    run_state_machine_as_test(ComingIn, settings=usual(100, 15))
    counts = ComingIn.counts
    record_property("steps of coming in", f"{counts.total()}: {dict(counts.most_common())}")
    assert counts.total() >= AT_LEAST
    assert min(counts.values()) >= OF_EACH
