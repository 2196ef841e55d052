"""Which facts of an event the invited know: those of the invitation, or of a newer email to them.

Kept for each batch of the invitation, so that fifty people cost one write. Facts are named by their
number, the event's `sequence`.
"""

from collections.abc import Collection

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.core.mail import outbox
from functions.events.event_invitation import Invited
from functions.events.store import event_facts, events
from functions.newsletter.rules.ledger import Batch, Issue
from functions.newsletter.store import batches

KNOWN = "KNOWN#"  # sort keys
Known = dict[int, int]  # position in the batch → number of the facts


def _key(batch: Batch) -> Key:
    return (f"EVENT#{batch.issue}", f"{KNOWN}{batch.number:06d}")


def of_batches(page: Collection[Batch]) -> dict[int, Known]:
    """What those know who have had an email since the invitation, by the batch's number.

    Raises:
        TooManyError: not all of it could be read now.
    """
    keys = {_key(batch): batch.number for batch in page}
    items, unread = table.get_many(keys)
    if unread:
        raise TooManyError("unread")
    return {number: _read(items.get(key)) for key, number in keys.items()}


def before_halving(batch: Batch) -> Known:
    """What recipients of a half know by emails that they had in the batch it was split from, or in
    the one that was split before (raises as `of_batches`)."""
    known, half, shift = Known(), batch, 0
    while half.half_of is not None and (whole := batches.get(half.issue, half.half_of)):
        shift += next(first for first, number in whole.moved.items() if number == half.number)
        before = of_batches([whole])[whole.number]
        known = {at: before[at + shift] for at in batch.positions if at + shift in before} | known
        half = whole
    return known


def _read(item: Item | None) -> Known:
    return {int(at[1:]): number for at, number in item["known"].items()} if item else {}


def queue(  # noqa: PLR0913 - what is written at once
    batch: Batch,
    before: Known,
    informed: Collection[int],
    recipients: Collection[Invited],
    *,
    number: int,
    now: int,
) -> bool:
    """Queue the email about the facts of that number to recipients of a batch, and note that the
    positions `informed` know them: all of it or nothing.

    Returns False if a newer change has come, or another tick was first: `before` is no longer true.
    """
    after = before | dict.fromkeys(informed, number)
    item = table.keyed(_key(batch)) | {"known": _known(after)}
    condition = "#known = :before" if before else table.NEW
    values = {":before": _known(before)} if before else None
    mails = [_mail(batch.issue, invited, number, now) for invited in recipients]
    newest = event_facts.is_still_newest(batch.issue, number)
    return table.try_write(newest, table.put(item, condition=condition, values=values), *mails)


def invited_again(
    issue: Issue, batch: Batch, positions: Collection[int], now: int
) -> tuple[Write, ...]:
    """They get the invitation once more, which names older facts: whoever gets it hears again of
    what has changed.

    Raises:
        TooManyError: not all of what they know could be read now.
    """
    event = events.get(issue.slug)
    if event is None or event.sequence == issue.event_number:
        return ()
    known = of_batches([batch])[batch.number] | dict.fromkeys(positions, issue.event_number)
    newest = table.put(table.keyed(_key(batch)) | {"known": _known(known)})
    return newest, event_facts.put_change(batch.issue, event.sequence, now)


def _known(known: Known) -> dict[str, int]:
    return {f"p{at}": number for at, number in known.items()}


def _mail(slug: str, invited: Invited, number: int, now: int) -> Write:
    ref = {"slug": slug, "member_id": invited.member_id}
    return outbox.mail("invitation_changed", invited.address_hash, ref, number, now)
