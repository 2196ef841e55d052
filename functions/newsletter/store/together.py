"""Several batches in one call: the events of a batch come together."""

from collections.abc import Iterable

from functions.core.aws import table
from functions.newsletter.rules.ledger import Batch
from functions.newsletter.store.items import batch_key, to_batch

Name = tuple[str, int]  # of a batch: its issue and its number


def batches(names: Iterable[Name]) -> dict[Name, Batch | None]:
    """By their names, None where there is none; what can't be read just now is left out."""
    keys = {batch_key(*name): name for name in names}
    found, unread = table.get_many(keys)
    return {
        name: to_batch(found[key]) if key in found else None
        for key, name in keys.items()
        if key not in unread
    }
