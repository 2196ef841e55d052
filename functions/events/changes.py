"""Mails everybody who is coming, wants to, or is invited what has changed about an event, once per
change.

Each sign-up holds the number of the facts that its person knows, and so does an item for each batch
of the invitation. That number and the email about newer facts are written in one transaction; the
cursor only saves reading sign-ups again.
"""

from typing import NamedTuple

from functions.core.errors import TooManyError
from functions.events import changed_facts, waiting_list
from functions.events.rules import Event, Facts, Rsvp
from functions.events.store import event_facts, events, invited_facts, rsvps
from functions.events.store.event_facts import Change
from functions.events.store.invited_facts import Known
from functions.events.store.unanswered import among, invited_positions
from functions.newsletter.rules.ledger import Batch
from functions.newsletter.store import batches, issues

PAGE = 100  # sign-ups
BATCHES = 20  # of an invitation, each of fifty people at most
AT_ONCE = 10  # pages of either, of all events; the next tick continues


def mail_changes(now: int) -> int:
    """Queue the emails about changed events; returns how many."""
    queued, pages = 0, AT_ONCE
    for to_invited in (False, True):  # who has signed up, to any event; then the invited
        page = _mail_invited if to_invited else _mail_page
        for change in event_facts.changes(now):
            under_way: Change | None = change
            while pages and under_way and under_way.is_due(now, to_invited=to_invited):
                pages -= 1
                queued += page(under_way, now)
                under_way = event_facts.read_change(change.slug)
    return queued


def _mail_page(change: Change, now: int) -> int:
    """Queue the emails to one page of people, and move the cursor on."""
    event, earlier = events.get(change.slug), event_facts.earlier(change.slug)
    page = rsvps.of_event(change.slug, change.cursor, PAGE) if event else []
    queued = sum(_mail(rsvp, event, earlier, now) for rsvp in page if event)
    event_facts.move_on(change, page[-1].address_hash if len(page) == PAGE else "")
    return queued


class _Invitation(NamedTuple):
    """What is known of an event's invitation before its batches are read."""

    event: Event
    facts: dict[int, Facts]  # the event's, former ones too, by their number
    number: int  # of those in the invitation
    goes_on: bool  # more people may get it

    def must_hear(self, number: int) -> bool:
        """True if whoever knows the facts of that number must hear of those that are true now."""
        known = self.facts.get(number, self.event.facts)
        return changed_facts.must_hear(known, self.event.facts)


def _mail_invited(change: Change, now: int) -> int:
    """Queue the emails to those in the next batches of the invitation; returns how many.

    While the invitation goes out with facts that are no longer true, the walk is repeated.
    """
    event = events.get(change.slug)
    if event is None or event.ends_at <= now:
        event_facts.move_on_among_invited(change, "", now, again=False)
        return 0
    # Before the batches, so that none of them is finished afterwards and seen by no walk.
    invitation = _invitation(event)
    again = change.again or (invitation.goes_on and invitation.must_hear(invitation.number))
    page = batches.page_of_issue(change.slug, change.cursor or None, BATCHES)
    known = invited_facts.of_batches(page)
    queued = sum(_mail_batch(batch, known[batch.number], invitation, now) for batch in page)
    further = batches.batch_key(change.slug, page[-1].number)[1] if len(page) == BATCHES else ""
    event_facts.move_on_among_invited(change, further, now, again=again)
    return queued


def _invitation(event: Event) -> _Invitation:
    issue, earlier = issues.get(event.slug), event_facts.earlier(event.slug)
    # An invitation from before the number was noted says what was true last.
    number = (issue.event_number if issue else 0) or max(earlier, default=event.sequence)
    goes_on = issue is not None and issue.may_send_more
    return _Invitation(event, earlier | {event.sequence: event.facts}, number, goes_on)


def _mail_batch(batch: Batch, known: Known, invitation: _Invitation, now: int) -> int:
    """Queue the emails to those of a batch who don't know the newest facts; returns how many."""
    places, numbers = invited_positions(batch), invited_facts.before_halving(batch) | known
    to_hear = [at for at in places if invitation.must_hear(numbers.get(at, invitation.number))]
    if not to_hear:
        return 0
    recipients, number = among(batch, to_hear), invitation.event.sequence
    if not invited_facts.queue(batch, known, to_hear, recipients, number=number, now=now):
        return 0  # a newer change has taken its place, or another tick is at it
    return len(recipients)


def _mail(rsvp: Rsvp | None, event: Event, earlier: dict[int, Facts], now: int) -> bool:
    """Queue the email to one person; returns False if there is none to send."""
    mail = "event_cancelled" if event.cancelled else "event_changed"
    for _ in range(events.TRIES):
        if rsvp is None:
            return False
        number, known = changed_facts.known_facts(rsvp, event, earlier)
        if not changed_facts.is_to_hear(rsvp, event, known, now):
            return False
        held = waiting_list.held_again(event, rsvp, known, now)
        if rsvps.queue_change_mail(rsvp, event, number, mail, now, held_until=held):
            return True
        rsvp = rsvps.get(rsvp.slug, rsvp.address_hash)
    raise TooManyError("changes")
