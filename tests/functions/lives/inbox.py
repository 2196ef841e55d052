"""What people get by email, and what each letter was about when it arrived: only what is true then
may be sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from functions.core import tokens
from functions.core.log import log
from functions.core.tokens import Purpose
from functions.events.store import events
from tests.functions.account.browser import Browser
from tests.functions.in_any_order import InAnyOrder
from tests.functions.lives.checks import ADDRESSES, Checks, Log
from tests.functions.lives.model import DAY, HOUR, Backup, Event, Member, Model
from tests.functions.lives.world import Letter
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs
from tests.functions.support import EVENT, NOW

BROWSERS = 2
SEATS = 3
FAR = 100 * DAY
ADDRESS = st.sampled_from(ADDRESSES)
WHICH = st.integers(0, 7)  # of the letters with such a link, the newest first
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


class WithInbox(InAnyOrder):
    """The world and its model, with browsers and an inbox, before anybody has done anything."""

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
