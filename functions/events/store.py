"""Events and RSVPs in the table: the only place that knows their keys and expressions."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import log
from functions.core.mail import limits, outbox
from functions.core.mail.limits import Door
from functions.core.slugs import is_slug
from functions.events.guest_list import has_ended, sent_at
from functions.events.rules import (
    Event,
    Rsvp,
    Status,
    erased_at,
    is_numbered,
    seats,
    sequence,
)
from functions.people.member import Agreement

HAS_SEATS = "#free >= :n AND #waiting = :none"
SAME = "#status = :status AND #revision = :revision"
SAME_FACTS = "#sequence = :sequence"
BUDGET, BREAKER = 2, 3  # positions in the transaction of an email to an unconfirmed address
TRIES = 5  # if two changes of the same item collide
SWEPT_AT_ONCE = 500
HAS_RSVPS = "ANSWERS"  # due_kind of an event until its RSVPs are erased
GUEST_LIST = "GUEST_LIST"  # due_kind of the link to a guest list, and its sort key
ERASED_AT_ONCE = 500
ERASED_IN_ONE = 99  # one transaction takes 100 writes; one is the event's own
WRITES_PER_RSVP = 2  # to delete it and to free its seats
WRITES_TO_MOVE = 3  # and to send its new link
FOR_EVER = 253_402_300_800  # the year 10000
IS_DUE = "#due_at <= :now"
CHANGE = "CHANGE"  # due_kind of a change that not everybody who is coming has been mailed about
EARLIER = "FACTS#"  # sort keys of an event's facts that are no longer true


def event_key(slug: str) -> Key:
    return (f"EVENT#{slug}", "EVENT")


def rsvp_key(slug: str, address_hash: str) -> Key:
    return (f"EVENT#{slug}", f"RSVP#{address_hash}")


def event(slug: str) -> Event | None:
    # A part of the path becomes a key.
    item = table.get(event_key(slug)) if is_slug(slug) else None
    return _to_event(slug, item) if item else None


def events() -> list[Event]:
    """All events whose sign-ups are kept, past and withdrawn ones too, in the order of their start.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    items, unread = table.get_many(table.due(HAS_RSVPS, FOR_EVER, limit=0))
    if unread:
        raise TooManyError("unread")
    events = [_to_event(pk.removeprefix("EVENT#"), item) for (pk, _), item in items.items()]
    return sorted(events, key=lambda event: (event.starts_at, event.slug))


def rsvps(slug: str, after: str = "", limit: int = 0) -> list[Rsvp]:
    """Sign-ups for an event, in whatever state: all, or `limit` behind the address hash `after`."""
    start = rsvp_key(slug, after)[1] if after else None
    items = table.query(f"EVENT#{slug}", "RSVP#", after=start, limit=limit)
    return [_to_rsvp(slug, item["sk"].removeprefix("RSVP#"), item) for item in items]


def rsvp(slug: str, address_hash: str) -> Rsvp | None:
    item = table.get(rsvp_key(slug, address_hash))
    return _to_rsvp(slug, address_hash, item) if item else None


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
    _with_mail(Door.EVENT, fact, leave_mail, after.email, now)


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
    _with_mail(Door.EVENT, unchanged, leave_mail, address, now)


def send_newest_link(before: Rsvp, mail: str, now: int) -> None:
    """Queue `mail` to the sign-up's own address, unless that changes now and gets an email anyway.

    Raises:
        TooManyError: the breaker is open.
    """
    key = rsvp_key(before.slug, before.address_hash)
    unchanged = table.check(key, SAME, _seen(before))
    try:
        _with_mail(Door.LINK, unchanged, _mail(mail, before, now), before.email, now)
    except RefusedError:
        return


def save(before: Rsvp, after: Rsvp, mail: str, now: int) -> None:
    """Take or free seats, change the RSVP and queue its email: all or nothing.

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
    table.transact(change, _mail(mail, after, now), *_move_seats(after.slug, more, known))


def _move_seats(slug: str, more: int, known: Item | None = None) -> tuple[Write, ...]:
    if more == 0:
        return ()
    expression = "SET #free = #free - :n"
    if more > 0:
        condition = f"{HAS_SEATS} AND {SAME_FACTS}" if known else HAS_SEATS
        values = {":n": more, ":none": 0} | (known or {})
        return (table.update(event_key(slug), expression, values, condition=condition),)
    return (table.update(event_key(slug), expression, {":n": more}, condition=table.EXISTS),)


def sweep(now: int) -> int:
    """Delete expired pending RSVPs; returns how many. The index may be stale: the condition of each
    delete decides."""
    return sum(_delete_expired(key, now) for key in table.due("RSVP", now, SWEPT_AT_ONCE))


def _delete_expired(key: Key, now: int) -> bool:
    expired = "#status = :pending AND #expires_at <= :now"
    values = {":pending": Status.PENDING, ":now": now}
    try:
        table.write(table.delete(key, condition=expired, values=values))
    except RefusedError:
        return False
    return True


def _mail(name: str, rsvp: Rsvp, now: int) -> Write:
    return outbox.mail(name, rsvp.address_hash, {"slug": rsvp.slug}, rsvp.revision, now)


def _with_mail(door: Door, fact: Write, leave_mail: Write, address: str, now: int) -> None:
    budget = (limits.mail_to(door, address, now), limits.mail_at_all(now))
    try:
        table.transact(fact, leave_mail, *budget)
    except RefusedError as refused:
        if BREAKER in refused.failed:
            raise TooManyError("breaker") from None
        if BUDGET not in refused.failed:
            raise
        # The page is the same as if an email went out.
        log.warning("an address has reached its emails for today")


# ---- Events


def upsert_event(slug: str, facts: dict[str, Any], now: int) -> bool:
    """Store the event as in its entry in the catalogue; returns whether anything changed.

    Seats change by the difference, so that sign-ups at the same time count. If the capacity is
    lowered below the number of taken seats, `free` goes negative: nobody loses their seat.

    Raises:
        TooManyError: the event changes faster than this can be saved.
    """
    for _ in range(TRIES):
        item = table.get(event_key(slug))
        if item and item["facts"] == facts and not item.get("withdrawn"):
            return False
        try:
            _write_event(slug, item, facts, now)
        except RefusedError:
            continue
        return True
    raise TooManyError(f"event {slug}")


def _write_event(slug: str, item: Item | None, facts: dict[str, Any], now: int) -> None:
    """An event that is published for the first time has nobody to mail."""
    if item is None:
        table.write(_new_event(slug, facts, now))
    elif is_numbered(item["facts"], facts):
        after = sequence(item["sequence"], now)
        changed = _changed_event(slug, item, facts, after)
        table.transact(changed, _keep_facts(slug, item), _put_change(slug, after, now))
    else:
        table.write(_changed_event(slug, item, facts, item["sequence"]))


def _new_event(slug: str, facts: dict[str, Any], now: int) -> Write:
    item = {
        **table.keyed(event_key(slug)),
        "capacity": facts["seats"],
        "free": facts["seats"],
        "waiting": 0,
        "sequence": sequence(0, now),
        "facts": facts,
        "due_kind": HAS_RSVPS,
        "due_at": erased_at(facts),
    }
    return table.put(item, condition=table.NEW)


def _changed_event(slug: str, item: Item, facts: dict[str, Any], after: int) -> Write:
    return table.update(
        event_key(slug),
        "SET #facts = :facts, #capacity = :seats, #free = #free + :more, #sequence = :next,"
        " #due_kind = :kind, #due_at = :erased_at"
        " REMOVE #withdrawn",
        {
            ":facts": facts,
            ":kind": HAS_RSVPS,
            ":erased_at": erased_at(facts),
            ":seats": facts["seats"],
            ":more": facts["seats"] - item["capacity"],
            ":next": after,
            ":capacity": item["capacity"],
            ":sequence": item["sequence"],
        },
        condition=f"#capacity = :capacity AND {SAME_FACTS}",
    )


def _keep_facts(slug: str, item: Item) -> Write:
    """The facts that are about to change, for all who know the event by them."""
    return table.put(table.keyed(_earlier_key(slug, item["sequence"])) | {"facts": item["facts"]})


def _put_change(slug: str, number: int, now: int) -> Write:
    """Takes the place of an earlier change that is still being mailed: it reaches everybody."""
    due = {"due_kind": CHANGE, "due_at": now}
    return table.put(table.keyed(_change_key(slug)) | {"number": number, "cursor": "", **due})


def withdraw_event(slug: str) -> None:
    """Take no more sign-ups: HR has taken the event off the site. Guests can still cancel."""
    withdraw = table.update(
        event_key(slug), "SET #withdrawn = :yes", {":yes": True}, condition=table.EXISTS
    )
    try:
        table.write(withdraw)
    except RefusedError:
        return


# ---- The link to the guest list


def schedule_guest_list(slug: str, facts: dict[str, Any], now: int) -> None:
    """Have the link to the guest list sent on the day before, or at once if that has passed.

    It is sent again only if the event moves to another day, or gets another contact, and not at all
    if it is cancelled.
    """
    if facts.get("cancelled"):
        unschedule_guest_list(slug)
        return
    if has_ended(clock.epoch(facts["ends_at"]), now):
        return
    due_at = sent_at(facts)
    schedule = table.update(
        _guest_list_key(slug),
        "SET #occasion = :occasion, #due_kind = :kind, #due_at = :at, #expires_at = :end",
        {
            ":occasion": f"{due_at} {facts['contact']}",
            ":kind": GUEST_LIST,
            ":at": due_at,
            ":end": erased_at(facts),
        },
        condition="attribute_not_exists(#occasion) OR #occasion <> :occasion",
    )
    table.try_write(schedule)


def unschedule_guest_list(slug: str) -> None:
    """Send no link; one that was sent already is remembered."""
    waits = "attribute_exists(#due_kind)"
    table.try_write(table.delete(_guest_list_key(slug), condition=waits))


def queue_guest_lists(now: int) -> int:
    """Queue the emails that are due; returns how many."""
    return sum(_queue_guest_list(key, now) for key in table.due(GUEST_LIST, now))


def send_guest_list(slug: str, address: str, now: int) -> None:
    """Send the link once more, to the address that gets it now.

    Raises:
        TooManyError: the breaker is open.
    """
    known = table.check(event_key(slug), table.EXISTS)
    _with_mail(Door.LINK, known, _guest_list_mail(slug, now), address, now)


def _queue_guest_list(key: Key, now: int) -> bool:
    slug = key[0].removeprefix("EVENT#")
    once = table.update(key, "REMOVE #due_kind, #due_at", {":now": now}, condition=IS_DUE)
    return table.try_write(once, _guest_list_mail(slug, now))


def _guest_list_mail(slug: str, now: int) -> Write:
    return outbox.mail("guest_list", "", {"slug": slug}, now, now)


def _guest_list_key(slug: str) -> Key:
    return (f"EVENT#{slug}", GUEST_LIST)


# ---- Changes, until everybody who is coming has been mailed


@dataclass(frozen=True)
class Change:
    """A change of an event's facts; people up to the address hash `cursor` have been seen to."""

    slug: str
    number: int  # the event's `sequence` since
    cursor: str


def changes(now: int) -> Iterator[Change]:
    """The changes about which people are still to be mailed."""
    for pk, _ in table.due(CHANGE, now):
        if change := read_change(pk.removeprefix("EVENT#")):
            yield change


def read_change(slug: str) -> Change | None:
    item = table.get(_change_key(slug))
    return Change(slug, item["number"], item["cursor"]) if item else None


def move_on(change: Change, cursor: str) -> bool:
    """Note that people up to `cursor` have been seen to; with "", all of them.

    Returns False if a newer change has taken this one's place.
    """
    key, values = _change_key(change.slug), {":number": change.number}
    same = "#number = :number"
    if not cursor:
        return table.try_write(table.delete(key, condition=same, values=values))
    further = values | {":cursor": cursor}
    return table.try_write(table.update(key, "SET #cursor = :cursor", further, condition=same))


def earlier_facts(slug: str) -> dict[int, dict[str, Any]]:
    """The event's facts that are no longer true, by their number."""
    items = table.query(f"EVENT#{slug}", EARLIER)
    return {int(item["sk"].removeprefix(EARLIER)): item["facts"] for item in items}


def facts_of(slug: str, number: int) -> dict[str, Any] | None:
    """The event's facts of that number; None if it is not one of an earlier change."""
    item = table.get(_earlier_key(slug, number))
    return item["facts"] if item else None


def tell(rsvp: Rsvp, event: Event, known: int, mail: str, now: int) -> bool:
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


def _change_key(slug: str) -> Key:
    return (f"EVENT#{slug}", "CHANGE")


def _earlier_key(slug: str, number: int) -> Key:
    return (f"EVENT#{slug}", f"{EARLIER}{number:010}")


def _outbox_key(rsvp: Rsvp, number: int) -> Key:
    """One email for each person and change; hashed, because outbox keys are logged."""
    of = f"{rsvp.slug} {number} {rsvp.address_hash}"
    return (f"OUTBOX#{sha256(of.encode()).hexdigest()[:32]}", "OUTBOX")


# ---- Erasing


def erase_past_rsvps(now: int) -> int:
    """Erase RSVPs of events that are long over; returns how many. The next tick continues."""
    erased = 0
    for key in table.due(HAS_RSVPS, now):
        while erased < ERASED_AT_ONCE:
            page = _erase_page(key, now)
            erased += page
            if page < ERASED_IN_ONE:
                break
    return erased


def _erase_page(event: Key, now: int) -> int:
    """Erase up to ERASED_IN_ONE RSVPs, unless the event was moved to a later time meanwhile."""
    rsvps = list(table.query(event[0], "RSVP#", limit=ERASED_IN_ONE, only=("status",)))
    after = _still_due(event, now) if len(rsvps) == ERASED_IN_ONE else _done_with(event, now)
    try:
        table.transact(*(table.delete((event[0], rsvp["sk"])) for rsvp in rsvps), after)
    except RefusedError:
        return 0
    return len(rsvps)


def _still_due(event: Key, now: int) -> Write:
    # An update that changes nothing checks as well, and needs no further permission.
    return table.update(event, "SET #due_at = #due_at", {":now": now}, condition=IS_DUE)


def _done_with(event: Key, now: int) -> Write:
    """No RSVP is left: all seats are free again, in case HR moves the event to another day."""
    return table.update(
        event,
        "SET #free = #capacity, #waiting = :none REMOVE #due_kind, #due_at",
        {":none": 0, ":now": now},
        condition=IS_DUE,
    )


def rsvps_of(address_hash: str) -> list[Rsvp]:
    """All sign-ups of an address, those for past and withdrawn events too, by event.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    keys = [(pk, f"RSVP#{address_hash}") for pk, _ in table.due(HAS_RSVPS, FOR_EVER, limit=0)]
    items, unread = table.get_many(keys)
    if unread:
        raise TooManyError("unread")
    rsvps = [
        _to_rsvp(pk.removeprefix("EVENT#"), address_hash, item) for (pk, _), item in items.items()
    ]
    return sorted(rsvps, key=lambda rsvp: rsvp.slug)


def moving(before: Rsvp, address_hash: str, email: str, now: int) -> tuple[Write, ...]:
    """WRITES_TO_MOVE writes at most, which move a confirmed RSVP to another address of the same
    person, whose new link goes there. They are refused if the RSVP has changed, or the address has
    one of its own."""
    after = replace(before, address_hash=address_hash, email=email, revision=before.revision + 1)
    gone = table.delete(
        rsvp_key(before.slug, before.address_hash), condition=SAME, values=_seen(before)
    )
    item = _to_item(after)
    del item["expires_at"]  # it is confirmed
    moved = table.put(item, condition=table.NEW)
    ref = {"slug": after.slug}
    mail = outbox.mail("rsvp_changed", address_hash, ref, after.revision, now)
    return (gone, moved, *((mail,) if after.status is Status.ACCEPTED else ()))


def deleting(before: Rsvp) -> tuple[Write, ...]:
    """WRITES_PER_RSVP writes at most, which delete the RSVP and free its seats. They are refused if
    it has changed."""
    key = rsvp_key(before.slug, before.address_hash)
    gone = table.delete(key, condition=SAME, values=_seen(before))
    return (gone, *_move_seats(before.slug, -seats(before)))


def delete_rsvp(known: Rsvp) -> None:
    """Delete the RSVP, however it changes meanwhile, and free its seats.

    Raises:
        TooManyError: it changes faster than this can delete it.
    """
    before: Rsvp | None = known
    for _ in range(TRIES):
        if before is None or table.try_write(*deleting(before)):
            return
        before = rsvp(known.slug, known.address_hash)
    raise TooManyError("erase")


# ---- Items


def _seen(before: Rsvp) -> Item:
    return {":status": before.status, ":revision": before.revision}


def _to_item(rsvp: Rsvp) -> Item:
    fields = asdict(rsvp)
    del fields["slug"], fields["address_hash"]
    return table.keyed(rsvp_key(rsvp.slug, rsvp.address_hash)) | fields


def _to_rsvp(slug: str, address_hash: str, item: Item) -> Rsvp:
    consent = item.get("food_consent")
    return Rsvp(
        slug=slug,
        address_hash=address_hash,
        status=Status(item["status"]),
        expires_at=item.get("expires_at", 0),
        food_consent=Agreement(**consent) if consent else None,
        sequence=item.get("sequence", 0),
        **{
            name: item[name]
            for name in ("name", "email", "party", "dietary", "language", "revision", "created_at")
        },
    )


def _to_event(slug: str, item: Item) -> Event:
    facts = item["facts"]
    return Event(
        slug=slug,
        starts_at=clock.epoch(facts["starts_at"]),
        ends_at=clock.epoch(facts["ends_at"]),
        closes_at=clock.epoch(facts["closes_at"]),
        withdrawn=bool(item.get("withdrawn")),
        facts=facts,
        **{name: item[name] for name in ("capacity", "free", "waiting", "sequence")},
    )
