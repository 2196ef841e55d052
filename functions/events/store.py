"""Events and RSVPs in the table: the only place that knows their keys and expressions."""

import re
from dataclasses import asdict
from typing import Any

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import log
from functions.core.mail import limits, outbox
from functions.events.rules import (
    Event,
    Rsvp,
    Status,
    erased_at,
    seats,
    sequence,
    shows_in_calendar,
)

# A path's part becomes a key: nothing but what a slug can be.
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,198}[a-z0-9])?")
ROOM = "#free >= :n AND #waiting = :none"
SAME = "#status = :status AND #revision = :revision"
BUDGET, BREAKER = 2, 3  # positions in the transaction of a mail that nobody has confirmed
TRIES = 5  # when two of the same meet
SWEPT_AT_ONCE = 500
UNLIMITED = 10**9
HAS_ANSWERS = "ANSWERS"  # due_kind of an event until the answers to it are erased


def event_key(slug: str) -> Key:
    return (f"EVENT#{slug}", "EVENT")


def rsvp_key(slug: str, address_hash: str) -> Key:
    return (f"EVENT#{slug}", f"RSVP#{address_hash}")


def event(slug: str) -> Event | None:
    item = table.get(event_key(slug)) if SLUG.fullmatch(slug) else None
    return _to_event(slug, item) if item else None


def rsvp(slug: str, address_hash: str) -> Rsvp | None:
    item = table.get(rsvp_key(slug, address_hash))
    return _to_rsvp(slug, address_hash, item) if item else None


def ask(before: Rsvp | None, after: Rsvp, now: int) -> None:
    """Keep a pending RSVP and have it confirmed, if `before` still stands there.

    Raises:
        RefusedError: something else stands there now.
        TooManyError: the breaker is open.
    """
    item = _to_item(after) | {"due_kind": "RSVP", "due_at": after.expires_at}
    condition, values = (SAME, _seen(before)) if before else (table.NEW, None)
    fact = table.put(item, condition=condition, values=values)
    _with_mail(fact, "confirm_rsvp", after, now)


def tell_already(before: Rsvp, now: int) -> None:
    """Send the link to change once more to somebody who has answered (raises as `ask`)."""
    key = rsvp_key(before.slug, before.address_hash)
    still = table.check(key, SAME, _seen(before))
    _with_mail(still, "already_signed_up", before, now)


def count_only(address_hash: str, now: int) -> None:
    """Send nothing, but take about as long for it as a mail takes: time must not tell either."""
    table.transact(limits.count("full", address_hash, clock.DAY, UNLIMITED, now))


def save(before: Rsvp, after: Rsvp, mail: str, now: int) -> None:
    """Take or free the seats between the two, change the RSVP, leave its mail: all or nothing.

    Raises:
        RefusedError: there is no room, or something else than `before` stands there now.
    """
    more = seats(after) - seats(before)
    key = rsvp_key(after.slug, after.address_hash)
    change = table.update(
        key,
        "SET #status = :to, #revision = :next, #party = :party, #dietary = :dietary"
        " REMOVE #expires_at, #due_kind, #due_at",
        {
            **_seen(before),
            ":to": after.status,
            ":next": after.revision,
            ":party": after.party,
            ":dietary": after.dietary,
        },
        condition=SAME,
    )
    told = outbox.mail(mail, after.address_hash, {"slug": after.slug}, after.revision, now)
    table.transact(change, told, *_move_seats(after.slug, more))


def _move_seats(slug: str, more: int) -> tuple[Write, ...]:
    if more == 0:
        return ()
    expression = "SET #free = #free - :n"
    if more > 0:
        values = {":n": more, ":none": 0}
        return (table.update(event_key(slug), expression, values, condition=ROOM),)
    return (table.update(event_key(slug), expression, {":n": more}, condition=table.EXISTS),)


def erase(before: Rsvp) -> None:
    """Take the answer out and free its seats.

    Raises:
        RefusedError: something else than `before` stands there now.
    """
    key = rsvp_key(before.slug, before.address_hash)
    gone = table.delete(key, condition=SAME, values=_seen(before))
    table.transact(gone, *_move_seats(before.slug, -seats(before)))


def sweep(now: int) -> int:
    """Delete pending RSVPs that expired; the condition decides, the index only finds."""
    return sum(_delete_expired(key, now) for key in table.due("RSVP", now, SWEPT_AT_ONCE))


def _delete_expired(key: Key, now: int) -> bool:
    expired = "#status = :pending AND #expires_at <= :now"
    values = {":pending": Status.PENDING, ":now": now}
    try:
        table.write(table.delete(key, condition=expired, values=values))
    except RefusedError:
        return False
    return True


def bring_up(slug: str, facts: dict[str, Any], now: int) -> bool:
    """Make the event what the catalogue says (its entry); whether anything changed.

    Seats are moved by the difference, so that sign-ups at the same time count. Lowered under
    what is taken, `free` goes negative: nobody is put out.
    """
    for _ in range(TRIES):
        item = table.get(event_key(slug))
        if item and item["facts"] == facts and not item.get("withdrawn"):
            return False
        try:
            table.write(_event_write(slug, item, facts, now))
        except RefusedError:
            continue
        return True
    raise TooManyError(f"event {slug}")


def _event_write(slug: str, item: Item | None, facts: dict[str, Any], now: int) -> Write:
    if item is None:
        pk, sk = event_key(slug)
        seats = {"capacity": facts["seats"], "free": facts["seats"], "waiting": 0}
        due = {"due_kind": HAS_ANSWERS, "due_at": erased_at(facts)}
        new = {"pk": pk, "sk": sk, **seats, "sequence": sequence(0, now), "facts": facts, **due}
        return table.put(new, condition=table.NEW)
    moved = shows_in_calendar(item["facts"], facts)
    return table.update(
        event_key(slug),
        "SET #facts = :facts, #capacity = :seats, #free = #free + :more, #sequence = :next,"
        " #due_kind = :kind, #due_at = :erased_at"
        " REMOVE #withdrawn",
        {
            ":facts": facts,
            ":kind": HAS_ANSWERS,
            ":erased_at": erased_at(facts),
            ":seats": facts["seats"],
            ":more": facts["seats"] - item["capacity"],
            ":next": sequence(item["sequence"], now) if moved else item["sequence"],
            ":capacity": item["capacity"],
            ":sequence": item["sequence"],
        },
        condition="#capacity = :capacity AND #sequence = :sequence",
    )


def take_down(slug: str) -> None:
    """HR has taken the event off the site: no more sign-ups. Who is coming can still cancel."""
    withdraw = table.update(
        event_key(slug), "SET #withdrawn = :yes", {":yes": True}, condition=table.EXISTS
    )
    try:
        table.write(withdraw)
    except RefusedError:
        return


def _with_mail(fact: Write, mail: str, who: Rsvp, now: int) -> None:
    told = outbox.mail(mail, who.address_hash, {"slug": who.slug}, who.revision, now)
    budget = (limits.mail_to(who.address_hash, now), limits.mail_at_all(now))
    try:
        table.transact(fact, told, *budget)
    except RefusedError as refused:
        if BREAKER in refused.failed:
            raise TooManyError("breaker") from None
        if BUDGET not in refused.failed:
            raise
        # Said to nobody: the answer is the same as if a mail went out.
        log.warning("an address has had its mails for today")


def _seen(before: Rsvp) -> Item:
    return {":status": before.status, ":revision": before.revision}


def _to_item(rsvp: Rsvp) -> Item:
    pk, sk = rsvp_key(rsvp.slug, rsvp.address_hash)
    fields = asdict(rsvp)
    del fields["slug"], fields["address_hash"]
    return {"pk": pk, "sk": sk} | fields


def _to_rsvp(slug: str, address_hash: str, item: Item) -> Rsvp:
    return Rsvp(
        slug=slug,
        address_hash=address_hash,
        status=Status(item["status"]),
        expires_at=item.get("expires_at", 0),
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
