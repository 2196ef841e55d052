"""What a worker reads to send a batch, in as few calls as can hold it: a call costs far more CPU
than a key in it."""

from collections.abc import Collection
from typing import NamedTuple

from functions.core.aws import table
from functions.core.mail import suppression
from functions.events.rules import Event
from functions.events.store.declines import declined_key, is_answer
from functions.events.store.events import event_key, to_event
from functions.events.store.rsvps import rsvp_key
from functions.newsletter.rules.ledger import Batch, Issue
from functions.newsletter.rules.recipients import chosen_by_reader
from functions.newsletter.store.batches import batch_key, to_batch
from functions.newsletter.store.issues import issue_key, to_issue
from functions.people.member import Member
from functions.people.segment_rules import attributes_of
from functions.people.store.members import members_beside

# Of a member.
READ = (
    *("name", "email", "address_hash", "newsletter", "invitations", "frequency"),
    *("joined_at", "renewed_at"),
)


class Named(NamedTuple):
    """What a message of the queue names; None is absent, or not readable just now."""

    issue: Issue | None
    batch: Batch | None
    event: Event | None  # of the issue's name, if there is one


class People(NamedTuple):
    """The recipients of a batch."""

    members: dict[str, Member]
    stopped: set[str]  # hashes of the addresses that get no email
    answered: set[str]  # ids of those who signed up for the event, or declined (`is_answer`)


def named(slug: str, number: int) -> Named:
    keys = issue_key(slug), batch_key(slug, number), event_key(slug)
    issue, batch, event = map(table.get_many(keys)[0].get, keys)
    return Named(
        to_issue(issue) if issue else None,
        to_batch(batch) if batch else None,
        to_event(slug, event) if event else None,
    )


def people(issue: Issue, member_ids: Collection[str]) -> People | None:
    """None if not everybody, and all that decides about them, could be read now."""
    slug = issue.slug if issue.is_invitation else ""
    declines = {declined_key(slug, member_id): member_id for member_id in member_ids if slug}
    fields = (*READ, *attributes_of(chosen_by_reader(issue.audience)))
    members, declined, unread = members_beside(member_ids, declines, only=fields)
    stops = {suppression.key(member.address_hash): member for member in members.values()}
    rsvps = {rsvp_key(slug, member.address_hash): member for member in members.values() if slug}
    items, unread_too = table.get_many([*stops, *rsvps], only=("status",))
    if unread or unread_too:
        return None
    stopped = {member.address_hash for key, member in stops.items() if key in items}
    signed_up = {m.id for key, m in rsvps.items() if key in items and is_answer(items[key])}
    return People(members, stopped, signed_up | {declines[key] for key in declined})
