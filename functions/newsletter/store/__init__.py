"""Issues and batches in the table: the only place that knows their keys and expressions.

A batch is in the index `due` under its issue as long as something may have to be done about it.
"""

import uuid
from collections.abc import Iterator

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.core.errors import RefusedError
from functions.newsletter.rules import first_state, utc_seconds
from functions.newsletter.rules.ledger import (
    CHANGEABLE,
    Batch,
    Issue,
    IssueState,
    State,
)
from functions.newsletter.store.items import (
    batch_key,
    due_kind,
    issue_key,
    to_batch,
    to_issue,
)
from functions.newsletter.store.team_mails import told
from functions.people.member import EVERY

FOREVER = 2**53
KINDS = ("ISSUE", "REPORT", "PAST")  # where the index has issues: open, to be reported, over
SWEPT_AT_ONCE = 1000
READ_AT_ONCE = 100


# ---- Issues


def schedule(slug: str, facts: Item, now: int) -> bool:
    """Take over what HR published (the catalogue's entry); False once planning has begun."""
    send_at = utc_seconds(facts["send_at"])
    deadline = utc_seconds(facts["deadline"]) if facts.get("deadline") else None
    state = first_state(send_at, deadline, now)
    pk, sk = issue_key(slug)
    item = {
        "pk": pk,
        "sk": sk,
        "state": state,
        "subject": facts["subject"],
        "url": facts.get("url", ""),
        "deadline": deadline,
        "send_at": send_at,
        "variants": [{"name": name, **each} for name, each in facts["variants"].items()],
        "audience": facts.get("audience", {}),
        "frequency": facts.get("frequency", EVERY),
        "corrects": facts.get("corrects") or "",
        "nothing": facts.get("nothing", ""),
        "revision": uuid.uuid4().hex,
        "due_kind": "ISSUE" if state is IssueState.SCHEDULED else "PAST",
        "due_at": send_at,
    }
    condition = f"{table.NEW} OR {_CHANGEABLE}"
    return done(table.put(item, condition=condition, values=_CHANGEABLE_VALUES))


def unschedule(slug: str) -> bool:
    """HR took the issue back; False where there is none to take back any more."""
    return done(
        table.delete(issue_key(slug), condition=_CHANGEABLE, values=dict(_CHANGEABLE_VALUES))
    )


def issue(slug: str) -> Issue | None:
    item = table.get(issue_key(slug))
    return to_issue(item) if item else None


def issues() -> list[Issue]:
    """All issues, newest first."""
    keys = [key for kind in KINDS for key in table.due(kind, FOREVER, limit=0)]
    found, _unread = table.get_many(keys)
    return sorted(map(to_issue, found.values()), key=lambda each: each.send_at, reverse=True)


def due_issues(now: int) -> list[str]:
    """Slugs of issues that are to be planned or are going out."""
    return [pk.partition("#")[2] for pk, _ in table.due("ISSUE", now)]


def miss(issue: Issue, now: int) -> bool:
    """Found only after its deadline: it is not sent, and the team is told."""
    values = {":missed": IssueState.MISSED, ":past": "PAST"} | _scheduled(issue)
    expression = "SET #state = :missed, #due_kind = :past"
    missed = _update(issue, expression, values, _AS_SCHEDULED)
    return done(missed, told("issue_skipped", issue.slug, now))


def skip(issue: Issue, reason: str, now: int) -> bool:
    """Nothing to say, or nobody to say it to: it is not sent, and the team is told why."""
    values = {":skipped": IssueState.SKIPPED, ":past": "PAST", ":reason": reason}
    expression = "SET #state = :skipped, #due_kind = :past, #reason = :reason"
    skipped = _update(issue, expression, values | _scheduled(issue), _AS_SCHEDULED)
    return done(skipped, told("issue_skipped", issue.slug, now))


def begin(issue: Issue) -> bool:
    """Fix the content and start planning, unless HR changed anything of it meanwhile."""
    values = {":planning": IssueState.PLANNING, ":none": 0, ":start": ""} | _scheduled(issue)
    zero = "#batches = :none, #planned = :none, #silent = :none"
    expression = f"SET #state = :planning, #cursor = :start, {zero}"
    return done(_update(issue, expression, values, _AS_SCHEDULED))


def finish(issue: Issue, counts: dict[str, int], report_at: int = 0) -> bool:
    """Nothing is left to do; what was cancelled is called so. The team hears of it `report_at`."""
    is_cancelled = issue.state is IssueState.CANCELLED
    values = {
        ":end": IssueState.CANCELLED if is_cancelled else IssueState.SENT,
        ":old": issue.state,
        ":counts": dict(counts),
        ":kind": "REPORT" if report_at else "PAST",
        ":due": report_at or issue.send_at,
    }
    expression = "SET #state = :end, #counts = :counts, #due_kind = :kind, #due_at = :due"
    return done(_update(issue, expression, values, "#state = :old"))


# ---- Batches


def count_one_more(issue: Issue) -> Write:
    """The number `issue.batches` is taken, unless somebody was first."""
    values = {":one": 1, ":seen": issue.batches}
    return _update(issue, "ADD #batches :one", values, "#batches = :seen")


def batch(slug: str, number: int) -> Batch | None:
    item = table.get(batch_key(slug, number))
    return to_batch(item) if item else None


def batches(slug: str) -> Iterator[Batch]:
    """An issue's batches by number; a few at a time, for half a million recipients too."""
    after = None
    while True:
        page = list(table.query(f"ISSUE#{slug}", "BATCH#", after=after, limit=READ_AT_ONCE))
        yield from map(to_batch, page)
        if len(page) < READ_AT_ONCE:
            return
        after = page[-1]["sk"]


def with_issue(slug: str, number: int) -> tuple[Issue | None, Batch | None]:
    """A batch and its issue in one call; None is absent, or not to be read just now."""
    of_issue, of_batch = issue_key(slug), batch_key(slug, number)
    found, _unread = table.get_many([of_issue, of_batch])
    return (
        to_issue(found[of_issue]) if of_issue in found else None,
        to_batch(found[of_batch]) if of_batch in found else None,
    )


def due_batches(state: State, slug: str, now: int) -> list[int]:
    """Numbers of planned or claimed batches that the sweep has to look at, oldest first."""
    found = table.due(due_kind(state, slug), now, limit=SWEPT_AT_ONCE)
    return [int(sk.partition("#")[2]) for _, sk in found]


def is_anything_open(slug: str) -> bool:
    """False where the index knows of no batch without an end; only reading them all decides."""
    kinds = (due_kind(State.PLANNED, slug), due_kind(State.CLAIMED, slug))
    return any(table.due(kind, FOREVER, limit=1) for kind in kinds)


# ---- Writes


_CHANGEABLE_VALUES: Item = {f":was{n}": state for n, state in enumerate(CHANGEABLE)}
_CHANGEABLE = f"#state IN ({', '.join(_CHANGEABLE_VALUES)})"
# What is decided about an issue before planning holds for what was read of it only.
_AS_SCHEDULED = (
    "#state = :old AND #revision = :revision OR #state = :old AND attribute_not_exists(#revision)"
)


def _scheduled(issue: Issue) -> Item:
    return {":old": IssueState.SCHEDULED, ":revision": issue.revision}


def done(*writes: Write) -> bool:
    """Do all writes or none; False where a condition does not hold."""
    try:
        table.write(*writes) if len(writes) == 1 else table.transact(*writes)
    except RefusedError:
        return False
    return True


def _update(issue: Issue, expression: str, values: Item, condition: str) -> Write:
    return table.update(issue_key(issue.slug), expression, values, condition=condition)
