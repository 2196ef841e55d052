"""The readers an issue is planned for, page by page: its cursor, and the batches of a page."""

from collections.abc import Iterable
from itertools import pairwise

from functions.core import clock
from functions.core.aws import table
from functions.core.segments import ACTIVE
from functions.newsletter.rules.batches import BATCH_SIZE, Page, Subscriber
from functions.newsletter.rules.ledger import Issue, IssueState, State
from functions.newsletter.rules.recipients import wants
from functions.newsletter.store.batches import new_batch, to_batch
from functions.newsletter.store.issues import issue_key
from functions.people.member import SHARDS, Member
from functions.people.segment_rules import attributes_of, is_inside
from functions.people.store import members as people
from functions.people.store.segment_pages import active_among

END = "~"  # the cursor behind the last member or batch: no key is greater
READ = (
    "language",
    "newsletter",
    "invitations",
    "frequency",
    "kinds",
    "office",
    "offices_of_interest",
)


def next_page(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    """The issue's subscribers among the next `limit` people in key order, and the cursor behind
    these people.

    Raises:
        TimeoutError: not all recipients of the corrected issue could be read; the next tick tries
            again.
    """
    return _corrected(issue, limit) if issue.corrects else _members(issue, limit)


def _members(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    subscribers: list[Subscriber] = []
    cursor, fields = issue.cursor, {*READ, *attributes_of(issue.audience)}
    while cursor != END and limit > 0:
        shard, after = cursor[:1] or SHARDS[0], cursor if len(cursor) > 1 else None
        page = list(people.members(shard, after=after, limit=limit, only=fields))
        subscribers += _subscribers(page, issue)
        cursor = page[-1].id if len(page) == limit else _next_shard(shard)
        limit -= len(page)
    return subscribers, cursor


def _next_shard(shard: str) -> str:
    following: dict[str, str] = dict(pairwise((*SHARDS, END)))
    return following[shard]


def _corrected(issue: Issue, limit: int) -> tuple[list[Subscriber], str]:
    """The recipients of the issue that is corrected, whatever frequency they have chosen."""
    count = max(1, limit // BATCH_SIZE)
    pk, after = issue_key(issue.corrects)[0], issue.cursor or None
    page = list(table.query(pk, "BATCH#", after=after, limit=count))
    ids = [
        batch.recipients[at]
        for batch in map(to_batch, page)
        for at in batch.positions
        if batch.outcome(at).state is State.SENT
    ]
    members, unread = people.members_by_id(ids, only=(*READ, *attributes_of(issue.audience)))
    if unread:
        raise TimeoutError("not all recipients could be read")
    remaining = [members[member_id] for member_id in ids if member_id in members]
    return _subscribers(remaining, issue), page[-1]["sk"] if len(page) == count else END


def _subscribers(members: Iterable[Member], issue: Issue) -> list[Subscriber]:
    inside = [
        member for member in members if wants(issue, member) and is_inside(issue.audience, member)
    ]
    if ACTIVE in issue.audience:
        inside = active_among(inside, clock.now())
    return [
        Subscriber(member.id, member.language, member.kinds, member.local_offices)
        for member in inside
    ]


def save_page(issue: Issue, page: Page, cursor: str) -> bool:
    """Save a page's batches and its cursor; returns False if another planner was first."""
    values = {
        ":planning": IssueState.PLANNING,
        ":state": IssueState.SENDING if cursor == END else IssueState.PLANNING,
        ":old": issue.cursor,
        ":new": cursor,
        ":seen": issue.batches,
        ":batches": issue.batches + len(page.batches),
        ":planned": sum(len(batch.recipients) for batch in page.batches),
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
