"""RSVPs in the table: saved with their emails and seats, moved and deleted with their person."""

from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import outbox
from functions.core.mail_kinds import Door
from functions.core.slugs import is_slug
from functions.door.rules.tickets import new_code
from functions.door.store import taps
from functions.events.rules import STANDING, Event, Rsvp, Status
from functions.events.store import given_opinions, limited_mail, places
from functions.events.store.events import FOR_EVER, HAS_RSVPS, TRIES, event_key, to_event
from functions.people.member import Agreement

MOVED = {  # the email with its new link, when a sign-up has moved to another address
    Status.REQUESTED: "rsvp_changed",
    Status.ACCEPTED: "rsvp_changed",
    Status.WAITING: "rsvp_changed",
    Status.OFFERED: "seat_offered",
}
SAME = "#status = :status AND #revision = :revision"
# To delete it, what follows, and to forget its check-in and what they said of the event.
WRITES_PER_RSVP = 3 + places.WRITES_PER_RSVP
PENDING, OFFER = "RSVP", "OFFER"  # due_kinds
# Not stored while empty.
OPTIONAL = (
    *("expires_at", "held_until", "place", "declined", "lapsed", "moved_up", "former"),
    *("guests", "answers", "sort_as"),
)


def rsvp_key(slug: str, address_hash: str) -> Key:
    return (f"EVENT#{slug}", f"RSVP#{address_hash}")


# ---- Reading


def get(slug: str, address_hash: str) -> Rsvp | None:
    item = table.get(rsvp_key(slug, address_hash))
    return _to_rsvp(slug, address_hash, item) if item else None


def with_event(slug: str, address_hash: str) -> tuple[Event | None, Rsvp | None]:
    """The event and the address's sign-up for it, read in one request.

    Raises:
        TooManyError: they could not both be read now.
    """
    keys = (event_key(slug), rsvp_key(slug, address_hash))
    items, unread = table.get_many(keys if is_slug(slug) else ())
    if unread:
        raise TooManyError("unread")
    event, rsvp = (items.get(key) for key in keys)
    return (
        to_event(slug, event) if event else None,
        _to_rsvp(slug, address_hash, rsvp) if rsvp else None,
    )


def of_event(slug: str, after: str = "", limit: int = 0) -> list[Rsvp]:
    """Sign-ups for an event, in whatever state: all, or `limit` behind the address hash `after`."""
    start = rsvp_key(slug, after)[1] if after else None
    items = table.query(f"EVENT#{slug}", "RSVP#", after=start, limit=limit)
    return [_to_rsvp(slug, item["sk"].removeprefix("RSVP#"), item) for item in items]


def with_offer(now: int) -> Iterator[Rsvp]:
    """Sign-ups whose offer should have ended by now, by an index that may be stale."""
    for pk, sk in table.due(OFFER, now, limit=0):
        slug, address_hash = pk.removeprefix("EVENT#"), sk.removeprefix("RSVP#")
        if rsvp := get(slug, address_hash):
            yield rsvp


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
        held_until=item.get("held_until", 0),
        place=item.get("place", 0),
        declined=item.get("declined", False),
        lapsed=item.get("lapsed", False),
        moved_up=item.get("moved_up", ""),
        sort_as=item.get("sort_as", ""),
        former=tuple(item.get("former", ())),
        ticket=ticket,
        guests=tuple(item.get("guests", ())),
        answers={name: tuple(answer) for name, answer in item.get("answers", {}).items()},
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
    item = _to_item(after)
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


def save(
    before: Rsvp, after: Rsvp, mail: str, now: int, *also: Write, free: int | None = None
) -> None:
    """Change the RSVP, its seats and its place in the queue, queue its email, do the writes in
    `also`: all or none. With `free`, only while there are so many free seats.

    Raises:
        RefusedError: there are not enough seats, or some after all; the stored RSVP is no longer
            `before`; or the event is no longer the one for which the person is accepted.
    """
    # Only somebody who answers for themselves was shown the facts as they are. For whoever has an
    # offer the team may answer: they hear of what has changed as others do.
    answers = before.status not in STANDING and after.status in STANDING
    is_for_them = before.status is Status.OFFERED and after.sequence == before.sequence
    known = after.sequence if answers and not is_for_them else 0
    follow = places.following(after.slug, (before,), after, known=known, free=free)
    table.transact(_change(before, after), _mail(mail, after, now), *follow, *also)


def enter(before: Rsvp | None, after: Rsvp, mail: str, now: int, *also: Write) -> None:
    """Store a sign-up that the team has entered, with its email and what is in `also`.

    Raises:
        RefusedError: as `save`.
    """
    condition, values = (SAME, _seen(before)) if before else (table.NEW, None)
    entered = table.put(_to_item(after), condition=condition, values=values)
    follow = places.following(after.slug, (before,) if before else (), after)
    table.transact(entered, _mail(mail, after, now), *follow, *also)


def try_beside(known: Rsvp, write: Write) -> bool:
    """Do the write if the sign-up is still there; returns whether it is, and the write was done."""
    is_there = table.check(rsvp_key(known.slug, known.address_hash), table.EXISTS)
    return table.try_write(is_there, write)


def _change(before: Rsvp, after: Rsvp) -> Write:
    """Only what differs, because others change `sequence` meanwhile."""
    was, is_now = _fields(before), _fields(after)
    changed = {name: value for name, value in is_now.items() if was.get(name, ...) != value}
    gone = [name for name in was if name not in is_now]
    expression = "SET " + ", ".join(f"#{name} = :to_{name}" for name in changed)
    expression += (" REMOVE " + ", ".join(f"#{name}" for name in gone)) if gone else ""
    values = {f":to_{name}": value for name, value in changed.items()} | _seen(before)
    key = rsvp_key(after.slug, after.address_hash)
    return table.update(key, expression, values, condition=SAME)


def _mail(name: str, rsvp: Rsvp, now: int) -> Write:
    return outbox.mail(name, rsvp.address_hash, {"slug": rsvp.slug}, rsvp.revision, now)


# ---- Being mailed about a change of the event


def queue_change_mail(  # noqa: PLR0913 - what is written at once
    rsvp: Rsvp, event: Event, known: int, mail: str, now: int, *, held_until: int = 0
) -> bool:
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
    know = _know(rsvp, event.sequence, held_until)
    return table.try_write(know, leave_mail, *(instead if unsent else ()))


def _know(rsvp: Rsvp, number: int, held_until: int) -> Write:
    """With an offer that is held for longer, until then."""
    values = {":status": rsvp.status, ":number": number, ":known": rsvp.sequence}
    renewed = {":until": held_until} if held_until > rsvp.held_until else {}
    return table.update(
        rsvp_key(rsvp.slug, rsvp.address_hash),
        "SET #sequence = :number" + (", #held_until = :until, #due_at = :until" if renewed else ""),
        values | renewed,
        condition="#status = :status AND (attribute_not_exists(#sequence) OR #sequence = :known)",
    )


def _outbox_key(rsvp: Rsvp, number: int) -> Key:
    """One email for each person and change; hashed, because outbox keys are logged."""
    of = f"{rsvp.slug} {number} {rsvp.address_hash}"
    return (f"OUTBOX#{sha256(of.encode()).hexdigest()[:32]}", "OUTBOX")


# ---- Moving and deleting


def is_there(rsvp: Rsvp) -> Write:
    """A write that is refused once the sign-up is gone from there, and changes nothing."""
    # An update checks as well as a ConditionCheck, and needs no further permission.
    return table.update(
        rsvp_key(rsvp.slug, rsvp.address_hash),
        "SET #revision = #revision",
        {":ticket": rsvp.ticket},
        condition="#ticket = :ticket OR attribute_not_exists(#ticket) AND attribute_exists(#pk)",
    )


def moving(
    before: Rsvp, there: Rsvp | None, after: Rsvp, now: int, *, mail: bool
) -> tuple[Write, ...]:
    """Writes that move an RSVP as `rules.moved` says, with `mail` sending its new link; at the new
    address it takes the place of the one `there`. They are refused if one of the two has changed.
    What others noted in either, such as reminders, moves along: nobody is reminded twice.
    """
    both = (before, there) if there else (before,)
    gone = table.delete(
        rsvp_key(before.slug, before.address_hash), condition=SAME, values=_seen(before)
    )
    marks = {name: value for rsvp in both for name, value in _marks(rsvp).items()}
    condition, values = (SAME, _seen(there)) if there else (table.NEW, None)
    arrives = table.put(marks | _to_item(after), condition=condition, values=values)
    kind = MOVED.get(after.status) if mail else None
    leave_mail = (_mail(kind, after, now),) if kind else ()
    return (gone, arrives, *places.following(before.slug, both, after), *leave_mail)


def _marks(rsvp: Rsvp) -> Item:
    """What a sign-up's item holds that isn't the person's answer: which emails they have had."""
    own = asdict(rsvp).keys() | {"pk", "sk", "due_kind", "due_at"}
    item = table.get(rsvp_key(rsvp.slug, rsvp.address_hash)) or {}
    return {name: value for name, value in item.items() if name not in own}


def deleting(before: Rsvp) -> tuple[Write, ...]:
    """WRITES_PER_RSVP writes at most, which delete the RSVP and free its seats. They are refused if
    it has changed."""
    key = rsvp_key(before.slug, before.address_hash)
    gone = table.delete(key, condition=SAME, values=_seen(before))
    with_it = (taps.deleting, given_opinions.deleting)
    forgotten = (deleting_of(before.slug, before.ticket) for deleting_of in with_it)
    return (gone, *forgotten, *places.following(before.slug, (before,), None))


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
    return table.keyed(rsvp_key(rsvp.slug, rsvp.address_hash)) | _fields(rsvp)


def _fields(rsvp: Rsvp) -> Item:
    fields = asdict(rsvp)
    del fields["slug"], fields["address_hash"]
    fields = {name: value for name, value in fields.items() if value or name not in OPTIONAL}
    if rsvp.status is Status.PENDING:
        return fields | {"due_kind": PENDING, "due_at": rsvp.expires_at}
    if rsvp.status is Status.OFFERED:
        return fields | {"due_kind": OFFER, "due_at": rsvp.held_until}
    return fields
