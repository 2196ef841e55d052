"""Which batches of which issues a member is in, without reading all of them.

An issue is planned page by page in the order of members' ids (`planner`), and a page's batches
follow each other; so a few reads show where a member's page is. Only the second half of a batch
that was split stands elsewhere: the first half names it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from functions.core.aws import table
from functions.core.aws.table import Item
from functions.newsletter.rules.batches import MOST_BATCHES
from functions.newsletter.rules.ledger import Issue
from functions.newsletter.store.batches import batch_key
from functions.newsletter.store.issues import issue_key

FEW = 4 * MOST_BATCHES  # batches that are read one after the other
READ = ("recipients", "moved", "half_of")


class Received(NamedTuple):
    """One recipient's place in the ledger: the batch's item, and their position in it."""

    item: Item
    position: int


def by_member(member_id: str, issues: list[Issue]) -> tuple[list[Received], list[str]]:
    """The member's place in each issue that has one; and slugs of issues that are too large to be
    read here: corrections, which aren't in the order of ids."""
    unread = [issue.slug for issue in issues if issue.corrects and issue.batches > FEW]
    read = (issue for issue in issues if issue.slug not in unread)
    return [place for issue in read for place in _places(issue, member_id)], unread


def _places(issue: Issue, member_id: str) -> Iterator[Received]:
    first, last = _page(issue, member_id)
    waiting = list(_range(issue.slug, first, last))
    seen = set()
    while waiting:
        batch = waiting.pop()
        if batch["sk"] in seen:
            continue
        seen.add(batch["sk"])
        if member_id in batch["recipients"]:
            yield _received(batch, member_id)
        keys = [batch_key(issue.slug, number) for number in batch.get("moved", {}).values()]
        waiting += table.get_many(keys, only=READ)[0].values()


def _received(batch: Item, member_id: str) -> Received:
    whole = table.get((batch["pk"], batch["sk"]))
    assert whole  # no batch is ever deleted
    return Received(whole, whole["recipients"].index(member_id))


def _page(issue: Issue, member_id: str) -> tuple[int, int]:
    """The numbers between which the batches of the member's page are, the last one excluded."""
    first, last = 0, issue.batches
    while last - first > FEW:
        middle = _in_order(issue.slug, (first + last) // 2)
        ids = middle["recipients"]
        number = int(middle["sk"].partition("#")[2])
        if max(ids) < member_id:
            first = max(first + 1, number - MOST_BATCHES)
        elif min(ids) > member_id:
            last = min(last - 1, number + MOST_BATCHES)
        else:
            return max(0, number - MOST_BATCHES), min(issue.batches, number + MOST_BATCHES)
    return first, last


def _in_order(slug: str, number: int) -> Item:
    """The batch of that number, or the next one before it that isn't half of another."""
    while True:
        batch = table.get(batch_key(slug, number))
        assert batch  # numbers have no gap
        if "half_of" not in batch:
            return batch
        number -= 1


def _range(slug: str, first: int, last: int) -> Iterator[Item]:
    before = batch_key(slug, first - 1)[1] if first else None
    count = last - first
    if count < 1:
        return iter(())
    return table.query(issue_key(slug)[0], "BATCH#", after=before, limit=count, only=READ)
