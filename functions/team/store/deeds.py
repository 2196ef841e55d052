"""The desk's log: a line for everything that somebody does there, in the same transaction.

Lines are only added. They end after the time that the settings say.
"""

import secrets as randomness
from collections.abc import Iterator

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.team.rules import Deed, LogLine, TeamMember

LOG = "DEED"  # the mark of lines in the index


def line(by: TeamMember | str, deed: Deed, about: str, now: int, **facts: str | int) -> Write:
    """A line for the transaction that does the deed.

    `about` is the id of whoever or whatever it is about. `facts` hold no personal data: names of
    fields, counts, slugs. `by` is a team member, or `at_terminal`.
    """
    return table.put(
        table.keyed(_key(now))
        | {
            "by": by.id if isinstance(by, TeamMember) else by,
            "deed": deed,
            "about": about,
            "facts": {name: str(value) for name, value in facts.items()},
            # Due since then: the settings decide for how long it is kept.
            "due_kind": LOG,
            "due_at": now,
        },
        condition=table.NEW,
    )


def _key(now: int) -> Key:
    return (f"DEEDS#{clock.month_of(now)}", f"{now:010d}#{randomness.token_hex(8)}")


def lines(month: str, *, before: str | None = None, limit: int = 0) -> Iterator[LogLine]:
    """The lines of a month such as `2026-11`, the newest first, older than line `before`."""
    items = table.query(f"DEEDS#{month}", after=before, limit=limit, backwards=True)
    return map(_to_line, items)


def delete_before(time: int, limit: int) -> int:
    """Delete lines from before this time, at most `limit` of them; returns how many."""
    return sum(table.try_write(table.delete(key)) for key in table.due(LOG, time, limit))


def _to_line(item: Item) -> LogLine:
    return LogLine(
        id=item["sk"],
        at=int(item["sk"].partition("#")[0]),
        by=item["by"],
        deed=Deed(item["deed"]),
        about=item["about"],
        facts=item["facts"],
    )
