"""Who was invited to an event and has not answered: for a mail to them.

Reads the ledger page by page, so that memory doesn't grow with the number of the invited.
"""

from collections.abc import Iterator

from functions.core.errors import TooManyError
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
    for batch in batches.of_issue(slug):
        yield from _of_batch(slug, batch)


def _of_batch(slug: str, batch: Batch) -> list[str]:
    invited = [batch.recipients[at] for at in batch.positions if _is_invited(batch, at)]
    members, unread = members_by_id(invited, only=("address_hash",))
    answered = declines.by_members(slug, members.values())
    if unread or answered is None:
        raise TooManyError("unread")
    return [member_id for member_id in invited if member_id in members.keys() - answered]


def _is_invited(batch: Batch, position: int) -> bool:
    return batch.outcome(position).state in INVITED
