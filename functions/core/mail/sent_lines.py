"""One line for each email to one person that SES has taken; of newsletters, the ledger has them.

A line never decides whether an email is sent. It stands under its owner: `m` and a member's id, or
`g` and the hash of an address that is no member's. See docs/privacy/data-map.md.
"""

from dataclasses import dataclass

from functions.core.aws import table
from functions.core.aws.table import Item
from functions.core.clock import DAY
from functions.core.lifetimes import SENT_LINE_DAYS

SENT_LINE = "SENT_LINE"  # the mark of lines in the index


@dataclass(frozen=True)
class SentLine:
    at: int
    mail: str  # its kind
    message_id: str  # SES's
    event: str = ""  # the slug of the event that it is about


def owner_of_line(member_id: str | None, address_hash: str) -> str:
    return f"m{member_id}" if member_id else f"g{address_hash}"


def add(owner: str, line: SentLine) -> None:
    """Adding it again changes nothing."""
    about = {"event": line.event} if line.event else {}
    due = {"due_kind": SENT_LINE, "due_at": line.at + SENT_LINE_DAYS * DAY}
    key = (_partition(owner), f"{line.at:010d}#{line.message_id}")
    table.write(table.put(table.keyed(key) | {"mail": line.mail} | about | due))


def newest_first(owner: str, limit: int) -> list[SentLine]:
    items = table.query(_partition(owner), limit=limit, backwards=True)
    return [_to_line(item) for item in items]


def move(before: str, after: str) -> None:
    """Move the lines to another owner: an address was theirs. Repeating it changes nothing."""
    for item in table.query(_partition(before)):
        moved = item | {"pk": _partition(after)}
        table.transact(table.put(moved), table.delete((item["pk"], item["sk"])))


def forget(owner: str, until: int, mail: str = "") -> None:
    """Delete the owner's lines up to then, of one kind only if `mail` names it."""
    for item in table.query(_partition(owner), only=("mail",)):
        if _at(item) <= until and mail in {"", item["mail"]}:
            table.write(table.delete((item["pk"], item["sk"])))


def delete_due(now: int, limit: int) -> int:
    """Delete lines whose time is over, at most `limit` of them; returns how many."""
    return sum(table.try_write(table.delete(key)) for key in table.due(SENT_LINE, now, limit))


def _partition(owner: str) -> str:
    return f"MAILED#{owner}"


def _at(item: Item) -> int:
    return int(item["sk"].partition("#")[0])


def _to_line(item: Item) -> SentLine:
    message_id = item["sk"].partition("#")[2]
    return SentLine(_at(item), item["mail"], message_id, item.get("event", ""))
