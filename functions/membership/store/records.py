"""What a person agreed to, withdrew and chose: records that are only ever added to, and erased."""

from functions.core.aws import table
from functions.core.aws.table import Item, Write

MOST_AT_ONCE = 90  # a transaction takes 100 writes


def consents(member_id: str) -> list[Item]:
    """Everything the person agreed to, withdrew or chose, oldest first."""
    return list(table.query(f"MEMBER#{member_id}", "CONSENT#"))


def consent(member_id: str, what: str, agreed: Item, now: int, millisecond: int = 0) -> Write:
    """One more record; none is ever written over."""
    key = {"pk": f"MEMBER#{member_id}", "sk": f"CONSENT#{now * 1000 + millisecond:013d}#{what}"}
    return table.put({**key, **agreed, "what": what, "at": now}, condition=table.NEW)


def thin_out(member_id: str) -> None:
    """Leave as many as one transaction takes: the first, with what was agreed to on joining."""
    for each in consents(member_id)[MOST_AT_ONCE:]:
        table.write(table.delete((each["pk"], each["sk"])))
