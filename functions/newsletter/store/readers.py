"""The readers an issue is planned for, page by page: its cursor, and the batches of a page."""

from collections.abc import Collection
from itertools import pairwise

from functions.core.aws import table
from functions.core.aws.table import Item
from functions.newsletter.rules.batches import BATCH_SIZE, Page, Subscriber
from functions.newsletter.rules.ledger import Issue, IssueState, State
from functions.newsletter.rules.recipients import attributes_of, is_inside
from functions.newsletter.store.batches import new_batch, to_batch
from functions.newsletter.store.issues import issue_key
from functions.people.store import SHARDS, member_key

END = "~"  # the cursor behind the last member or batch: no key is greater
READ = ("language", "newsletter", "frequency", "kind", "office")


def behind(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    """The subscribers whom the issue is for among the next `limit` people in key order, and the
    cursor behind them."""
    return _corrected(issue, limit) if issue.corrects else _members(issue, limit)


def _members(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    found: list[Subscriber] = []
    cursor, wanted = issue.cursor, {*READ, *attributes_of(issue.audience)}
    while cursor != END and limit > 0:
        shard, after = cursor[:1] or SHARDS[0], cursor if len(cursor) > 1 else None
        page = list(table.query(member_key(shard)[0], after=after, limit=limit, only=tuple(wanted)))
        found += _subscribers([each for each in page if issue.is_as_often_as(each)], issue)
        cursor = page[-1]["sk"] if len(page) == limit else _next_shard(shard)
        limit -= len(page)
    return found, cursor


def _next_shard(shard: str) -> str:
    following: dict[str, str] = dict(pairwise((*SHARDS, END)))
    return following[shard]


def _corrected(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    """Those who got the issue that is corrected, however often they want to hear of us."""
    count = max(1, limit // BATCH_SIZE)
    pk, after = issue_key(issue.corrects)[0], issue.cursor or None
    page = list(table.query(pk, "BATCH#", after=after, limit=count))
    got = [
        member_key(batch.recipients[at])
        for batch in map(to_batch, page)
        for at in batch.positions
        if batch.outcome(at).state is State.SENT
    ]
    people, unread = table.get_many(got, only=(*READ, *attributes_of(issue.audience)))
    if unread:
        raise TimeoutError("not all recipients could be read")  # the next tick tries again
    still_here = [people[key] for key in got if key in people]
    return _subscribers(still_here, issue), page[-1]["sk"] if len(page) == count else END


def _subscribers(people: Collection[Item], issue: Issue) -> list[Subscriber]:
    return [
        Subscriber(each["sk"], each["language"], each.get("kind", ""), each.get("office", ""))
        for each in people
        if each.get("newsletter") and is_inside(issue.audience, each)
    ]


def save_page(issue: Issue, page: Page, cursor: str) -> bool:
    """A page's batches and the cursor behind it; False where another planner was first."""
    values = {
        ":planning": IssueState.PLANNING,
        ":state": IssueState.SENDING if cursor == END else IssueState.PLANNING,
        ":old": issue.cursor,
        ":new": cursor,
        ":seen": issue.batches,
        ":batches": issue.batches + len(page.batches),
        ":planned": sum(len(each.recipients) for each in page.batches),
        ":silent": page.silent,
    }
    sets = "#state = :state, #cursor = :new, #batches = :batches"
    move = table.update(
        issue_key(issue.slug),
        f"SET {sets} ADD #planned :planned, #silent :silent",
        values,
        condition="#state = :planning AND #cursor = :old AND #batches = :seen",
    )
    return table.try_write(move, *map(new_batch, page.batches))
