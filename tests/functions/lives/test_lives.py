"""A handful of people do everything in any order, through the real handlers and by the links in the
real emails; after each step, all that is stored is compared with a model in plain Python.

CI does the same 10,000 steps each time; `--long` does more, at random.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.keep import MONTH
from functions.core.log import log
from functions.core.tokens import Purpose
from functions.events.store import events
from functions.membership import correcting, erasing, erasure_list
from functions.people.store import members as people
from tests.functions.account.browser import Browser
from tests.functions.events import actions as rsvps
from tests.functions.in_any_order import InAnyOrder, usual
from tests.functions.lives.checks import ADDRESSES, Checks, Log, name
from tests.functions.lives.model import (
    DAY,
    HOUR,
    MINUTE,
    Backup,
    Event,
    Member,
    Model,
)
from tests.functions.lives.world import CONTACT_MONTHS, Letter
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs
from tests.functions.support import EVENT, NOW

pytestmark = pytest.mark.takes_minutes

STEPS, STORIES, LONG_STORIES = 100, 150, 4000
AT_LEAST, OF_EACH = 10_000, 10  # steps in CI's run
BROWSERS = 2
SEATS = 3
FAR = 100 * DAY
WAITS = (2 * MINUTE, 5 * MINUTE, 16 * MINUTE, 46 * MINUTE, 13 * HOUR, 3 * DAY, 8 * DAY)
SEASON_DAYS = 100
CONTACT_SECONDS = CONTACT_MONTHS * MONTH
HR = "arn:aws:iam::123456789012:user/hr"

ADDRESS = st.sampled_from(ADDRESSES)
BROWSER = st.integers(0, BROWSERS - 1)
WHICH = st.integers(0, 7)  # of the letters with such a link, the newest first
SLUG = st.sampled_from(["soon", "later"])
PARTY = st.integers(1, 2)
REFUSED = st.sampled_from(["", "", "newsletter", "invitations"])  # a box that isn't ticked
JOIN, RSVP, CHANGE = "/api/join/confirm", "/api/rsvp/confirm", "/api/rsvp/change"
SIGN_IN, UNSUBSCRIBE = "/me/sign-in/link", "/api/unsubscribe"
STILL_HERE = "/api/still-here"
NEW_ADDRESS, UNDO = "/me/address/confirm", "/me/address/undo"


@dataclass(frozen=True)
class Held:
    """A letter, and what it was about when it arrived."""

    letter: Letter
    version: int = 0  # of the form, sign-up or new address that its link names
    slug: str = ""
    request: str = ""
    member: Member | None = None


class Lives(InAnyOrder):
    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.patch.setattr(log._logger, "handlers", [self.log])
        self.checks = Checks(self.world, self.log)
        starts = {"soon": NOW + 30 * DAY, "later": NOW + FAR}
        self.model = Model({slug: Event(SEATS, at, at + HOUR) for slug, at in starts.items()})
        for slug, event in self.model.events.items():
            events.upsert(slug, _facts(event), self.now)
        self.browsers = [Browser() for _ in range(BROWSERS)]
        self.newest_request: dict[int, str] = {}  # browser → the newest request for a link
        self.inbox: list[Held] = []
        self.ids: dict[str, Member] = {}
        self.planned: list[Member] = []
        self.names = self.issues = self.next_issue = self.next_season = 0
        self.post_works = True
        self.backup: tuple[Any, Backup, Any, int] | None = None

    def _new_name(self) -> str:
        self.names += 1
        return name(self.names)

    @initialize(first=ADDRESS, second=ADDRESS)
    def some_are_members(self, first: str, second: str) -> None:
        for address in {first: 0, second: 0}:
            self.join(address)
            self._deliver()
            self.confirm_join(0)
            self._deliver()
        self.sign_in(0, 0)
        self.come("later", ADDRESSES.index(second), 1)

    # ---- Joining

    @rule(address=ADDRESS, refused=REFUSED)
    def join(self, address: str, refused: str = "") -> None:
        """Not everybody agrees to the newsletter, or to invitations."""
        self._step("join")
        who, boxes = self._new_name(), {f"consent_{refused}": None} if refused else {}
        assert membership.join(email=address, name=who, **boxes)["statusCode"] == 303
        self.model.join(address, who, refused, self.now)

    @precondition(lambda self: self._holds(JOIN))
    @rule(which=WHICH)
    def confirm_join(self, which: int) -> None:
        self._step("confirm joining")
        held = self._pick(JOIN, which)
        membership.press_button(held.letter.link(JOIN))
        self.model.confirm_join(held.letter.to, held.version, self.now)
        if member := self.model.members.get(held.letter.to):
            self.ids[people.member_id_at(address_hash(held.letter.to)) or ""] = member

    # ---- Events

    @rule(slug=SLUG, address=ADDRESS, party=PARTY)
    def sign_up(self, slug: str, address: str, party: int) -> None:
        self._step("sign up for an event")
        who = self._new_name()
        form = {"name": who, "email": address, "guests": str(party - 1), "language": "en"}
        rsvps.send_request("POST", f"/api/events/{slug}/rsvp", form=form)
        self.model.sign_up(slug, address, who, party, self.now)

    @precondition(lambda self: self._holds(RSVP))
    @rule(which=WHICH)
    def confirm_rsvp(self, which: int) -> None:
        self._step("confirm a sign-up")
        held = self._pick(RSVP, which)
        rsvps.press_button(held.letter.link(RSVP))
        self.model.confirm_rsvp(held.slug, held.letter.to, held.version, self.now)

    @precondition(lambda self: self._holds(CHANGE))
    @rule(which=WHICH, party=st.integers(0, 2))
    def change_rsvp(self, which: int, party: int) -> None:
        self._step("change a sign-up" if party else "cancel a sign-up")
        held = self._pick(CHANGE, which)
        fields = {"guests": str(party - 1)} if party else {"action": "cancel"}
        rsvps.press_button(held.letter.link(CHANGE), **fields)
        self.model.change_rsvp(held.slug, held.letter.to, held.version, party, self.now)

    @precondition(lambda self: self._reached(ADDRESSES))
    @rule(slug=SLUG, which=WHICH, party=PARTY)
    def come(self, slug: str, which: int, party: int) -> None:
        """Sign up and confirm at once, as most people do."""
        several = self._reached(ADDRESSES)
        self.sign_up(slug, several[which % len(several)], party)
        self._deliver()
        if self._holds(RSVP):
            self.confirm_rsvp(0)

    # ---- Signing in

    @rule(browser=BROWSER, address=ADDRESS, draft=st.booleans())
    def ask_to_sign_in(self, browser: int, address: str, *, draft: bool) -> None:
        self._step("ask to sign in")
        typed = {"draft_name": self._new_name()} if draft else {}
        self.browsers[browser].ask(address, **typed)
        (request,) = tokens.read(
            Purpose.SIGN_IN_HERE, self.browsers[browser].cookies["__Host-sign-in"], 1
        )
        self.newest_request[browser] = request
        self.model.ask(request, address, typed.get("draft_name", ""), self.now)

    @precondition(lambda self: self._holds(SIGN_IN))
    @rule(browser=BROWSER, which=WHICH)
    def follow_link(self, browser: int, which: int) -> None:
        self._step("follow the link to sign in")
        held = self._pick(SIGN_IN, which)
        self.browsers[browser].press_button(held.letter.link(SIGN_IN))
        here = self.newest_request.get(browser) == held.request
        self.model.follow_link(held.request, browser, self.now, here=here)

    @precondition(lambda self: self.newest_request)
    @rule(browser=BROWSER, right=st.booleans())
    def enter_code(self, browser: int, *, right: bool) -> None:
        self._step("enter a code")
        request = self.newest_request.get(browser, "")
        codes = [held.letter.code for held in self.inbox if held.request == request]
        right = right and bool(codes)
        self.browsers[browser].post("/me/sign-in/code", code=codes[0] if right else "12345678")
        self.model.enter_code(request, browser, self.now, right=right)

    @precondition(lambda self: self._can_sign_in())
    @rule(browser=BROWSER, which=WHICH)
    def sign_in(self, browser: int, which: int) -> None:
        """All of it at once, as most people do."""
        several = self._can_sign_in()
        self.ask_to_sign_in(browser, several[which % len(several)], draft=False)
        self._deliver()
        self.follow_link(browser, 0)

    def _can_sign_in(self) -> list[str]:
        return self._reached(a for a in ADDRESSES if self.model.knows(a, self.now))

    def _reached(self, addresses: Iterable[str]) -> list[str]:
        """Those of the addresses that get an email now."""
        stopped = self.model.stopped
        return [one for one in addresses if one not in stopped] if self.post_works else []

    @rule(browser=BROWSER)
    def open_own_page(self, browser: int) -> None:
        self._step("open their own page")
        page = self.browsers[browser].open("/me/?language=en")["body"]
        address = self.model.signed_in(browser, self.now)
        assert ("You are signed in as" in page) == bool(address)
        assert not address or address in page

    @precondition(lambda self: self._signed_in())
    @rule(browser=BROWSER, everywhere=st.booleans())
    def sign_out(self, browser: int, *, everywhere: bool) -> None:
        self._step("sign out")
        fields = {"everywhere": "yes"} if everywhere else {}
        self.browsers[browser].post("/me/sign-out", **fields)
        self.model.sign_out(browser, self.now, everywhere=everywhere)

    def _signed_in(self) -> list[int]:
        return [b for b in range(BROWSERS) if self.model.signed_in(b, self.now)]

    # ---- Changing and leaving

    @precondition(lambda self: self._signed_in())
    @rule(browser=BROWSER, seldom=st.booleans())
    def save_details(self, browser: int, *, seldom: bool) -> None:
        self._step("save details")
        who, frequency = self._new_name(), "quarterly" if seldom else "every"
        form = membership.ASA | {"name": who, "frequency": frequency}
        self.browsers[browser].post("/me/details", **form)
        self.model.save_details(browser, who, frequency, self.now)

    @precondition(lambda self: self._holds(UNSUBSCRIBE))
    @rule(which=WHICH)
    def unsubscribe(self, which: int) -> None:
        self._step("unsubscribe")
        held = self._pick(UNSUBSCRIBE, which)
        link = held.letter.link(UNSUBSCRIBE).partition("&")[0]
        membership.open_link(link, "POST")
        if held.member:
            held.member.newsletter = False
            held.member.act(self.now)

    @precondition(lambda self: self._holds(UNSUBSCRIBE))
    @rule(which=WHICH)
    def subscribe_again(self, which: int) -> None:
        self._step("subscribe again")
        held = self._pick(UNSUBSCRIBE, which)
        form = {"frequency": "every"} | membership.AGAIN
        token = membership.token_of(held.letter.link(UNSUBSCRIBE))
        membership.send_request("POST", "/api/preferences", query={"token": token}, form=form)
        if held.member:
            held.member.newsletter, held.member.frequency = True, "every"
            held.member.act(self.now)

    @precondition(lambda self: self._holds(STILL_HERE))
    @rule(which=WHICH)
    def answer_to_stay(self, which: int) -> None:
        self._step("answer that they stay")
        held = self._pick(STILL_HERE, which)
        membership.press_button(held.letter.link(STILL_HERE))
        if held.member:
            held.member.act(self.now)

    @precondition(lambda self: self._signed_in())
    @rule(browser=BROWSER)
    def leave(self, browser: int) -> None:
        self._step("leave")
        self.browsers[browser].post("/me/leave")
        if address := self.model.signed_in(browser, self.now):
            self.model.erase(address, self.now)

    # ---- Another address

    @precondition(lambda self: self._signed_in())
    @rule(browser=BROWSER, address=ADDRESS)
    def ask_for_new_address(self, browser: int, address: str) -> None:
        self._step("ask for a new address")
        self.browsers[browser].post("/me/address", new_email=address)
        self.model.ask_for_address(browser, address, self.now)

    @precondition(lambda self: self._holds(NEW_ADDRESS))
    @rule(which=WHICH)
    def confirm_new_address(self, which: int) -> None:
        self._step("follow the link to a new address")
        held = self._pick(NEW_ADDRESS, which)
        Browser().press_button(held.letter.link(NEW_ADDRESS))
        if held.member and self.model.confirm_address(held.member, held.version, self.now):
            self.counts["change their address"] += 1

    @precondition(lambda self: self._holds(UNDO))
    @rule(which=WHICH)
    def undo_new_address(self, which: int) -> None:
        self._step("follow the link to undo")
        held = self._pick(UNDO, which)
        Browser().press_button(held.letter.link(UNDO))
        at = self._token(Purpose.UNDO_ADDRESS, held.letter, UNDO, 3)[2]
        if held.member and self.model.undo_address(held.member, held.letter.to, at, self.now):
            self.counts["take a change of address back"] += 1

    @precondition(lambda self: self._movers() and self._free_addresses())
    @rule(browser=BROWSER, who=WHICH, where=WHICH, waits=st.booleans())
    def move(self, browser: int, who: int, where: int, *, waits: bool) -> None:
        """All of it at once, as most people do; some let the week pass."""
        movers, free = self._movers(), self._free_addresses()
        self.sign_in(browser, self._can_sign_in().index(movers[who % len(movers)]))
        self.ask_for_new_address(browser, free[where % len(free)])
        self._deliver()
        self.confirm_new_address(0)
        self._deliver()
        if waits:
            self.pass_time(8 * DAY, tick=True, ttl=True)

    @precondition(lambda self: self._movers() and self._free_addresses())
    @rule(browser=BROWSER, who=WHICH, where=WHICH)
    def move_and_come_back(self, browser: int, who: int, where: int) -> None:
        self.move(browser, who, where, waits=False)
        if self._holds(UNDO):
            self.undo_new_address(0)

    def _movers(self) -> list[str]:
        return [address for address in self._can_sign_in() if address in self.model.members]

    def _free_addresses(self) -> list[str]:
        return self._reached(filter(self.model.is_free, ADDRESSES))

    # ---- What the team does

    @rule(address=ADDRESS)
    def erase(self, address: str) -> None:
        self._step("erase")
        erasing.begin(address_hash(address), self.now)
        self.model.erase(address, self.now)

    @precondition(lambda self: self.model.members)
    @rule(which=WHICH, after=ADDRESS)
    def correct_address(self, which: int, after: str) -> None:
        self._step("correct an address")
        before = list(self.model.members)[which % len(self.model.members)]
        if before == after:
            return
        member = people.member(people.member_id_at(address_hash(before)) or "")
        assert member
        problem = correcting.correct(member, replace(member, email=after), HR, self.now)
        assert (problem == "") == self.model.can_correct(after)
        if not problem:
            self.model.correct_address(before, after, self.now)

    @precondition(lambda self: not self.model.stopped)
    @rule(address=ADDRESS)
    def bounce(self, address: str) -> None:
        self._step("bounce")
        self.world.bounce(address)
        self.model.bounce(address, self.now)

    @precondition(lambda self: self.model.stopped)
    @rule(which=WHICH)
    def lift_suppression(self, which: int) -> None:
        self._step("let an address get email again")
        address = sorted(self.model.stopped)[which % len(self.model.stopped)]
        assert correcting.lift_suppression(
            address_hash(address), "bounce", HR, "it works again", self.now
        )
        del self.model.stopped[address]

    # ---- The newsletter

    @precondition(lambda self: not self.planned and self.now > self.next_issue)
    @rule(at_once=st.booleans())
    def plan_newsletter(self, *, at_once: bool) -> None:
        self._step("plan a newsletter")
        self.issues += 1
        issue_runs.publish(slug=f"issue-{self.issues}")
        self._tick()
        self.planned = self.model.subscribers()
        self.next_issue = self.now + MINUTE
        if at_once:
            self.send_newsletter()

    @precondition(lambda self: self.planned)
    @rule()
    def send_newsletter(self) -> None:
        self._step("send a newsletter")
        letters = self.world.send_batches()
        wanted = [one for one in self.model.subscribers() if one in self.planned]
        allowed = set(map(self.model.address_of, wanted)) - self.model.stopped.keys()
        assert sorted(letter.to for letter in letters) == sorted(allowed)
        self.inbox += map(self._held, letters)
        self.planned = []

    # ---- Time

    @rule(wait=st.sampled_from(WAITS), tick=st.booleans(), ttl=st.booleans())
    def pass_time(self, wait: int, *, tick: bool, ttl: bool) -> None:
        self._step("let time pass")
        self.world.now += wait
        if ttl:
            self.model.expire(self.world.expire())
        if tick:
            self._tick()

    @rule(post_works=st.booleans())
    def tick(self, *, post_works: bool) -> None:
        self._step("tick")
        self._tick()
        self.post_works = post_works

    @precondition(lambda self: self.model.members and self.now > self.next_season)
    @rule()
    def a_season_passes(self) -> None:
        """With a tick at least every other day: else the sweep of silent members erases nobody."""
        self._step("let a season pass")
        for _ in range(SEASON_DAYS // 2):
            self.world.now += 2 * DAY
            self._tick()
            if self.post_works:
                self._deliver()
        self.next_season = self.now + 2 * MINUTE

    def _tick(self) -> None:
        self.world.tick()
        self.counts["free an old address"] += self.model.free_addresses(self.now)
        for address in self._swept_members():
            self.counts["erase a silent member"] += 1
            assert self.model.may_be_swept(address, CONTACT_SECONDS, self.now), address
            self.model.erase(address, self.now)
        self.model.tick(self.now)

    def _swept_members(self) -> list[str]:
        """Members whom the tick has erased, because nothing was heard from them for long."""
        kept = {people.pointer_key(address_hash(a)): a for a in self.model.members}
        return [address for key, address in kept.items() if key not in self.world.items]

    # ---- Backups

    @precondition(lambda self: self.post_works and not (self.planned or self.backup))
    @rule()
    def make_backup(self) -> None:
        self._step("make a backup")
        browsers = deepcopy([(one.cookies, self.newest_request) for one in self.browsers])
        self.backup = dict(self.world.items), Backup(self.model), browsers, self.now

    @precondition(lambda self: self.backup)
    @rule()
    def restore_backup(self) -> None:
        """And `alumni restore-check`. Emails that came since are lost, and nobody uses them."""
        assert self.backup
        self._step("restore a backup")
        items, model, browsers, made_at = self.backup
        self.world.restore(items)
        model.restore(self.model)
        for browser, (cookies, newest) in zip(self.browsers, deepcopy(browsers), strict=True):
            browser.cookies, self.newest_request = cookies, newest
        self.inbox = [held for held in self.inbox if held.letter.at <= made_at]
        self.planned, self.backup = [], None
        self.checks.forget()
        for listed in erasure_list.everything():
            if erasing.is_back(listed):
                erasing.begin_again(listed, self.now)
        self.model.erase_again(self.now)

    # ---- After each step

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        if self.post_works:
            self._deliver()
        self.checks.all(self.model)

    def _deliver(self) -> None:
        for letter in self.world.post():
            held = self._held(letter)
            stop = self.model.stopped.get(letter.to)
            assert stop is None or (held.request and stop.lets_through(held.request, self.now))
            self.inbox.append(held)

    def _held(self, letter: Letter) -> Held:
        """What the letter is about: only what is true now may be sent."""
        model, to = self.model, letter.to
        match letter.mail:
            case "confirm_join":
                return Held(letter, model.signups[to].version)
            case "goodbye":
                assert [one for one in model.erasures if to in one.texts], letter
                return Held(letter)
            case "sign_in":
                return Held(letter, request=self._token(Purpose.SIGN_IN, letter, SIGN_IN, 1)[0])
            case "new_address":
                return self._held_new_address(letter)
            case "confirm_rsvp":
                slug = self._token(Purpose.CONFIRM_RSVP, letter, RSVP, 3)[0]
                return Held(letter, model.rsvps[slug, to].version, slug)
            case "still_there" | "still_right":
                member = model.members[to]
                member.warned_at += [letter.at] * (letter.mail == "still_there")
                return Held(letter, member=member)
            case "rsvp_cancelled":
                assert [one for (_, of), one in model.rsvps.items() if of == to], letter
                return Held(letter)
            case "rsvp_accepted" | "rsvp_changed" | "already_signed_up":
                slug = self._token(Purpose.CHANGE_RSVP, letter, CHANGE, 3)[0]
                return Held(letter, model.rsvps[slug, to].version, slug)
        return self._held_by_member(letter)

    def _held_by_member(self, letter: Letter) -> Held:
        model, to = self.model, letter.to
        if letter.mail == "address_changed":
            move = model.reserved(to)
            assert bool(letter.link(UNDO)) == bool(move and self.now < move.ends_at)
            if move and letter.link(UNDO):
                return Held(letter, member=move.member)
        owners = [m for a, m in model.members.items() if to == a or to in m.past]
        if letter.link(UNSUBSCRIBE):
            member_id = self._token(Purpose.UNSUBSCRIBE, letter, UNSUBSCRIBE, 1)[0]
            owners = [one for one in owners if one is self.ids[member_id]]
        assert owners, letter
        return Held(letter, member=owners[0])

    def _held_new_address(self, letter: Letter) -> Held:
        """Whoever reads an address that is taken gets no link."""
        assert bool(letter.link(NEW_ADDRESS)) == self.model.is_free(letter.to)
        if not letter.link(NEW_ADDRESS):
            return Held(letter)
        owner, _, _ = self._token(Purpose.NEW_ADDRESS, letter, NEW_ADDRESS, 3)
        new = self.model.new_addresses[self.ids[owner[1:]]]
        assert new.address == letter.to
        return Held(letter, new.version, member=self.ids[owner[1:]])

    def _token(self, purpose: Purpose, letter: Letter, path: str, size: int) -> list[Any]:
        return tokens.read(purpose, membership.token_of(letter.link(path)), size)

    def _with_link(self, path: str) -> Iterator[Held]:
        return (held for held in reversed(self.inbox) if held.letter.link(path))

    def _holds(self, path: str) -> bool:
        return next(self._with_link(path), None) is not None

    def _pick(self, path: str, which: int) -> Held:
        several = list(self._with_link(path))[:8]
        return several[which % len(several)]


def _facts(event: Event) -> dict[str, Any]:
    begins, ends = map(issue_runs._moment, (event.starts_at, event.ends_at))
    times = {"starts_at": begins, "ends_at": ends, "closes_at": begins}
    return EVENT | times | {"seats": event.seats}


USUAL = usual(STORIES, STEPS)
LONG = settings(USUAL, max_examples=LONG_STORIES, derandomize=False)


def test_lives_in_any_order(monkeypatch, is_long, record_property):
    Lives.patch, Lives.counts = monkeypatch, Counter()
    run_state_machine_as_test(Lives, settings=LONG if is_long else USUAL)
    counts = Lives.counts
    record_property("steps in people's lives", f"{counts.total()}: {dict(counts.most_common())}")
    assert counts.total() >= AT_LEAST
    assert min(counts.values()) >= OF_EACH
