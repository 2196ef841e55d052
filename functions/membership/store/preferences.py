"""How often and about what a member is written to: the member's fields, and the record of it."""

from functions.core.aws import table
from functions.core.aws.table import Item, Write
from functions.core.errors import RefusedError, TooManyError
from functions.membership.rules import preferences as rules
from functions.membership.rules.preferences import Preferences
from functions.membership.store import TRIES, member, member_key
from functions.membership.store.records import consent

HOW = "form on the page"


def save(member_id: str, wanted: Preferences, agreed: Item, now: int) -> bool:
    """Keep what is `wanted` and a record of it; whether there is such a member.

    The newsletter begins again only for somebody who asks for that; `agreed` is what they ticked
    (`text_id version`). What is so already is not written again.

    Raises:
        TooManyError: the person changes something faster than this can be saved.
    """
    for attempt in range(TRIES):
        before = member(member_id)
        if before is None:
            return False
        writes = _writes(before, wanted, agreed, now, attempt)
        try:
            if writes:
                table.transact(*writes)
        except RefusedError:
            continue  # something of this person was written since, or in this very millisecond
        return True
    raise TooManyError("preferences")


def _writes(
    before: Item, wanted: Preferences, agreed: Item, now: int, millisecond: int
) -> tuple[Write, ...]:
    begins = wanted.again and not before["newsletter"]
    chosen = {"frequency": wanted.frequency, "interests": list(wanted.interests)}
    is_new = rules.of(before) != Preferences(wanted.frequency, wanted.interests)
    records = {"newsletter preferences": chosen} if is_new else {}
    if begins:
        records["newsletter given"] = agreed
    if not records:
        return ()
    return (
        _change(before, chosen, begins=begins),
        *(
            consent(before["sk"], what, {**facts, "how": HOW}, now, millisecond)
            for what, facts in records.items()
        ),
    )


def _change(before: Item, chosen: Item, *, begins: bool) -> Write:
    return table.update(
        member_key(before["sk"]),
        "SET #frequency = :frequency, #interests = :interests, #newsletter = :newsletter"
        " ADD #revision :one",
        {
            ":frequency": chosen["frequency"],
            ":interests": chosen["interests"],
            ":newsletter": before["newsletter"] or begins,
            ":one": 1,
            ":seen": before["revision"],
        },
        condition="#revision = :seen",
    )
