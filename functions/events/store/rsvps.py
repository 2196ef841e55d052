"""RSVPs in the table: saved with their emails and seats, moved and deleted with their person."""

from dataclasses import asdict
from hashlib import sha256

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import outbox
from functions.core.mail_kinds import Door
from functions.door.rules.tickets import new_code
from functions.door.store import taps
from functions.events.rules import Event, Rsvp, Status, seats
from functions.events.store import limited_mail
from functions.events.store.events import FOR_EVER, HAS_RSVPS, TRIES, move_seats
from functions.people.member import Agreement

SAME = "#status = :status AND #revision = :revision"
WRITES_PER_RSVP = 3  # to delete it, to free its seats, and to forget its check-in


def rsvp_key(slug: str, address_hash: str) -> Key:
    return (f"EVENT#{slug}", f"RSVP#{address_hash}")


# ---- Reading


def get(slug: str, address_hash: str) -> Rsvp | None:
    item = table.get(rsvp_key(slug, address_hash))
    return _to_rsvp(slug, address_hash, item) if item else None


def of_event(slug: str, after: str = "", limit: int = 0) -> list[Rsvp]:
    """Sign-ups for an event, in whatever state: all, or `limit` behind the address hash `after`."""
    start = rsvp_key(slug, after)[1] if after else None
    items = table.query(f"EVENT#{slug}", "RSVP#", after=start, limit=limit)
    return [_to_rsvp(slug, item["sk"].removeprefix("RSVP#"), item) for item in items]


def of_address(address_hash: str) -> list[Rsvp]:
    """All sign-ups of an address, those for past and withdrawn events too, by event.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    items, unread = table.get_many(keys_of_address(address_hash))
    if unread:
        raise TooManyError("unread")
    rsvps = [
        _to_rsvp(pk.removeprefix("EVENT#"), address_hash, item) for (pk, _), item in items.items()
    ]
    return sorted(rsvps, key=lambda rsvp: rsvp.slug)


def moved_from(slug: str, address_hash: str) -> Rsvp | None:
    """The sign-up that has moved from this address to another one since. Reads all of the event's,
    but only for a link of ours whose sign-up is gone."""
    return next((rsvp for rsvp in of_event(slug) if address_hash in rsvp.former), None)


def keys_of_address(address_hash: str) -> list[Key]:
    """Where an address's sign-ups stand if it has one for the event: all that still have any."""
    return [(pk, f"RSVP#{address_hash}") for pk, _ in table.due(HAS_RSVPS, FOR_EVER, limit=0)]


def _to_rsvp(slug: str, address_hash: str, item: Item) -> Rsvp:
    consent = item.get("food_consent")
    # Sign-ups from before there were tickets have none.
    ticket = item.get("ticket") or new_code(slug, address_hash, item["created_at"])
    return Rsvp(
        slug=slug,
        address_hash=address_hash,
        status=Status(item["status"]),
        expires_at=item.get("expires_at", 0),
        food_consent=Agreement(**consent) if consent else None,
        sequence=item.get("sequence", 0),
        former=tuple(item.get("former", ())),
        ticket=ticket,
        **{
            name: item[name]
            for name in ("name", "email", "party", "dietary", "language", "revision", "created_at")
        },
    )


# ---- Signing up and changing


def save_pending(before: Rsvp | None, after: Rsvp, now: int) -> None:
    """Store a pending RSVP and its confirmation email, if the stored RSVP is still `before`.

    Raises:
        RefusedError: the stored RSVP is no longer `before`.
        TooManyError: the breaker is open.
    """
    item = _to_item(after) | {"due_kind": "RSVP", "due_at": after.expires_at}
    condition, values = (SAME, _seen(before)) if before else (table.NEW, None)
    fact = table.put(item, condition=condition, values=values)
    leave_mail = _mail("confirm_rsvp", after, now)
    limited_mail.queue(Door.EVENT, fact, leave_mail, after.email, now)


def resend_change_link(
    slug: str, address_hash: str, before: Rsvp | None, address: str, now: int
) -> None:
    """Send the link to change once more to somebody who has a seat (raises as `save_pending`).

    For anybody else the writes are the same, so that neither the answer nor its time reveals who
    has a seat; `post` then drops the email.
    """
    condition, values = (SAME, _seen(before)) if before else (table.NEW, None)
    unchanged = table.check(rsvp_key(slug, address_hash), condition, values)
    revision = before.revision if before else 0
    leave_mail = outbox.mail("already_signed_up", address_hash, {"slug": slug}, revision, now)
    limited_mail.queue(Door.EVENT, unchanged, leave_mail, address, now)


def send_newest_link(before: Rsvp, mail: str, now: int) -> None:
    """Queue `mail` to the sign-up's own address, unless that changes now and gets an email anyway.

    Raises:
        TooManyError: the breaker is open.
    """
    key = rsvp_key(before.slug, before.address_hash)
    unchanged = table.check(key, SAME, _seen(before))
    try:
        limited_mail.queue(Door.LINK, unchanged, _mail(mail, before, now), before.email, now)
    except RefusedError:
        return


def save(before: Rsvp, after: Rsvp, mail: str, now: int, *also: Write) -> None:
    """Take or free seats, change the RSVP, queue its email, do the writes in `also`: all or none.

    Raises:
        RefusedError: there are not enough seats, the stored RSVP is no longer `before`, or the
            event is no longer the one for which the person is accepted.
    """
    more = seats(after) - seats(before)
    key = rsvp_key(after.slug, after.address_hash)
    # Only somebody who confirms was shown the facts as they are; others may know newer ones.
    known = {":sequence": after.sequence} if before.status is Status.PENDING else {}
    change = table.update(
        key,
        "SET #status = :to, #revision = :next, #party = :party, #dietary = :dietary,"
        f" #food_consent = :food_consent{', #sequence = :sequence' if known else ''}"
        " REMOVE #expires_at, #due_kind, #due_at",
        {
            **known,
            **_seen(before),
            ":to": after.status,
            ":next": after.revision,
            ":party": after.party,
            ":dietary": after.dietary,
            ":food_consent": asdict(after.food_consent) if after.food_consent else None,
        },
        condition=SAME,
    )
    moved = move_seats(after.slug, more, known)
    table.transact(change, _mail(mail, after, now), *moved, *also)


def _mail(name: str, rsvp: Rsvp, now: int) -> Write:
    return outbox.mail(name, rsvp.address_hash, {"slug": rsvp.slug}, rsvp.revision, now)


# ---- Being mailed about a change of the event


def queue_change_mail(rsvp: Rsvp, event: Event, known: int, mail: str, now: int) -> bool:
    """Queue the email about what has changed since the facts numbered `known`, once.

    If an earlier email about a change still waits, this one takes its place and reports both; if
    that was tried, nobody knows whether it left: the person may know either's facts.
    Returns False if the sign-up or that earlier email has changed meanwhile.
    """
    earlier = _outbox_key(rsvp, rsvp.sequence)
    waiting = table.get(earlier)
    unsent = waiting is not None and waiting["tries"] == 0
    since = [*(waiting["ref"]["since"] if waiting else ()), *(() if unsent else (known,))]
    (pk, _) = _outbox_key(rsvp, event.sequence)
    ref = {"slug": rsvp.slug, "since": since}
    leave_mail = outbox.mail(mail, rsvp.address_hash, ref, event.sequence, now, pk=pk)
    instead = (table.delete(earlier, condition="#tries = :none", values={":none": 0}),)
    return table.try_write(_know(rsvp, event.sequence), leave_mail, *(instead if unsent else ()))


def _know(rsvp: Rsvp, number: int) -> Write:
    return table.update(
        rsvp_key(rsvp.slug, rsvp.address_hash),
        "SET #sequence = :number",
        {":status": rsvp.status, ":number": number, ":known": rsvp.sequence},
        condition="#status = :status AND (attribute_not_exists(#sequence) OR #sequence = :known)",
    )


def _outbox_key(rsvp: Rsvp, number: int) -> Key:
    """One email for each person and change; hashed, because outbox keys are logged."""
    of = f"{rsvp.slug} {number} {rsvp.address_hash}"
    return (f"OUTBOX#{sha256(of.encode()).hexdigest()[:32]}", "OUTBOX")


# ---- Moving and deleting


def moving(
    before: Rsvp, there: Rsvp | None, after: Rsvp, now: int, *, mail: bool
) -> tuple[Write, ...]:
    """Writes that move an RSVP as `rules.moved` says, with `mail` sending its new link; at the new
    address it takes the place of the one `there`. They are refused if one of the two has changed.
    """
    gone = table.delete(
        rsvp_key(before.slug, before.address_hash), condition=SAME, values=_seen(before)
    )
    item = _to_item(after)
    del item["expires_at"]  # it is confirmed
    condition, values = (SAME, _seen(there)) if there else (table.NEW, None)
    arrives = table.put(item, condition=condition, values=values)
    leave_mail = (_mail("rsvp_changed", after, now),) if mail and seats(after) else ()
    more = seats(after) - seats(before) - seats(there)
    return (gone, arrives, *move_seats(before.slug, more), *leave_mail)


def deleting(before: Rsvp) -> tuple[Write, ...]:
    """WRITES_PER_RSVP writes at most, which delete the RSVP and free its seats. They are refused if
    it has changed."""
    key = rsvp_key(before.slug, before.address_hash)
    gone = table.delete(key, condition=SAME, values=_seen(before))
    forgotten = taps.deleting(before.slug, before.ticket)
    return (gone, forgotten, *move_seats(before.slug, -seats(before)))


def delete(known: Rsvp) -> None:
    """Delete the RSVP, however it changes meanwhile, and free its seats.

    Raises:
        TooManyError: it changes faster than this can delete it.
    """
    before: Rsvp | None = known
    for _ in range(TRIES):
        if before is None or table.try_write(*deleting(before)):
            return
        before = get(known.slug, known.address_hash)
    raise TooManyError("erase")


# ---- Items


def _seen(before: Rsvp) -> Item:
    return {":status": before.status, ":revision": before.revision}


def _to_item(rsvp: Rsvp) -> Item:
    fields = asdict(rsvp)
    del fields["slug"], fields["address_hash"]
    if not rsvp.former:
        del fields["former"]
    return table.keyed(rsvp_key(rsvp.slug, rsvp.address_hash)) | fields
