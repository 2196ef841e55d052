"""What should be true of a handful of people, in plain Python: no table, no handlers, no clock.

A method is one act of somebody, with its time; the machine does the same through the handlers and
compares. What the real thing decides, this decides by itself.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count

MINUTE, HOUR, DAY = 60, 3600, 86400
SIGNUP_SECONDS = 7 * DAY
RSVP_SECONDS = 2 * DAY
SIGN_IN_SECONDS = 15 * MINUTE
NEW_ADDRESS_SECONDS, UNDO_SECONDS = DAY, 7 * DAY
SESSION_SECONDS = 12 * HOUR
ERASED_AFTER_SECONDS = 45 * MINUTE
RSVPS_KEPT_SECONDS = 60 * DAY
WARNINGS, NOTICE_SECONDS = 2, 14 * DAY  # before a silent member is erased
WRONG_CODES = 5
EVERY = "every"
_versions = count(1)


@dataclass
class Signup:
    """A form to join that waits for its confirmation; `version` is that of its email's link."""

    name: str
    expires_at: int
    refused: str  # the consent that was not given; empty if both were
    version: int = field(default_factory=lambda: next(_versions))


@dataclass(eq=False)
class Member:
    """`past` holds former names and addresses, which their history keeps."""

    name: str
    newsletter: bool
    invitations: bool
    seen_at: int  # their last sign of life
    frequency: str = EVERY
    past: set[str] = field(default_factory=set)
    warned_at: list[int] = field(default_factory=list)  # since then
    bounced: bool = False  # since then
    moved_at: int = 0  # to another address: older sign-ins and sessions are void

    def __deepcopy__(self, _memo: object) -> "Member":
        """A backup's member is this one: letters know them. `Backup` keeps what they were like."""
        return self

    def act(self, now: int) -> None:
        self.seen_at, self.warned_at, self.bounced = now, [], False

    def is_warned(self, now: int) -> bool:
        return len(self.warned_at) >= WARNINGS and self.warned_at[-1] + NOTICE_SECONDS <= now


@dataclass
class Rsvp:
    name: str
    party: int
    created_at: int
    status: str = "pending"
    version: int = field(default_factory=lambda: next(_versions))
    former: set[str] = field(default_factory=set)  # addresses from which it moved

    def move_on(self, **changes: str | int | set[str]) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.version = next(_versions)

    def is_lapsed(self, now: int) -> bool:
        return self.status == "pending" and self.created_at + RSVP_SECONDS <= now


@dataclass
class Event:
    seats: int
    starts_at: int
    ends_at: int

    @property
    def erased_at(self) -> int:
        return self.ends_at + RSVPS_KEPT_SECONDS


@dataclass
class Request:
    """Somebody asked for a link and a code."""

    address: str
    asked_at: int
    draft: str = ""  # a name that was typed before an earlier session ended
    wrong_codes: int = 0


@dataclass
class Session:
    """Of a member, or of whoever has the address `guest`."""

    until: int
    member: Member | None = None
    guest: str = ""
    draft: str = ""

    @property
    def owner(self) -> Member | str:
        return self.member or self.guest


@dataclass
class Stop:
    """An address that bounced. The reader of a link that went out since can disprove that."""

    at: int
    asked_at: int = 0
    proof: str = ""  # the request of that link

    def lets_through(self, request_id: str, now: int) -> bool:
        """One a day; notes it."""
        if self.asked_at > now - DAY and self.proof != request_id:
            return False
        self.asked_at, self.proof = now, request_id
        return True


@dataclass
class NewAddress:
    """A member's, until they follow the link there; a newer one takes its place."""

    address: str
    expires_at: int
    version: int = field(default_factory=lambda: next(_versions))


@dataclass
class Move:
    """A member has changed their address from `before`, which is reserved for them until a tick
    after `ends_at`."""

    member: Member
    before: str
    at: int

    @property
    def ends_at(self) -> int:
        return self.at + UNDO_SECONDS


@dataclass
class Erasure:
    address: str
    former: list[str]  # addresses that were reserved
    at: int
    texts: set[str]  # names and addresses that may still be stored until it is finished
    member: Member | None


class Backup:
    """The model at a moment, to go back to."""

    def __init__(self, model: "Model") -> None:
        rest = {name: value for name, value in vars(model).items() if name != "listed"}
        self._kept = deepcopy(rest)
        self._members = [(one, deepcopy(vars(one))) for one in model.members.values()]

    def restore(self, model: "Model") -> None:
        vars(model).update(deepcopy(self._kept))
        for member, known in self._members:
            vars(member).update(deepcopy(known))


class Model:
    def __init__(self, events: dict[str, Event]) -> None:
        self.events = events
        self.signups: dict[str, Signup] = {}  # by address, as all of these
        self.members: dict[str, Member] = {}
        self.rsvps: dict[tuple[str, str], Rsvp] = {}  # by event and address
        self.erasures: list[Erasure] = []  # that are not finished
        self.listed: list[Erasure] = []  # all of them, which no backup takes back
        self.stopped: dict[str, Stop] = {}
        self.requests: dict[str, Request] = {}  # by the id in their link
        self.new_addresses: dict[Member, NewAddress] = {}
        self.moves: list[Move] = []  # that can be undone
        self.sessions: dict[int, Session] = {}  # by browser
        self.forgotten: list[Session] = []  # stored, but no browser has the cookie any more

    # ---- Joining

    def join(self, address: str, name: str, refused: str, now: int) -> None:
        if self.is_free(address):
            self.signups[address] = Signup(name, now + SIGNUP_SECONDS, refused)

    def confirm_join(self, address: str, version: int, now: int) -> None:
        signup = self.signups.get(address)
        if address in self.members or signup is None:
            return
        if signup.version == version and now < signup.expires_at:
            newsletter, invitations = (
                signup.refused != purpose for purpose in ("newsletter", "invitations")
            )
            self.members[address] = Member(signup.name, newsletter, invitations, now)
            del self.signups[address]

    # ---- Events

    def free(self, slug: str) -> int:
        taken = (r.party for (of, _), r in self.rsvps.items() if of == slug and _comes(r))
        return self.events[slug].seats - sum(taken)

    def sign_up(self, slug: str, address: str, name: str, party: int, now: int) -> None:
        is_open = now < self.events[slug].starts_at
        before = self.rsvps.get((slug, address))
        if is_open and not (before and _comes(before)):
            self.rsvps[slug, address] = Rsvp(name, party, now)

    def confirm_rsvp(self, slug: str, address: str, version: int, now: int) -> None:
        rsvp = self.rsvps.get((slug, address))
        if rsvp is None or rsvp.version != version or rsvp.status != "pending":
            return
        is_open = now < self.events[slug].starts_at
        # At a full event nobody here asks for a place in the queue: that has a model of its own.
        if is_open and not rsvp.is_lapsed(now) and self.free(slug) >= rsvp.party:
            rsvp.move_on(status="accepted")
            self._act(address, now)

    def change_rsvp(self, slug: str, address: str, version: int, party: int, now: int) -> None:
        """To come with a party of this size; of 0 to cancel."""
        rsvp = self.rsvps.get((slug, address))
        if rsvp is None or rsvp.version != version or not _comes(rsvp):
            return
        if now >= self.events[slug].starts_at or party == rsvp.party:
            return
        if party == 0:
            rsvp.move_on(status="cancelled")
            self._act(address, now)
        elif self.free(slug) >= party - rsvp.party:
            rsvp.move_on(party=party)
            self._act(address, now)

    def _act(self, address: str, now: int) -> None:
        if member := self.members.get(address):
            member.act(now)

    # ---- Signing in

    def knows(self, address: str, asked_at: int) -> bool:
        """True if somebody has the address who had it when signing in was asked for."""
        if member := self.members.get(address):
            return member.moved_at < asked_at
        return self._is_guest(address)

    def _is_guest(self, address: str) -> bool:
        """What is left at a member's earlier address is the member's."""
        return not self.reserved(address) and any(of == address for _, of in self.rsvps)

    def ask(self, request_id: str, address: str, draft: str, now: int) -> None:
        self.requests[request_id] = Request(address, now, draft)

    def request(self, request_id: str, now: int) -> Request | None:
        request = self.requests.get(request_id)
        return request if request and now < request.asked_at + SIGN_IN_SECONDS else None

    def follow_link(self, request_id: str, browser: int, now: int, *, here: bool) -> None:
        """`here`: the browser still holds the cookie of this request."""
        request = self.request(request_id, now)
        if request and self.knows(request.address, request.asked_at):
            del self.requests[request_id]
            self._open(request_id, request, browser, now, request.draft if here else "")

    def enter_code(self, request_id: str, browser: int, now: int, *, right: bool) -> None:
        request = self.request(request_id, now)
        if request is None or request.wrong_codes >= WRONG_CODES:
            return
        if not right or not self.knows(request.address, request.asked_at):
            request.wrong_codes += 1
            return
        del self.requests[request_id]
        self._open(request_id, request, browser, now, request.draft)

    def _open(self, request_id: str, request: Request, browser: int, now: int, draft: str) -> None:
        member = self.members.get(request.address)
        guest = "" if member else request.address
        stop = self.stopped.get(request.address)
        if stop and stop.proof == request_id and stop.at < stop.asked_at:
            del self.stopped[request.address]
        self.forgotten += filter(None, [self.sessions.get(browser)])
        if member:
            member.act(now)
        self.sessions[browser] = Session(now + SESSION_SECONDS, member, guest, draft)

    def signed_in(self, browser: int, now: int) -> str:
        """The address of whoever is signed in there; empty if nobody is."""
        session = self.sessions.get(browser)
        if session is None or session.until <= now:
            return ""
        if session.member:
            return self.address_of(session.member)
        return session.guest if self._is_guest(session.guest) else ""

    def address_of(self, member: Member) -> str:
        """Empty for somebody who was erased."""
        return next((address for address, one in self.members.items() if one is member), "")

    def sign_out(self, browser: int, now: int, *, everywhere: bool) -> None:
        if not self.signed_in(browser, now):
            return
        owner = self.sessions[browser].owner
        self._end_sessions(owner) if everywhere else self.sessions.pop(browser)

    def _end_sessions(self, owner: Member | str) -> None:
        self.sessions = {b: one for b, one in self.sessions.items() if one.owner != owner}
        self.forgotten = [one for one in self.forgotten if one.owner != owner]

    # ---- Changing

    def save_details(self, browser: int, name: str, frequency: str, now: int) -> None:
        session = self.sessions.get(browser)
        if session and session.member and self.signed_in(browser, now):
            session.member.past.add(session.member.name)
            session.member.name, session.member.frequency = name, frequency
            session.draft = ""
            session.member.act(now)

    def subscribers(self) -> list[Member]:
        """Who gets an issue that is for everybody."""
        return [one for one in self.members.values() if one.newsletter and one.frequency == EVERY]

    def correct_address(self, before: str, after: str, now: int) -> None:
        """The team does it: nothing is reserved."""
        self.new_addresses.pop(self._move(before, after, now), None)

    def can_correct(self, after: str) -> bool:
        return self.is_free(after) and after not in self.stopped

    def is_free(self, address: str) -> bool:
        return address not in self.members and not self.reserved(address)

    def reserved(self, address: str) -> Move | None:
        return next((move for move in self.moves if move.before == address), None)

    def ask_for_address(self, browser: int, address: str, now: int) -> None:
        session = self.sessions.get(browser)
        if session and session.member and self.signed_in(browser, now) not in ("", address):
            self.new_addresses[session.member] = NewAddress(address, now + NEW_ADDRESS_SECONDS)
            session.draft = ""

    def confirm_address(self, member: Member, version: int, now: int) -> bool:
        """Returns whether the link still did something, as `undo_address` does."""
        new = self.new_addresses.get(member)
        if new is None or new.version != version or now >= new.expires_at:
            return False
        if not self.is_free(new.address):
            return False
        before = self.address_of(member)
        self._move(before, new.address, now)
        self.moves.append(Move(member, before, now))
        del self.new_addresses[member]
        return True

    def undo_address(self, member: Member, before: str, at: int, now: int) -> bool:
        move = self.reserved(before)
        if move is None or (move.member, move.at) != (member, at) or now >= move.ends_at:
            return False
        self.moves = [one for one in self.moves if one.member is not member or one.at < at]
        self.new_addresses.pop(member, None)
        self._move(self.address_of(member), before, now, only=before)
        return True

    def free_addresses(self, now: int) -> int:
        """The minute tick does it, before it erases anybody; returns how many."""
        before = len(self.moves)
        self.moves = [one for one in self.moves if now < one.ends_at]
        self.new_addresses = {m: a for m, a in self.new_addresses.items() if now < a.expires_at}
        return before - len(self.moves)

    def _move(self, before: str, after: str, now: int, *, only: str = "") -> Member:
        """The member gets another address, which takes confirmed sign-ups along; with `only`, those
        that came from there."""
        member = self.members.pop(before)
        member.past.add(before)
        member.moved_at = now
        self.members[after] = member
        self.signups.pop(after, None)
        self._end_sessions(member)
        self._end_sessions(before)
        for (slug, address), rsvp in list(self.rsvps.items()):
            if address == before and not _waits(rsvp) and (not only or only in rsvp.former):
                self._move_rsvp(slug, before, after, now)
        return member

    def _move_rsvp(self, slug: str, before: str, after: str, now: int) -> None:
        """An accepted one wins over what is there; one that is cancelled, over one that waits."""
        rsvp, there = self.rsvps.pop((slug, before)), self.rsvps.get((slug, after))
        stays = rsvp if _comes(rsvp) or there is None or _waits(there) else there
        former = {before}.union(*(one.former for one in (rsvp, there) if one)) - {after}
        stays.move_on(created_at=now, former=former)
        self.rsvps[slug, after] = stays

    def bounce(self, address: str, now: int) -> None:
        stop = self.stopped.setdefault(address, Stop(now))
        if member := self.members.get(address):
            member.bounced = True
        if stop.asked_at > stop.at:
            stop.at = now

    # ---- Leaving

    def erase(self, address: str, now: int, *, guest_only: bool = False) -> None:
        """Whoever has the address, or has it reserved."""
        move = None if guest_only else self.reserved(address)
        address = self.address_of(move.member) if move else address
        member, signup = self.members.pop(address, None), self.signups.pop(address, None)
        former = [one.before for one in self.moves if one.member is member]
        rsvps = [self.rsvps.pop(key) for key in list(self.rsvps) if key[1] in (address, *former)]
        if not (member or signup or rsvps):
            return
        confirmed = [one for one in rsvps if not _waits(one)]
        texts = {address, *(one.name for one in confirmed)} if member or confirmed else set()
        if member:
            texts |= {member.name, *member.past}
            self.moves = [one for one in self.moves if one.member is not member]
            self.new_addresses.pop(member, None)
        self.erasures.append(Erasure(address, former, now, texts, member))
        self.listed.append(self.erasures[-1])
        self._end_sessions_of(self.erasures[-1])

    def may_be_swept(self, address: str, contact_seconds: int, now: int) -> bool:
        """Whether a member may be erased for their silence, of whom a sign of life is noted once a
        day; whom no email reaches can't be warned."""
        member = self.members[address]
        warned = member.is_warned(now) or member.bounced or address in self.stopped
        return warned and member.seen_at + contact_seconds - DAY <= now

    def erase_again(self, now: int) -> None:
        """After a backup was restored: those of whom it knows nothing newer than their erasure."""
        for erasure in list(self.listed):
            member, address = erasure.member, erasure.address
            if member and self.address_of(member):
                self.erase(self.address_of(member), now)
            elif not member and address not in self.members:
                theirs = [r.created_at for (_, of), r in self.rsvps.items() if of == address]
                if theirs and max(theirs) <= erasure.at:
                    self.erase(address, now, guest_only=True)

    def _end_sessions_of(self, erasure: Erasure) -> None:
        for address in (erasure.address, *erasure.former):
            self._end_sessions(address)
        if erasure.member:
            self._end_sessions(erasure.member)

    def tick(self, now: int) -> None:
        """What the minute tick deletes."""
        for done in [one for one in self.erasures if one.at + ERASED_AFTER_SECONDS <= now]:
            self.erasures.remove(done)
            self._end_sessions_of(done)
            self.requests = {
                request_id: request
                for request_id, request in self.requests.items()
                if request.address != done.address or request.asked_at > done.at
            }
        self.signups = {a: one for a, one in self.signups.items() if now < one.expires_at}
        self.rsvps = {key: one for key, one in self.rsvps.items() if not self._ends(key, now)}

    def _ends(self, key: tuple[str, str], now: int) -> bool:
        return self.rsvps[key].is_lapsed(now) or self.events[key[0]].erased_at <= now

    def expire(self, until: int) -> None:
        """DynamoDB deletes what expired before `until`."""
        self.signups = {a: one for a, one in self.signups.items() if one.expires_at >= until}
        self.rsvps = {key: one for key, one in self.rsvps.items() if not one.is_lapsed(until - 1)}
        kept = {m: one for m, one in self.new_addresses.items() if one.expires_at >= until}
        self.new_addresses = kept

    # ---- What may be stored

    def texts(self) -> set[str]:
        """Every name and address that may be stored somewhere now."""
        return set(self._texts())

    def _texts(self) -> Iterator[str]:
        for address, member in self.members.items():
            yield from (address, member.name, *member.past)
        for address, signup in self.signups.items():
            yield from (address, signup.name)
        yield from (new.address for new in self.new_addresses.values())
        for (_, address), rsvp in self.rsvps.items():
            yield from (address, rsvp.name)
        for erasure in self.erasures:
            yield from erasure.texts
        yield from (request.draft for request in self.requests.values())
        yield from (session.draft for session in (*self.sessions.values(), *self.forgotten))


def _comes(rsvp: Rsvp) -> bool:
    return rsvp.status == "accepted"


def _waits(rsvp: Rsvp) -> bool:
    return rsvp.status == "pending"
