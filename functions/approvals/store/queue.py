"""Who waits, by the index: what happens to them next by itself. Apart, because most pages of the
desk only ask whether anybody does."""

from collections.abc import Iterator

from functions.core.aws import table
from functions.core.aws.table import Key

# Marks in the index.
WAITING, REMINDED, DECIDED, DECLINED = "WAITING", "REMINDED", "DECIDED", "DECLINED"
UNDECIDED = (REMINDED, WAITING)
NOT_FINAL = (*UNDECIDED, DECIDED)
FAR = 10_000_000_000  # behind every time
PAGE = 100


def keys(*marks: str) -> Iterator[Key]:
    """All of these marks, page by page; an entry may be stale."""
    for mark in marks:
        after = None
        while page := table.due_after(mark, FAR, PAGE, after):
            yield from ((entry["pk"], entry["sk"]) for entry in page)
            if len(page) < PAGE:
                break
            after = page[-1]


def is_empty() -> bool:
    """Whether nobody is without a final decision."""
    return next(keys(*NOT_FINAL), None) is None
