"""What should be stored of people who come in by form, invitation or list, in plain Python."""

from collections import Counter
from dataclasses import dataclass, field

from functions.approvals.rules import DECLINED_DAYS, LAPSE_DAYS, UNDO_SECONDS, Decision, State
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.imports.rules import UNDO_SECONDS as LIST_SECONDS
from functions.imports.rules import Ground, Stage, Verdict
from functions.invitations.rules import Outcome

KEPT, PROOF = 6 * MONTH, 36 * MONTH
WRONG = ""  # a row without an address
CHUNK = 2  # rows between two steps
TRIES = 2  # of work that dies without a step forward
REFUSED = {
    Verdict.MEMBER: Outcome.MEMBER,
    Verdict.LEFT_ALONE: Outcome.LEFT_ALONE,
    Verdict.ERASED: Outcome.ERASED,
    Verdict.WAITING: Outcome.WAITING,
    Verdict.INVITED_BEFORE: Outcome.INVITED_BEFORE,
    Verdict.NEW: Outcome.INVITED,
}


@dataclass(eq=False)
class Invited:
    agreed: bool
    source: str  # the list's id; empty: the form
    ends_at: int
    emails: int = 0


@dataclass(eq=False)
class Member:
    is_listed: bool = False  # a list brought them in, with a consent given elsewhere
    has_acted: bool = False
    emails: int = 0  # that say where we have their data from


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

    def decide(self, decision: Decision, now: int) -> None:
        self.decided_at = now
        if decision is not Decision.UNDO:
            self.state = State(f"{decision.removesuffix('e')}ed")
            return
        self.state = State.DECLINED if self.final_at else State.WAITING
        self.final_at = now if self.final_at else 0


@dataclass
class Listed:
    """A list, and what has become of its rows by their number."""

    id: str
    rows: tuple[str, ...]  # addresses
    ground: Ground
    at: int
    stage: Stage = Stage.STARTED
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    brought: dict[int, Member | Invited] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    cursor: int = 0  # rows behind which the work goes on
    tries: int = 0  # since the last step forward

    @property
    def ends_at(self) -> int:
        return self.at + LIST_SECONDS

    @property
    def is_undone(self) -> bool:
        return self.stage in {Stage.UNDOING, Stage.UNDONE}

    @property
    def has_work(self) -> bool:
        return self.stage in {Stage.STARTED, Stage.UNDOING}

    @property
    def is_given_up(self) -> bool:
        return self.has_work and self.tries >= TRIES

    @property
    def numbers(self) -> list[int]:
        """Of the rows that the work goes through now; the heading is the first."""
        return sorted(self.brought) if self.is_undone else list(range(2, len(self.rows) + 2))

    def row(self, which: int) -> int:
        """One that the work has still to go through; 0 if there is none."""
        left = self.numbers[self.cursor :]
        return left[which % len(left)] if left else 0

    def address(self, number: int) -> str:
        return self.rows[number - 2]

    def begin(self, stage: Stage) -> None:
        """With new work."""
        self.stage, self.cursor, self.tries = stage, 0, 0

    def end(self) -> None:
        self.stage = Stage.UNDONE if self.is_undone else Stage.DONE
        self.tries = 0

    def counts(self) -> dict[str, int]:
        """Of the rows that the work has gone through."""
        rows = self.numbers[: self.cursor]
        if not self.is_undone:
            return dict(Counter(self.verdicts[number] for number in rows))
        if not rows and self.stage is Stage.UNDOING:
            return {}
        gone = len(self.gone.intersection(rows))
        return {"undone": gone, "kept": len(rows) - gone}


@dataclass
class People:
    members: dict[str, Member] = field(default_factory=dict)
    invited: dict[str, Invited] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    left_alone: set[str] = field(default_factory=set)
    erased: dict[str, int] = field(default_factory=dict)  # address → until when that is known
    lists: list[Listed] = field(default_factory=list)
    emails: Counter[tuple[str, str]] = field(default_factory=Counter)  # that may be sent

    @property
    def everybody(self) -> set[str]:
        return {*self.members, *self.invited, *self.waiting, *self.guests}

    # ---- What people do

    def join(self, address: str) -> None:
        self.members[address] = Member(has_acted=True)
        for those in (self.invited, self.waiting, self.erased):
            those.pop(address, None)
        self.left_alone.discard(address)
        self.emails["welcome", address] += 1

    def refuse(self, address: str) -> None:
        """They asked us never to write again; a member can't by an old link."""
        if address not in self.members:
            self.invited.pop(address, None)
            self.left_alone.add(address)

    def act(self, address: str) -> None:
        if member := self.members.get(address):
            member.has_acted = True

    def erase(self, address: str, now: int) -> None:
        if address in self.everybody:
            self.erased[address] = now + PROOF
        if address in self.members or address in self.guests:
            self.emails["goodbye", address] += 1
        if address in self.invited:
            self.left_alone.add(address)
        for those in (self.members, self.invited, self.waiting):
            those.pop(address, None)
        self.guests.discard(address)

    # ---- What the team does

    def verdict(self, address: str, now: int) -> Verdict:
        if address in self.members:
            return Verdict.MEMBER
        if address in self.left_alone:
            return Verdict.LEFT_ALONE
        if self.erased.get(address, 0) > now:
            return Verdict.ERASED
        if address in self.waiting:
            return Verdict.WAITING
        return Verdict.INVITED_BEFORE if address in self.invited else Verdict.NEW

    def invite(self, address: str, now: int, *, agreed: bool, source: str = "") -> Outcome:
        outcome = REFUSED[self.verdict(address, now)]
        if outcome is Outcome.INVITED:
            self.invited[address] = Invited(agreed, source, now + KEPT)
        return outcome

    def expected(self, rows: tuple[str, ...], now: int) -> Counter[Verdict]:
        """What a list's rows would become now."""
        verdicts: Counter[Verdict] = Counter()
        for place, address in enumerate(rows):
            if not address:
                verdicts[Verdict.WRONG] += 1
            elif address in rows[:place]:
                verdicts[Verdict.REPEATED] += 1
            else:
                verdicts[self.verdict(address, now)] += 1
        return verdicts

    def bring_in(self, known: Listed, number: int, now: int) -> None:
        """One row, again if the work died after it."""
        if number not in known.brought:
            known.verdicts[number] = self._bring_in(known, number, now)

    def _bring_in(self, known: Listed, number: int, now: int) -> Verdict:
        address = known.address(number)
        if not address:
            return Verdict.WRONG
        if address in known.rows[: number - 2]:
            return Verdict.REPEATED
        verdict = self.verdict(address, now)
        if known.ground is Ground.INVITE and verdict is Verdict.NEW:
            self.invite(address, now, agreed=True, source=known.id)
            known.brought[number] = self.invited[address]
        elif known.ground is Ground.CONSENT and verdict in {Verdict.NEW, Verdict.INVITED_BEFORE}:
            self.invited.pop(address, None)
            known.brought[number] = self.members[address] = Member(is_listed=True)
            return Verdict.NEW
        return verdict

    def take_back(self, known: Listed, number: int) -> None:
        """One row: whoever has acted stays, and so does whoever came in otherwise since."""
        address, person = known.address(number), known.brought[number]
        if isinstance(person, Invited):
            if self.invited.get(address) is person:
                del self.invited[address]
                known.gone.add(number)
            return
        is_untouched = not person.has_acted and address not in self.guests
        if self.members.get(address) is person and is_untouched:
            del self.members[address]
            known.gone.add(number)

    # ---- What happens by itself

    def tick(self, now: int) -> None:
        for address in [a for a, one in self.invited.items() if one.ends_at <= now]:
            del self.invited[address]
        for address, known in list(self.waiting.items()):
            self._tick(address, known, now)

    def _tick(self, address: str, known: Waiting, now: int) -> None:
        is_due = known.decided_at + UNDO_SECONDS <= now
        if known.state is State.APPROVED and is_due:
            self.join(address)
        elif known.state is State.DECLINED and not known.final_at and is_due:
            known.final_at = now
            self.emails["join_declined", address] += 1
        elif self._is_over(known, now):
            del self.waiting[address]

    def _is_over(self, known: Waiting, now: int) -> bool:
        if known.state is State.WAITING:
            return known.confirmed_at + LAPSE_DAYS * DAY <= now
        return bool(known.final_at) and known.final_at + DECLINED_DAYS * DAY <= now
