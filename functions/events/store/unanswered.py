"""Who was invited to an event and has not answered, for emails to them.

Reads the ledger page by page, so that memory doesn't grow with the number of the invited.
"""

from collections.abc import Iterator

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
        yield from _of_batch(slug, batch, first)


def _of_batch(slug: str, batch: Batch, first: int) -> Iterator[Invited]:
    places = [at for at in batch.positions if at >= first and _is_invited(batch, at)]
    wanted = [batch.recipients[at] for at in places]
    members, unread = members_by_id(wanted, only=("address_hash",))
    answered = declines.by_members(slug, members.values())
    if unread or answered is None:
        raise TooManyError("unread")
    for at in places:
        member = members.get(batch.recipients[at])
        if member and member.id not in answered:
            yield Invited(f"{batch.number}.{at}", member.id, member.address_hash)


def _is_invited(batch: Batch, position: int) -> bool:
    return batch.outcome(position).state in INVITED
