"""What the team writes to guests of an event: each message reaches each of them once."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import count

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import TooManyError
from functions.core.mail import outbox
from functions.events.event_invitation import Invited
from functions.events.rules import Rsvp, Status
from functions.events.store.rsvps import rsvp_key

MESSAGE = "MESSAGE"  # due_kind, and the beginning of the sort keys
IS_NEW = "(attribute_not_exists(#messages) OR NOT contains(#messages, :number))"


class To(StrEnum):
    """To whom the team writes."""

    COMING = "coming"
    WAITING = "waiting"
    UNANSWERED = "unanswered"  # invited, and neither signed up nor declined


STATES = {
    To.COMING: (Status.ACCEPTED,),
    To.UNANSWERED: (),
    To.WAITING: (Status.WAITING, Status.OFFERED, Status.REQUESTED),
}


@dataclass(frozen=True)
class Message:
    """Guests up to `cursor`, an address hash or a place in the ledger of the invitation, have been
    seen to. `number` is the moment of its preview, so that sending it twice is one; if another
    message has that, the next free one."""

    slug: str
    number: int
    to: To
    subject: str
    text: str
    cursor: str = ""


def _key(slug: str, number: int) -> Key:
    return (f"EVENT#{slug}", f"{MESSAGE}#{number:010}")


def get(slug: str, number: int) -> Message | None:
    item = table.get(_key(slug, number))
    return _to_message(slug, item) if item else None


def send(message: Message, now: int, *also: Write) -> bool:
    """Have the message sent, and do the writes in `also`; returns False if this message has been
    sent already: two that were previewed in the same second are two messages.

    Raises:
        TooManyError: what `also` needs does not hold now.
    """
    for number in count(message.number):
        numbered = replace(message, number=number)
        if table.try_write(_new(numbered, now), *also):
            return True
        stored = get(message.slug, number)
        if stored is None:
            break
        if replace(stored, cursor="") == numbered:
            return False
    raise TooManyError("message")


def _new(message: Message, now: int) -> Write:
    fields = asdict(message)
    del fields["slug"], fields["number"]
    item = table.keyed(_key(message.slug, message.number)) | fields
    return table.put(item | {"due_kind": MESSAGE, "due_at": now}, condition=table.NEW)


def due(now: int) -> Iterator[Message]:
    """The oldest message of each event that isn't with everybody yet."""
    seen = set()
    for key in table.due(MESSAGE, now):
        item, slug = table.get(key), key[0].removeprefix("EVENT#")
        if item and "due_at" in item and slug not in seen:
            seen.add(slug)
            yield _to_message(slug, item)


def move_on(message: Message, cursor: str) -> None:
    """Note that guests up to `cursor` have been seen to; all of them if it is empty."""
    key = _key(message.slug, message.number)
    if cursor:
        table.write(table.update(key, "SET #cursor = :cursor", {":cursor": cursor}))
    else:
        table.write(table.update(key, "REMOVE #due_kind, #due_at", {}))


def queue(rsvp: Rsvp, message: Message, now: int) -> bool:
    """Queue the email to somebody who still is whom it is for, and hasn't had it.

    Their sign-up lists the messages, because one may be sent after another of a later preview.
    """
    number = message.number
    noted = table.update(
        rsvp_key(rsvp.slug, rsvp.address_hash),
        "SET #messages = list_append(if_not_exists(#messages, :none), :this)",
        {":none": [], ":this": [number], ":number": number, ":status": rsvp.status},
        condition=f"#status = :status AND {IS_NEW}",
    )
    ref = {"slug": rsvp.slug, "message": message.number}
    leave_mail = outbox.mail("event_message", rsvp.address_hash, ref, rsvp.revision, now)
    return table.try_write(noted, leave_mail)


def queue_to_invited(message: Message, before: str, some: Sequence[Invited], now: int) -> bool:
    """Queue the emails to some of the invited, and move on from the place `before` to the last of
    theirs: once."""
    further = table.update(
        _key(message.slug, message.number),
        "SET #cursor = :place",
        {":place": some[-1].place, ":before": before},
        condition="#cursor = :before",
    )
    return table.try_write(further, *(_mail_to_invited(message, one, now) for one in some))


def _mail_to_invited(message: Message, invited: Invited, now: int) -> Write:
    ref = {"slug": message.slug, "message": message.number, "member_id": invited.member_id}
    return outbox.mail("invitation_message", invited.address_hash, ref, now, now)


def _to_message(slug: str, item: Item) -> Message:
    number = int(item["sk"].removeprefix(f"{MESSAGE}#"))
    words = {name: item[name] for name in ("subject", "text", "cursor")}
    return Message(slug, number, To(item["to"]), **words)
