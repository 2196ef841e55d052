"""A handful of people join, come to events, sign in, change their details and leave, in any order;
the model does the same, and after each step all that is stored is compared with it."""

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.tokens import Purpose
from functions.people.store import members as people
from tests.functions.account.browser import Browser
from tests.functions.events import actions as rsvps
from tests.functions.lives.checks import ADDRESSES, name
from tests.functions.lives.inbox import (
    ADDRESS,
    BROWSERS,
    CHANGE,
    JOIN,
    NEW_ADDRESS,
    RSVP,
    SIGN_IN,
    STILL_HERE,
    UNDO,
    UNSUBSCRIBE,
    WHICH,
)
from tests.functions.lives.model import DAY
from tests.functions.lives.team_and_time import WithTeamAndTime
from tests.functions.membership import actions as membership

BROWSER = st.integers(0, BROWSERS - 1)
SLUG = st.sampled_from(["soon", "later"])
PARTY = st.integers(1, 2)
REFUSED = st.sampled_from(["", "", "newsletter", "invitations"])  # a box that isn't ticked


class Lives(WithTeamAndTime):
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

    # ---- After each step

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        if self.post_works:
            self._deliver()
        self.checks.all(self.model)
