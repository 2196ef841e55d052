"""Batches in the table: their keys and attributes, and how they are read.

A batch is in the index `due` under its issue as long as something may have to be done about it.
"""

from collections.abc import Iterable, Iterator

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.newsletter.rules.batches import REQUEUE_SECONDS
from functions.newsletter.rules.ledger import Batch, Outcome, State
from functions.newsletter.store.issues import FOREVER, to_variant

SWEPT_AT_ONCE = 1000
READ_AT_ONCE = 100

Name = tuple[str, int]  # of a batch: its issue and its number


def batch_key(slug: str, number: int) -> Key:
    return (f"ISSUE#{slug}", f"BATCH#{number:06d}")


def due_kind(state: State, slug: str) -> str:
    """The index's partition for an issue's planned, or claimed, batches."""
    return f"{state.upper()}#{slug}"


# ---- Reading


def get(slug: str, number: int) -> Batch | None:
    item = table.get(batch_key(slug, number))
    return to_batch(item) if item else None


def get_many(names: Iterable[Name]) -> dict[Name, Batch | None]:
    """Batches by name, None for one that is absent; one not readable just now is left out."""
    keys = {batch_key(*name): name for name in names}
    items, unread = table.get_many(keys)
    return {
        name: to_batch(items[key]) if key in items else None
        for key, name in keys.items()
        if key not in unread
    }


def of_issue(slug: str, behind: str | None = None) -> Iterator[Batch]:
    """An issue's batches by number, those `behind` a sort key; read page by page, as there may be
    ten thousand."""
    after = behind
    while True:
        page = page_of_issue(slug, after, READ_AT_ONCE)
        yield from page
        if len(page) < READ_AT_ONCE:
            return
        after = batch_key(slug, page[-1].number)[1]


def page_of_issue(slug: str, behind: str | None, limit: int) -> list[Batch]:
    """The next batches behind a sort key."""
    items = table.query(f"ISSUE#{slug}", "BATCH#", after=behind, limit=limit)
    return [to_batch(item) for item in items]


def due(state: State, slug: str, now: int) -> list[int]:
    """Numbers of planned or claimed batches that are due, oldest first. The index may be stale."""
    keys = table.due(due_kind(state, slug), now, limit=SWEPT_AT_ONCE)
    return [int(sk.partition("#")[2]) for _, sk in keys]


def is_any_open(slug: str) -> bool:
    """False if the index has no unfinished batch; it may be stale, so read them before acting."""
    kinds = (due_kind(State.PLANNED, slug), due_kind(State.CLAIMED, slug))
    return any(table.due(kind, FOREVER, limit=1) for kind in kinds)


# ---- There and back


def new_batch(batch: Batch) -> Write:
    return table.put(to_item(batch, swept_at(batch)), condition=table.NEW)


def swept_at(batch: Batch) -> int:
    """When the sweep has to look at a planned batch: at once, if it has no message."""
    return batch.sends_at + REQUEUE_SECONDS if batch.sends_at else batch.queued_at


def to_item(batch: Batch, due_at: int) -> Item:
    pk, sk = batch_key(batch.issue, batch.number)
    return {
        "pk": pk,
        "sk": sk,
        "state": batch.state,
        "variant": batch.variant.name,
        "key": batch.variant.key,
        "hash": batch.variant.hash,
        "recipients": list(batch.recipients),
        "outcomes": outcomes_of(batch),
        "queued_at": batch.queued_at,
        **({"sends_at": batch.sends_at} if batch.sends_at else {}),
        **({"moved": {f"p{at}": to for at, to in batch.moved.items()}} if batch.moved else {}),
        **({} if batch.half_of is None else {"half_of": batch.half_of}),
        "due_kind": due_kind(batch.state, batch.issue),
        "due_at": due_at,
    }


def outcomes_of(batch: Batch) -> Item:
    return {f"p{at}": str(outcome) for at, outcome in batch.outcomes.items()}


def to_batch(item: Item) -> Batch:
    return Batch(
        issue=item["pk"].partition("#")[2],
        number=int(item["sk"].partition("#")[2]),
        variant=to_variant({"name": item["variant"], "key": item["key"], "hash": item["hash"]}),
        recipients=tuple(item["recipients"]),
        state=State(item["state"]),
        outcomes={int(at[1:]): Outcome.read(text) for at, text in item["outcomes"].items()},
        attempt=item.get("attempt", ""),
        queued_at=item["queued_at"],
        sends_at=item.get("sends_at", 0),
        claimed_at=item.get("claimed_at", 0),
        moved={int(at[1:]): number for at, number in item.get("moved", {}).items()},
        half_of=item.get("half_of"),
    )
