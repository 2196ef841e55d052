"""How long answers are kept: all of them until KEEP_DAYS after their event, one person's until that
person wants to be forgotten. An event stands in the index while there are answers to it."""

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.events import store

ERASED_AT_ONCE = 500
PAGE = 99  # with the event's own item: what one transaction takes
FOR_EVER = 253_402_300_800  # the year 10000
DUE = "#due_at <= :now"


def erase_past(now: int) -> int:
    """Erase the answers to events that are long over; what is left over is the next minute's."""
    erased = 0
    for key in table.due(store.HAS_ANSWERS, now):
        while erased < ERASED_AT_ONCE:
            page = _erase_page(key, now)
            erased += page
            if page < PAGE:
                break
    return erased


def _erase_page(event: Key, now: int) -> int:
    """Erase up to PAGE answers, unless the event was moved to a later time meanwhile."""
    answers = list(table.query(event[0], "RSVP#", limit=PAGE, only=("status",)))
    after = _still_due(event, now) if len(answers) == PAGE else _done_with(event, now)
    try:
        table.transact(*(table.delete((event[0], each["sk"])) for each in answers), after)
    except RefusedError:
        return 0
    return len(answers)


def _still_due(event: Key, now: int) -> Write:
    # An update that changes nothing checks as well, and needs no further permission.
    return table.update(event, "SET #due_at = #due_at", {":now": now}, condition=DUE)


def _done_with(event: Key, now: int) -> Write:
    """Nobody is left: all seats are free again, should HR move the event to another day."""
    return table.update(
        event,
        "SET #free = #capacity, #waiting = :none REMOVE #due_kind, #due_at",
        {":none": 0, ":now": now},
        condition=DUE,
    )


def answered(address_hash: str) -> list[str]:
    """Slugs of the events that this address has answered, past ones and withdrawn ones too.

    Raises:
        TooManyError: the table could not be read wholly now.
    """
    keys = [
        (pk, f"RSVP#{address_hash}") for pk, _ in table.due(store.HAS_ANSWERS, FOR_EVER, limit=0)
    ]
    found, unread = table.get_many(keys, only=("status",))
    if unread:
        raise TooManyError("unread")
    return sorted(pk.removeprefix("EVENT#") for pk, _ in found)


def erase_person(address_hash: str) -> int:
    """Erase all answers of one address and free their seats; how many there were.

    Raises:
        TooManyError: the person answers faster than this can erase, or see `answered`.
    """
    slugs = answered(address_hash)
    for slug in slugs:
        _erase_one(slug, address_hash)
    return len(slugs)


def _erase_one(slug: str, address_hash: str) -> None:
    for _ in range(store.TRIES):
        before = store.rsvp(slug, address_hash)
        if before is None:
            return
        try:
            store.erase(before)
        except RefusedError:
            continue  # a click of this person came between: look again
        return
    raise TooManyError("erase")
