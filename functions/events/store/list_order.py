"""How members want to be sorted in lists, noted on their sign-ups before the guest list is sent:
the door, and whoever has the list, may read no members."""

from collections.abc import Iterable

from functions.core.aws import table
from functions.core.errors import TooManyError
from functions.events.rules import Rsvp, Status
from functions.events.store import rsvps
from functions.people.store import members as people


def note(slug: str) -> None:
    """Note it on the sign-ups of who is coming. Twice is no harm.

    Raises:
        TooManyError: members could not be read now.
    """
    coming = [rsvp for rsvp in rsvps.of_event(slug) if rsvp.status is Status.ACCEPTED]
    wanted = _sort_as(rsvp.address_hash for rsvp in coming)
    for rsvp in coming:
        sort_as = wanted.get(rsvp.address_hash, "")
        if sort_as != rsvp.sort_as:
            table.try_write(_noted(rsvp, sort_as))


def _sort_as(address_hashes: Iterable[str]) -> dict[str, str]:
    """By the hash of the member's address."""
    ids = people.member_ids_at(address_hashes)
    members, unread = people.members_by_id(ids.values(), only=("sort_as",))
    if unread:
        raise TooManyError("unread")
    return {at: members[member_id].sort_as for at, member_id in ids.items() if member_id in members}


def _noted(rsvp: Rsvp, sort_as: str) -> table.Write:
    key = rsvps.rsvp_key(rsvp.slug, rsvp.address_hash)
    return table.update(
        key, "SET #sort_as = :sort_as", {":sort_as": sort_as}, condition=table.EXISTS
    )
