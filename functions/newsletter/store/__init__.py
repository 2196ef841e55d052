"""Issues and batches in the table: the only place that knows their keys and expressions.

A batch is in the index `due` under its issue as long as something may have to be done about it.
"""

from collections.abc import Iterator
from itertools import pairwise

from functions.core import table
from functions.core.errors import RefusedError
from functions.core.table import Item, Write
from functions.membership.store import SHARDS, member_key
from functions.newsletter.rules import Subscriber, first_state, utc_seconds
from functions.newsletter.rules.audience import Audience, asks, is_inside
from functions.newsletter.rules.ledger import CHANGEABLE, Batch, Issue, IssueState, State
from functions.newsletter.store.items import (
    batch_key,
    due_kind,
    issue_key,
    new_batch,
    to_batch,
    to_issue,
)

END = "~"  # the cursor behind the last member: no hexadecimal id is greater
FOREVER = 2**53
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
    keys = table.due("ISSUE", FOREVER, limit=0) + table.due("PAST", FOREVER, limit=0)
    found, _unread = table.get_many(keys)
    return sorted(map(to_issue, found.values()), key=lambda each: each.send_at, reverse=True)


def due_issues(now: int) -> list[str]:
    """Slugs of issues that are to be planned or are going out."""
    return [pk.partition("#")[2] for pk, _ in table.due("ISSUE", now)]


def miss(issue: Issue) -> bool:
    """Found only after its deadline: it is not sent, and says so."""
    values = {":missed": IssueState.MISSED, ":old": IssueState.SCHEDULED, ":past": "PAST"}
    expression = "SET #state = :missed, #due_kind = :past"
    return done(_update(issue, expression, values, "#state = :old"))


def begin(issue: Issue) -> bool:
    """Fix the content and start planning, unless HR changed the time meanwhile."""
    values = {
        ":planning": IssueState.PLANNING,
        ":old": IssueState.SCHEDULED,
        ":at": issue.send_at,
        ":none": 0,
        ":start": "",
    }
    expression = "SET #state = :planning, #cursor = :start, #batches = :none, #planned = :none"
    return done(_update(issue, expression, values, "#state = :old AND #send_at = :at"))


def finish(issue: Issue, counts: dict[str, int]) -> bool:
    """Nothing is left to do; what was cancelled is called so."""
    is_cancelled = issue.state is IssueState.CANCELLED
    values = {
        ":end": IssueState.CANCELLED if is_cancelled else IssueState.SENT,
        ":old": issue.state,
        ":counts": dict(counts),
        ":past": "PAST",
    }
    expression = "SET #state = :end, #counts = :counts, #due_kind = :past"
    return done(_update(issue, expression, values, "#state = :old"))


# ---- Planning


def members_behind(cursor: str, limit: int, audience: Audience) -> tuple[list[Subscriber], str]:
    """The subscribers inside the audience among the next `limit` members in key order, and the
    cursor behind them."""
    found: list[Subscriber] = []
    wanted = ("language", "newsletter", *asks(audience))
    while cursor != END and limit > 0:
        shard, after = cursor[:1] or SHARDS[0], cursor if len(cursor) > 1 else None
        page = list(table.query(member_key(shard)[0], after=after, limit=limit, only=wanted))
        found += [
            Subscriber(each["sk"], each["language"])
            for each in page
            if each.get("newsletter") and is_inside(audience, each)
        ]
        cursor = page[-1]["sk"] if len(page) == limit else _next_shard(shard)
        limit -= len(page)
    return found, cursor


def _next_shard(shard: str) -> str:
    following: dict[str, str] = dict(pairwise((*SHARDS, END)))
    return following[shard]


def save_page(issue: Issue, batches: list[Batch], cursor: str) -> bool:
    """A page's batches and the cursor behind it; False where another planner was first."""
    values = {
        ":planning": IssueState.PLANNING,
        ":state": IssueState.SENDING if cursor == END else IssueState.PLANNING,
        ":old": issue.cursor,
        ":new": cursor,
        ":seen": issue.batches,
        ":batches": issue.batches + len(batches),
        ":planned": sum(len(each.recipients) for each in batches),
    }
    move = _update(
        issue,
        "SET #state = :state, #cursor = :new, #batches = :batches ADD #planned :planned",
        values,
        "#state = :planning AND #cursor = :old AND #batches = :seen",
    )
    return done(move, *map(new_batch, batches))


def count_one_more(issue: Issue) -> Write:
    """The number `issue.batches` is taken, unless somebody was first."""
    values = {":one": 1, ":seen": issue.batches}
    return _update(issue, "ADD #batches :one", values, "#batches = :seen")


# ---- Batches


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


def done(*writes: Write) -> bool:
    """Do all writes or none; False where a condition does not hold."""
    try:
        table.write(*writes) if len(writes) == 1 else table.transact(*writes)
    except RefusedError:
        return False
    return True


def _update(issue: Issue, expression: str, values: Item, condition: str) -> Write:
    return table.update(issue_key(issue.slug), expression, values, condition=condition)
