"""Who waits for the team's decision, in the table: their items, and what is decided about them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from functions.approvals.rules import (
    DECLINED_DAYS,
    UNDO_SECONDS,
    Application,
    Decision,
    State,
    lapses_at,
    may_decide,
    remind_at,
)
from functions.approvals.store import queue
from functions.approvals.store.queue import DECIDED, DECLINED, REMINDED, WAITING
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.core.mail import limits, outbox
from functions.membership import store as membership
from functions.membership.rules import Signup
from functions.people.member import joined, new_member
from functions.people.store import members as people
from functions.people.store.invited import application_key
from functions.team.rules import Deed, TeamMember
from functions.team.store import deeds

MOST_READ = 2_000  # for one page, of whom its reader may see only some
UNCHANGED = "#step = :seen"
Test = Callable[[Application], bool]
DEEDS = {
    Decision.APPROVE: Deed.APPROVED,
    Decision.DECLINE: Deed.DECLINED,
    Decision.UNDO: Deed.DECISION_UNDONE,
}


# ---- Reading


def get(address_hash: str) -> Application | None:
    item = table.get(application_key(address_hash))
    return _to_application(item) if item else None


def waiting(most: int, is_seen: Test) -> list[Application]:
    """Those without a final decision whom somebody may see, in the order of confirming."""
    seen = islice(filter(is_seen, _read(queue.keys(*queue.NOT_FINAL))), most)
    return sorted(seen, key=lambda one: (one.confirmed_at, one.address_hash))


def declined(most: int, is_seen: Test) -> list[Application]:
    """Those whom the team declined within DECLINED_DAYS, and whom somebody may see."""
    return list(islice(filter(is_seen, _read(queue.keys(DECLINED))), most))


def number_waiting(most: int) -> int:
    """How many wait for a decision, counted up to `most`, by an index that may be stale."""
    return sum(1 for _ in islice(queue.keys(*queue.UNDECIDED), most))


def _read(keys: Iterable[Key]) -> Iterator[Application]:
    left = islice(keys, MOST_READ)
    while page := list(islice(left, queue.PAGE)):
        items, _unread = table.get_many(page)
        yield from map(_to_application, items.values())


# ---- Coming in


def begin(address_hash: str, signup: Signup, now: int, zone: str) -> None:
    """Let somebody wait who has just confirmed their address, and tell the team, once a day.

    Raises:
        RefusedError: the address has a member, the sign-up is another one, or expired, or somebody
            of the team has just approved an earlier one.
    """
    reminder = remind_at(now, zone)
    item = table.keyed(application_key(address_hash)) | membership.signup_item(signup)
    item |= {"state": State.WAITING, "step": now, "confirmed_at": now}
    item |= {"due_kind": WAITING, "due_at": reminder, "remind_at": reminder}
    not_approved = f"{table.NEW} OR #state <> :approved"
    table.transact(
        membership.confirming(address_hash, signup, now),
        people.check_no_member_at(address_hash),
        table.put(item, condition=not_approved, values={":approved": State.APPROVED}),
        outbox.mail("join_waiting", address_hash, {}, now, now),
    )
    once_a_day = limits.count("approvals", "team", DAY, 1, now)
    table.try_write(once_a_day, _email_to_the_team(now))


def _email_to_the_team(now: int) -> Write:
    """How many wait; of several that are due at once, one is sent."""
    return outbox.mail("approvals", "", {}, 0, now, pk=f"OUTBOX#approvals-{now // DAY}")


# ---- Decisions


def decide(of: Application, decision: Decision, by: TeamMember, now: int, reason: str = "") -> None:
    """A decision takes effect UNDO_SECONDS later; one that is undone, never.

    Raises:
        RefusedError: somebody else has decided meanwhile, it has taken effect, or there is nothing
            to decide like this.
    """
    if not may_decide(of, decision):
        raise RefusedError(frozenset({0}), {})
    state, due_kind, due_at = _after(of, decision, now)
    values = {
        ":state": state,
        ":kind": due_kind,
        ":at": due_at,
        ":by": by.id,
        ":now": now,
        ":reason": reason,
        ":next": of.step + 1,
        ":seen": of.step,
    }
    decided = table.update(
        application_key(of.address_hash),
        "SET #state = :state, #due_kind = :kind, #due_at = :at, #decided_by = :by,"
        " #decided_at = :now, #reason = :reason, #step = :next",
        values,
        condition=UNCHANGED,
    )
    table.transact(decided, deeds.line(by, DEEDS[decision], of.address_hash, now))


def _after(of: Application, decision: Decision, now: int) -> tuple[State, str, int]:
    """The state that a decision leads to, and what happens next by itself, and when."""
    if decision is not Decision.UNDO:
        state = State.APPROVED if decision is Decision.APPROVE else State.DECLINED
        return state, DECIDED, now + UNDO_SECONDS
    if of.is_final:  # they were approved after all, and that is taken back
        return State.DECLINED, DECLINED, now + DECLINED_DAYS * DAY
    if of.remind_at:
        return State.WAITING, WAITING, of.remind_at
    return State.WAITING, REMINDED, lapses_at(of.confirmed_at)


# ---- What happens by itself


def due(now: int, limit: int) -> list[Application]:
    marks = (DECIDED, WAITING, REMINDED, DECLINED)
    return list(_read(key for mark in marks for key in table.due(mark, now, limit)))


def carry_out(of: Application, now: int) -> bool:
    """Do what is due; returns whether it is done now. Doing it again changes nothing."""
    if of.due_at > now:
        return False
    try:
        if of.state is State.APPROVED:
            _admit(of, now)
        elif of.state is State.DECLINED and not of.is_final:
            _inform(of, now)
        elif of.state is State.WAITING and of.due_at < lapses_at(of.confirmed_at):
            _remind(of, now)
        else:
            table.write(_delete(of))
    except RefusedError:
        return False
    return True


def _admit(of: Application, now: int) -> None:
    """As `membership.store.save_member` does, by the consents as they were given."""
    member = new_member(of.signup.profile, of.address_hash, now, of.signup.agreements)
    people.add(
        member,
        joined(member, of.signup.agreements, membership.HOW, of.signup.circumstances),
        outbox.mail("welcome", of.address_hash, {"member_id": member.id}, 1, now),
        *membership.ended_on_paper(of.address_hash, of.signup),
        application=_delete(of),
    )


def _inform(of: Application, now: int) -> None:
    """Email the decision to decline; from now on it can only be revised."""
    final = table.update(
        application_key(of.address_hash),
        "SET #is_final = :yes, #due_kind = :kind, #due_at = :at, #step = :next",
        {
            ":yes": True,
            ":kind": DECLINED,
            ":at": now + DECLINED_DAYS * DAY,
            ":next": of.step + 1,
            ":seen": of.step,
        },
        condition=UNCHANGED,
    )
    mail = outbox.mail("join_declined", of.address_hash, {}, 0, now)
    table.transact(final, mail)


def _remind(of: Application, now: int) -> None:
    values = {":kind": REMINDED, ":at": lapses_at(of.confirmed_at), ":done": 0}
    expression = "SET #due_kind = :kind, #due_at = :at, #remind_at = :done, #step = :next"
    step = {":next": of.step + 1, ":seen": of.step}
    key = application_key(of.address_hash)
    table.write(table.update(key, expression, values | step, condition=UNCHANGED))
    table.try_write(_email_to_the_team(now))


def _delete(of: Application) -> Write:
    key = application_key(of.address_hash)
    return table.delete(key, condition=UNCHANGED, values={":seen": of.step})


def _to_application(item: Item) -> Application:
    return Application(
        address_hash=item["pk"].partition("#")[2],
        signup=membership.to_signup(item),
        state=State(item["state"]),
        step=item["step"],
        confirmed_at=item["confirmed_at"],
        due_at=item["due_at"],
        remind_at=item.get("remind_at", 0),
        decided_by=item.get("decided_by", ""),
        decided_at=item.get("decided_at", 0),
        reason=item.get("reason", ""),
        is_final=item.get("is_final", False),
    )
