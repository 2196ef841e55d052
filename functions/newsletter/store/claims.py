"""Every change of a batch: one conditional write each, so whoever comes second changes nothing.

A function gives True where its change stands, whoever's answer was lost, and False where the batch
is not, or no longer, in the state that the change needs.
"""

from dataclasses import replace

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.core.errors import RefusedError
from functions.newsletter import store
from functions.newsletter.rules import CLAIM_SECONDS, REQUEUE_SECONDS, Record, halves
from functions.newsletter.rules.ledger import FINAL, Batch, Outcome, State, moves_to
from functions.newsletter.store.items import batch_item, batch_key, due_kind, places

OURS = "#attempt = :attempt"
# No event has settled somebody meanwhile, and nobody has halved it.
AS_READ = "#outcomes = :seen AND size(#recipients) = :size"
DUE = "#due_kind = :due_kind, #due_at = :due_at"


def claim(batch: Batch, attempt: str, outcomes: dict[int, Outcome], now: int) -> bool:
    """Take the batch as it was read to send it, and note who gets no mail."""
    values = {":attempt": attempt, ":now": now} | _seen(batch)
    values |= _due(State.CLAIMED, batch, now + CLAIM_SECONDS)
    sets = f"#attempt = :attempt, #claimed_at = :now, {DUE}"
    return _move(batch, State.CLAIMED, outcomes, values, sets=sets, condition=AS_READ)


def record(batch: Batch, attempt: str, came_back: Record, now: int) -> bool:
    """Write what came back to the attempt that has the claim.

    A place that an event has filled meanwhile stays as it is.
    """
    values: Item = {":attempt": attempt}
    sets = ""
    if came_back.state is State.PLANNED:
        sets = f"#queued_at = :now, {DUE}"
        values |= {":now": now} | _due(State.PLANNED, batch, now + came_back.wait_seconds)
    return _move(batch, came_back.state, came_back.outcomes, values, sets=sets, condition=OURS)


def close(batch: Batch, outcomes: dict[int, Outcome]) -> bool:
    """Nobody is left to send to."""
    values = {":planned": State.PLANNED} | _seen(batch)
    condition = f"#state = :planned AND {AS_READ}"
    return _move(batch, State.SENT, outcomes, values, condition=condition)


def expire(batch: Batch) -> bool:
    return _move(batch, State.EXPIRED, {}, {})


def cancel(batch: Batch) -> bool:
    return _move(batch, State.CANCELLED, {}, {})


def doubt(batch: Batch) -> bool:
    """The claim has lost its worker: whether SES got the call, nobody knows."""
    return _move(batch, State.UNCERTAIN, {}, {":attempt": batch.attempt}, condition=OURS)


def requeue(batch: Batch, now: int) -> bool:
    """Note that the batch goes into the queue again."""
    values = {":planned": State.PLANNED, ":now": now, ":due": now + REQUEUE_SECONDS}
    expression = "SET #queued_at = :now, #due_at = :due"
    return store.done(_update(batch, expression, values, "#state = :planned"))


def halve(batch: Batch, attempt: str, now: int) -> bool:
    """Split a batch that SES refused for one of its recipients; the sweep queues both halves.

    False where the claim is lost, an event came between, or the planner took the number just now.
    """
    issue = store.issue(batch.issue)
    if issue is None:
        return False
    first, rest = (replace(half, queued_at=now) for half in halves(batch, issue.batches))
    values = {":claimed": State.CLAIMED, ":attempt": attempt} | _seen(batch)
    shrunk = table.put(
        batch_item(first, due_at=now),
        condition=f"#state = :claimed AND {OURS} AND {AS_READ}",
        values=values,
    )
    added = table.put(batch_item(rest, due_at=now), condition=table.NEW)
    return store.done(store.count_one_more(issue), shrunk, added)


def settle(batch: Batch, position: int, outcome: Outcome) -> bool:
    """Write an event's outcome into its place, if that is as it was read."""
    path = f"#outcomes.#p{position}"
    values: Item = {":new": str(outcome), ":state": batch.state}
    unchanged = f"attribute_not_exists({path}) AND #state = :state"
    if position in batch.outcomes:
        values = {":new": str(outcome), ":old": str(batch.outcomes[position])}
        unchanged = f"{path} = :old"
    return store.done(_update(batch, f"SET {path} = :new", values, unchanged))


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
    each_place = {f":p{at}": str(each) for at, each in outcomes.items()}
    assignments = ["#state = :state", *filter(None, [sets]), *map(_place, outcomes)]
    conditions = [f"#state IN ({', '.join(allowed)})", *filter(None, [condition])]
    write = _update(
        batch,
        f"SET {', '.join(assignments)}{_removals(state)}",
        {":state": state} | allowed | values | each_place,
        " AND ".join(conditions),
    )
    return _is_written(write, state, values.get(":attempt"))


def _seen(batch: Batch) -> Item:
    return {":seen": places(batch), ":size": len(batch.recipients)}


def _due(state: State, batch: Batch, at: int) -> Item:
    return {":due_kind": due_kind(state, batch.issue), ":due_at": at}


def _place(position: int) -> str:
    path = f"#outcomes.#p{position}"
    return f"{path} = if_not_exists({path}, :p{position})"


def _removals(state: State) -> str:
    if state is State.PLANNED:
        return " REMOVE #attempt, #claimed_at"
    return " REMOVE #due_kind, #due_at" if state in FINAL else ""


def _is_written(write: Write, state: State, attempt: str | None) -> bool:
    try:
        table.write(write)
    except RefusedError as refused:
        # One's own write whose answer was lost, and which botocore sent a second time.
        stands = refused.items.get(0, {})
        mine = attempt is not None and stands.get("attempt") == attempt
        return mine and stands.get("state") == state
    return True


def _update(batch: Batch, expression: str, values: Item, condition: str) -> Write:
    key = batch_key(batch.issue, batch.number)
    return table.update(key, expression, values, condition=condition)
