"""How issues and batches stand in the table: keys and attributes, there and back."""

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.newsletter.rules import REQUEUE_SECONDS
from functions.newsletter.rules.ledger import (
    Batch,
    Issue,
    IssueState,
    Outcome,
    State,
    Variant,
)
from functions.people.member import EVERY


def issue_key(slug: str) -> Key:
    return (f"ISSUE#{slug}", "ISSUE")


def batch_key(slug: str, number: int) -> Key:
    return (f"ISSUE#{slug}", f"BATCH#{number:06d}")


def due_kind(state: State, slug: str) -> str:
    """Where the index keeps an issue's open batches: what waits apart from what is being sent."""
    return f"{state.upper()}#{slug}"


def places(batch: Batch) -> Item:
    return {f"p{at}": str(each) for at, each in batch.outcomes.items()}


def new_batch(batch: Batch) -> Write:
    return table.put(batch_item(batch, batch.queued_at + REQUEUE_SECONDS), condition=table.NEW)


def batch_item(batch: Batch, due_at: int) -> Item:
    pk, sk = batch_key(batch.issue, batch.number)
    return {
        "pk": pk,
        "sk": sk,
        "state": batch.state,
        "variant": batch.variant.name,
        "key": batch.variant.key,
        "hash": batch.variant.hash,
        "recipients": list(batch.recipients),
        "outcomes": places(batch),
        "queued_at": batch.queued_at,
        **({"moved": {f"p{at}": to for at, to in batch.moved.items()}} if batch.moved else {}),
        "due_kind": due_kind(batch.state, batch.issue),
        "due_at": due_at,
    }


def to_batch(item: Item) -> Batch:
    return Batch(
        issue=item["pk"].partition("#")[2],
        number=int(item["sk"].partition("#")[2]),
        variant=_variant({"name": item["variant"], "key": item["key"], "hash": item["hash"]}),
        recipients=tuple(item["recipients"]),
        state=State(item["state"]),
        outcomes={int(at[1:]): Outcome.read(text) for at, text in item["outcomes"].items()},
        attempt=item.get("attempt", ""),
        queued_at=item["queued_at"],
        claimed_at=item.get("claimed_at", 0),
        moved={int(at[1:]): number for at, number in item.get("moved", {}).items()},
    )


def _variant(item: Item) -> Variant:
    """A name begins with its language, as the site gives it."""
    language = item.get("language") or item["name"].partition("-")[0]
    readers = tuple(item.get("readers") or ({},))
    return Variant(item["name"], item["key"], item["hash"], language, readers)


def to_issue(item: Item) -> Issue:
    return Issue(
        slug=item["pk"].partition("#")[2],
        state=IssueState(item["state"]),
        subject=item["subject"],
        send_at=item["send_at"],
        deadline=item["deadline"],
        variants=tuple(map(_variant, item["variants"])),
        audience=item.get("audience", {}),
        frequency=item.get("frequency", EVERY),
        corrects=item.get("corrects", ""),
        nothing=item.get("nothing", ""),
        revision=item.get("revision", ""),
        cursor=item.get("cursor", ""),
        batches=item.get("batches", 0),
        planned=item.get("planned", 0),
        silent=item.get("silent", 0),
        counts=item.get("counts", {}),
        reason=item.get("reason", ""),
        paused_at=item.get("paused_at", 0),
        resumed_at=item.get("resumed_at", 0),
        accepted=item.get("accepted", 0),
        bounces=item.get("bounces", 0),
        complaints=item.get("complaints", 0),
        complained=item.get("complained", 0),
    )
