"""How many get a message to the guests of an event, as things are now."""

from functions.core.aws import table
from functions.core.errors import TooManyError
from functions.events.store import declines, rsvps
from functions.events.store.team_messages import STATES, Message, To
from functions.events.store.unanswered import invited_positions
from functions.newsletter.store import batches
from functions.people.store.members import pointer_key


def number_of_recipients(message: Message) -> int:
    if message.to is To.UNANSWERED:
        return _unanswered(message.slug)
    states = STATES[message.to]
    return sum(rsvp.status in states for rsvp in rsvps.of_event(message.slug))


def _unanswered(slug: str) -> int:
    """From the ledger without those who answered, so that tens of thousands are counted within a
    request. Whoever is erased since is still among them.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    invited = {
        batch.recipients[at] for batch in batches.of_issue(slug) for at in invited_positions(batch)
    }
    return len(invited.difference(declines.of_event(slug), _signed_up(slug)))


def _signed_up(slug: str) -> set[str]:
    """The ids of members with a sign-up that was confirmed, whatever became of it."""
    confirmed = [rsvp for rsvp in rsvps.of_event(slug) if rsvp.is_confirmed]
    pointers, unread = table.get_many(
        [pointer_key(rsvp.address_hash) for rsvp in confirmed], only=("member_id",)
    )
    if unread:
        raise TooManyError("unread")
    return {pointer["member_id"] for pointer in pointers.values()}
