"""Every change of a batch. Each is one conditional write, so of two workers only one succeeds.

Functions return True if the change is stored, even if DynamoDB's reply was lost and botocore
retried; and False if the batch is not, or no longer, in the state that the change needs.
"""

from dataclasses import replace

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.core.errors import RefusedError
from functions.newsletter.rules.batches import CLAIM_SECONDS, halves
from functions.newsletter.rules.ledger import (
    FINAL,
    Batch,
    Issue,
    Outcome,
    State,
    moves_to,
)
from functions.newsletter.rules.report import may_be_sent_again
from functions.newsletter.rules.ses_results import Record
from functions.newsletter.store import issues
from functions.newsletter.store.batches import (
    batch_key,
    due_kind,
    outcomes_of,
    swept_at,
    to_item,
)

SAME_ATTEMPT = "#attempt = :attempt"
# No event has added an outcome since the batch was read, and no worker has halved it.
AS_READ = "#outcomes = :seen AND size(#recipients) = :size"
DUE = "#due_kind = :due_kind, #due_at = :due_at"


# ---- Sending


def claim(batch: Batch, attempt: str, outcomes: dict[int, Outcome], now: int) -> bool:
    """Take the batch, as it was read, for sending, and note who gets no email."""
    values = {":attempt": attempt, ":now": now} | _as_read(batch)
    values |= _due(State.CLAIMED, batch, now + CLAIM_SECONDS)
    sets = f"#attempt = :attempt, #claimed_at = :now, {DUE}"
    return _move(batch, State.CLAIMED, outcomes, values, sets=sets, condition=AS_READ)


def record(batch: Batch, attempt: str, result: Record, now: int) -> bool:
    """Write the result of the attempt that holds the claim.

    An outcome that an event has written since then is kept.
    """
    values: Item = {":attempt": attempt}
    sets = ""
    if result.state is State.PLANNED:
        sets = f"#queued_at = :now, {DUE}"
        values |= {":now": now} | _due(State.PLANNED, batch, now + result.wait_seconds)
    return _move(batch, result.state, result.outcomes, values, sets=sets, condition=SAME_ATTEMPT)


def close(batch: Batch, outcomes: dict[int, Outcome]) -> bool:
    """Finish a planned batch that has no recipients left."""
    values = {":planned": State.PLANNED} | _as_read(batch)
    condition = f"#state = :planned AND {AS_READ}"
    return _move(batch, State.SENT, outcomes, values, condition=condition)


def halve(batch: Batch, attempt: str, now: int) -> bool:
    """Split a batch that SES refused because of one recipient; the sweep queues both halves.

    Returns False if the claim is lost, an event has come since, or the planner has just taken the
    second half's number.
    """
    issue = issues.get(batch.issue)
    if issue is None:
        return False
    first, rest = (replace(half, queued_at=now) for half in halves(batch, issue.batches))
    values = {":claimed": State.CLAIMED, ":attempt": attempt} | _as_read(batch)
    shrunk = table.put(
        to_item(first, due_at=now),
        condition=f"#state = :claimed AND {SAME_ATTEMPT} AND {AS_READ}",
        values=values,
    )
    added = table.put(to_item(rest, due_at=now), condition=table.NEW)
    return table.try_write(issues.count_batch(issue), shrunk, added)


# ---- The sweep


def requeue(batch: Batch, now: int) -> bool:
    """Note that the batch is queued for its turn."""
    values = {":planned": State.PLANNED, ":now": now}
    values |= {":turn": batch.sends_at, ":due": swept_at(batch)}
    expression = "SET #queued_at = :now, #sends_at = :turn, #due_at = :due"
    return table.try_write(_update(batch, expression, values, "#state = :planned"))


def expire(batch: Batch) -> bool:
    return _move(batch, State.EXPIRED, {}, {})


def cancel(batch: Batch) -> bool:
    return _move(batch, State.CANCELLED, {}, {})


def mark_uncertain(batch: Batch) -> bool:
    """Give up a claim that has lost its worker: whether SES got the call is unknown."""
    return _move(batch, State.UNCERTAIN, {}, {":attempt": batch.attempt}, condition=SAME_ATTEMPT)


# ---- Settling


def settle(batch: Batch, position: int, outcome: Outcome) -> bool:
    """Write an event's outcome for one recipient, if theirs is still the one that was read."""
    path = f"#outcomes.#p{position}"
    values: Item = {":new": str(outcome), ":state": batch.state}
    unchanged = f"attribute_not_exists({path}) AND #state = :state"
    if position in batch.outcomes:
        values = {":new": str(outcome), ":old": str(batch.outcomes[position])}
        unchanged = f"{path} = :old"
    return table.try_write(_update(batch, f"SET {path} = :new", values, unchanged))


def release(issue: Issue, before: Batch, after: Batch, now: int, *also: Write) -> bool:
    """Write a person's decision about uncertain recipients (rules.report.released), with the writes
    in `also`; returns False if an event, a worker or somebody else has changed anything since
    `before` was read.

    To be sent again, an issue must be able to go on: a finished one is opened again in the same
    transaction; a cancelled one, or one past its deadline, stays as it is.
    """
    if after.state is not State.PLANNED:
        return table.try_write(_rewrite(before, after, "SET #outcomes = :new", {}), *also)
    if not may_be_sent_again(issue, now):
        return False
    due = {":planned": State.PLANNED, ":now": now, ":due": due_kind(State.PLANNED, before.issue)}
    sets = (
        "#outcomes = :new, #state = :planned, #queued_at = :now, #due_kind = :due, #due_at = :now"
    )
    again = _rewrite(before, after, f"SET {sets}{_removals(State.PLANNED)}", due)
    return table.try_write(issues.reopen(issue, now), again, *also)


def _rewrite(before: Batch, after: Batch, expression: str, values: Item) -> Write:
    """Conditional on the state, outcomes and claim that were read."""
    values = values | {
        ":new": outcomes_of(after),
        ":was": before.state,
        ":seen": outcomes_of(before),
    }
    condition = "#state = :was AND #outcomes = :seen AND attribute_not_exists(#claimed_at)"
    if before.claimed_at:
        values |= {":claimed": before.claimed_at}
        condition = "#state = :was AND #outcomes = :seen AND #claimed_at = :claimed"
    return _update(before, expression, values, condition)


# ---- One conditional write


def _move(  # noqa: PLR0913 - the parts of one expression
    batch: Batch,
    state: State,
    outcomes: dict[int, Outcome],
    values: Item,
    *,
    sets: str = "",
    condition: str = "",
) -> bool:
    allowed = {f":was{n}": old for n, old in enumerate(moves_to(state))}
    new_outcomes = {f":p{at}": str(outcome) for at, outcome in outcomes.items()}
    assignments = ["#state = :state", *filter(None, [sets]), *map(_unless_set, outcomes)]
    conditions = [f"#state IN ({', '.join(allowed)})", *filter(None, [condition])]
    write = _update(
        batch,
        f"SET {', '.join(assignments)}{_removals(state)}",
        {":state": state} | allowed | values | new_outcomes,
        " AND ".join(conditions),
    )
    return _is_stored(write, state, values.get(":attempt"))


def _as_read(batch: Batch) -> Item:
    return {":seen": outcomes_of(batch), ":size": len(batch.recipients)}


def _due(state: State, batch: Batch, at: int) -> Item:
    return {":due_kind": due_kind(state, batch.issue), ":due_at": at}


def _unless_set(position: int) -> str:
    path = f"#outcomes.#p{position}"
    return f"{path} = if_not_exists({path}, :p{position})"


def _removals(state: State) -> str:
    if state is State.PLANNED:
        return " REMOVE #attempt, #claimed_at, #sends_at"
    return " REMOVE #due_kind, #due_at" if state in FINAL else ""


def _is_stored(write: Write, state: State, attempt: str | None) -> bool:
    try:
        table.write(write)
    except RefusedError as refused:
        # This very write may be stored already: its reply was lost, and botocore sent it again.
        stored = refused.items.get(0, {})
        is_same_attempt = attempt is not None and stored.get("attempt") == attempt
        return is_same_attempt and stored.get("state") == state
    return True


def _update(batch: Batch, expression: str, values: Item, condition: str) -> Write:
    key = batch_key(batch.issue, batch.number)
    return table.update(key, expression, values, condition=condition)
