"""Who was invited to an event and has not answered, for emails to them.

Reads the ledger page by page, so that memory doesn't grow with the number of the invited.
"""

from collections.abc import Collection, Iterator

from functions.core.errors import TooManyError
from functions.events.event_invitation import Invited
from functions.events.store import declines
from functions.newsletter.rules.ledger import Batch, State
from functions.newsletter.store import batches
from functions.people.store.members import members_by_id

# Whether an uncertain one has arrived nobody knows: they may answer like anybody else.
INVITED = (State.SENT, State.UNCERTAIN)


def unanswered(slug: str) -> Iterator[str]:
    """Ids of members, in the order of the ledger. Whoever is erased since, has signed up, whatever
    became of that, or declined is left out.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    return (invited.member_id for invited in unanswered_behind(slug, ""))


def unanswered_behind(slug: str, place: str) -> Iterator[Invited]:
    """Those behind a place in the ledger; "" is before all.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    (number, _, position) = place.partition(".")
    before = int(number) - 1 if number else -1
    behind = batches.batch_key(slug, before)[1] if before >= 0 else None
    for batch in batches.of_issue(slug, behind):
        first = int(position) + 1 if number and batch.number == int(number) else 0
        yield from among(batch, [at for at in invited_positions(batch) if at >= first])


def invited_positions(batch: Batch) -> list[int]:
    """Where those stand who have had the invitation."""
    return [at for at in batch.positions if batch.outcome(at).state in INVITED]


def among(batch: Batch, positions: Collection[int]) -> list[Invited]:
    """Those at these positions who haven't answered (raises as `unanswered`)."""
    members, unread = members_by_id(
        [batch.recipients[at] for at in positions], only=("address_hash",)
    )
    answered = declines.by_members(batch.issue, members.values())
    if unread or answered is None:
        raise TooManyError("unread")
    at_position = ((at, members.get(batch.recipients[at])) for at in positions)
    return [
        Invited(f"{batch.number}.{at}", member.id, member.address_hash)
        for at, member in at_position
        if member and member.id not in answered
    ]
