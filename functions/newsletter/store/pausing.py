"""Where a person, SES or the program turns an issue: paused, resumed, cancelled.

One conditional write each on the issue's state. Planner and workers read that state with each page
and each batch, so it takes effect within one of them.
"""

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.newsletter import store
from functions.newsletter.rules.ledger import CANCELLABLE, RUNNING, Issue, IssueState
from functions.newsletter.store.items import issue_key
from functions.newsletter.store.team_mails import told


def pause(slug: str, reason: str, now: int, *, tells: bool = False) -> bool:
    """Hold an issue that is being planned or sent; False where it is not.

    `tells` leaves a mail to the team in the same transaction: of many who would pause it, one does.
    """
    were = {f":was{n}": state for n, state in enumerate(RUNNING)}
    values = {":paused": IssueState.PAUSED, ":reason": reason, ":now": now} | were
    sets = "#resumes_as = #state, #state = :paused, #reason = :reason, #paused_at = :now"
    held = _update(slug, f"SET {sets}", values, f"#state IN ({', '.join(were)})")
    return store.done(held, *([told("issue_paused", slug, now)] if tells else []))


def resume(slug: str, now: int = 0) -> bool:
    """Go on where the issue was paused; False where it is not paused. What waits in it goes into
    the queue again with the first tick after `now`, however lately it was there.

    Counting begins anew: whoever resumes has looked at what came back so far.
    """
    gone = "#resumes_as, #reason, #paused_at, #accepted, #bounces, #complaints"
    expression = f"SET #state = #resumes_as, #resumed_at = :now REMOVE {gone}"
    values = {":paused": IssueState.PAUSED, ":now": now}
    return store.done(_update(slug, expression, values, "#state = :paused"))


def cancel(issue: Issue) -> bool:
    """Send nothing more of it, for good; False where its state is not as it was read.

    The tick ends the batches that wait. Where planning had not begun there are none.
    """
    if issue.state not in CANCELLABLE:
        return False
    values: Item = {":cancelled": IssueState.CANCELLED, ":old": issue.state}
    sets = "SET #state = :cancelled"
    if issue.state is IssueState.SCHEDULED:
        sets, values = f"{sets}, #due_kind = :past", values | {":past": "PAST"}
    expression = f"{sets} REMOVE #resumes_as"
    return store.done(_update(issue.slug, expression, values, "#state = :old"))


def count(slug: str, what: str, number: int) -> None:
    """Count `accepted`, `bounces` or `complaints`, by which an issue may pause itself.

    It is no part of the ledger: what a death left uncounted makes the issue pause a little sooner
    or later, and nothing else. Resuming begins these anew; `complained` is for the report, since
    the ledger knows of no complaint.
    """
    also = ", #complained :number" if what == "complaints" else ""
    store.done(_update(slug, f"ADD #{what} :number{also}", {":number": number}, table.EXISTS))


def _update(slug: str, expression: str, values: Item, condition: str) -> Write:
    return table.update(issue_key(slug), expression, values, condition=condition)
