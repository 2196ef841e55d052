"""Who waits for the team's decision, in the table: the only place that knows their keys."""

from functions.approvals.rules import (
    DECLINED_DAYS,
    UNDO_SECONDS,
    Application,
    Decision,
    State,
    lapses_at,
    remind_at,
)
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.core.mail import limits, outbox
from functions.membership import store as membership
from functions.membership.rules import Signup
from functions.people.member import joined, new_member
from functions.people.store import members as people
from functions.team.rules import Deed, TeamMember
from functions.team.store import deeds

APPLICATION = "APPLICATION"
# Marks in the index: what happens next by itself.
WAITING, REMINDED, DECIDED, DECLINED = "WAITING", "REMINDED", "DECIDED", "DECLINED"
FAR = 10_000_000_000  # behind every time
UNCHANGED = "#step = :seen"
DEEDS = {
    Decision.APPROVE: Deed.APPROVED,
    Decision.DECLINE: Deed.DECLINED,
    Decision.UNDO: Deed.DECISION_UNDONE,
}


def application_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", APPLICATION)


# ---- Reading


def get(address_hash: str) -> Application | None:
    item = table.get(application_key(address_hash))
    return _to_application(item) if item else None


def waiting(limit: int) -> list[Application]:
    """Those without a final decision, in the order in which they confirmed."""
    keys = [key for kind in (REMINDED, WAITING, DECIDED) for key in table.due(kind, FAR, limit)]
    return sorted(_read(keys), key=lambda one: (one.confirmed_at, one.address_hash))


def declined(limit: int) -> list[Application]:
    """Those whom the team declined within DECLINED_DAYS."""
    return _read(table.due(DECLINED, FAR, limit))


def number_waiting(most: int) -> int:
    """How many wait for a decision, counted up to `most`, by an index that may be stale."""
    return sum(len(table.due(kind, FAR, most)) for kind in (WAITING, REMINDED))


def _read(keys: list[Key]) -> list[Application]:
    items, _unread = table.get_many(keys)
    return [_to_application(item) for item in items.values()]


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
    item |= {"due_kind": WAITING, "due_at": reminder}
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
        RefusedError: somebody else has decided meanwhile, or it has taken effect.
    """
    state, due_kind, due_at = State.WAITING, REMINDED, lapses_at(of.confirmed_at)
    if decision is not Decision.UNDO:
        state = State.APPROVED if decision is Decision.APPROVE else State.DECLINED
        due_kind, due_at = DECIDED, now + UNDO_SECONDS
    values = {
        ":state": state,
        ":kind": due_kind,
        ":at": due_at,
        ":by": by.id,
        ":now": now,
        ":reason": reason,
        ":next": of.step + 1,
        ":seen": of.step,
        ":no": False,
    }
    decided = table.update(
        application_key(of.address_hash),
        "SET #state = :state, #due_kind = :kind, #due_at = :at, #decided_by = :by,"
        " #decided_at = :now, #reason = :reason, #step = :next, #is_final = :no",
        values,
        condition=UNCHANGED,
    )
    table.transact(decided, deeds.line(by, DEEDS[decision], of.address_hash, now))


# ---- What happens by itself


def due(now: int, limit: int) -> list[Application]:
    keys = [
        key
        for kind in (DECIDED, WAITING, REMINDED, DECLINED)
        for key in table.due(kind, now, limit)
    ]
    return _read(keys)


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
            _move(of, REMINDED, lapses_at(of.confirmed_at))
            table.try_write(_email_to_the_team(now))
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
        _delete(of),
        outbox.mail("welcome", of.address_hash, {"member_id": member.id}, 1, now),
        *membership.ended_on_paper(of.address_hash, of.signup),
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
    mail = outbox.mail("join_declined", of.address_hash, {}, of.step + 1, now)
    table.transact(final, mail)


def _move(of: Application, kind: str, at: int) -> None:
    values = {":kind": kind, ":at": at, ":next": of.step + 1, ":seen": of.step}
    expression = "SET #due_kind = :kind, #due_at = :at, #step = :next"
    key = application_key(of.address_hash)
    table.write(table.update(key, expression, values, condition=UNCHANGED))


def _delete(of: Application) -> Write:
    key = application_key(of.address_hash)
    return table.delete(key, condition=UNCHANGED, values={":seen": of.step})


def drop(address_hash: str) -> Write:
    """The person is erased."""
    return table.delete(application_key(address_hash))


def _to_application(item: Item) -> Application:
    return Application(
        address_hash=item["pk"].partition("#")[2],
        signup=membership.to_signup(item),
        state=State(item["state"]),
        step=item["step"],
        confirmed_at=item["confirmed_at"],
        due_at=item["due_at"],
        decided_by=item.get("decided_by", ""),
        decided_at=item.get("decided_at", 0),
        reason=item.get("reason", ""),
        is_final=item.get("is_final", False),
    )
