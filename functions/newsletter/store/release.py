"""How a person's decision about uncertain recipients is written: only over what was read."""

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.newsletter import store
from functions.newsletter.rules.ledger import Batch, Issue, IssueState, State
from functions.newsletter.rules.report import may_be_sent_again
from functions.newsletter.store.items import batch_key, due_kind, issue_key, places


def release(issue: Issue, before: Batch, after: Batch, now: int) -> bool:
    """Write `after`; False where an event, a worker or somebody else changed anything meanwhile.

    What is to be sent again needs an issue that goes on: one that is over is opened again in the
    same transaction, one that was cancelled or is past its deadline stays as it is.
    """
    if after.state is not State.PLANNED:
        return store.done(_rewrite(before, after, "SET #outcomes = :new", {}))
    if not may_be_sent_again(issue, now):
        return False
    due = {":planned": State.PLANNED, ":now": now, ":due": due_kind(State.PLANNED, before.issue)}
    sets = (
        "#outcomes = :new, #state = :planned, #queued_at = :now, #due_kind = :due, #due_at = :now"
    )
    again = _rewrite(before, after, f"SET {sets} REMOVE #attempt, #claimed_at", due)
    return store.done(_opened(issue, now), again)


def _opened(issue: Issue, now: int) -> Write:
    values: Item = {":old": issue.state}
    if issue.state is not IssueState.SENT:
        return table.check(issue_key(issue.slug), "#state = :old", values)
    values |= {":sending": IssueState.SENDING, ":issue": "ISSUE", ":now": now}
    expression = "SET #state = :sending, #due_kind = :issue, #due_at = :now"
    return table.update(issue_key(issue.slug), expression, values, condition="#state = :old")


def _rewrite(before: Batch, after: Batch, expression: str, values: Item) -> Write:
    """On the condition that state, outcomes and claim are those that were read."""
    values = values | {":new": places(after), ":was": before.state, ":seen": places(before)}
    condition = "#state = :was AND #outcomes = :seen AND attribute_not_exists(#claimed_at)"
    if before.claimed_at:
        values |= {":claimed": before.claimed_at}
        condition = "#state = :was AND #outcomes = :seen AND #claimed_at = :claimed"
    key = batch_key(before.issue, before.number)
    return table.update(key, expression, values, condition=condition)
