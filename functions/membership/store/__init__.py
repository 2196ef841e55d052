"""Members, sign-ups and consents in the table: the only place that knows their keys."""

import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.core.mail import limits, outbox
from functions.core.settings import settings
from functions.membership.rules import Known, Signup, next_revision
from functions.membership.store.records import consent, consents, thin_out

SHARDS = "0123456789abcdef"
# Positions in the transaction of a sign-up: what a refusal tells.
BUDGET, BREAKER = 1, 2
STOPPED = 0  # and in that of stopping the newsletter
SEEN = "attribute_not_exists(#pk) OR #revision = :seen"
TRIES = 5  # when the person does something at the same moment
PROFILE = ("name", "email", "office", "from_year", "to_year", "kind", "interests", "language")


def member_key(member_id: str) -> Key:
    return (f"MEMBERS#{member_id[:1]}", member_id)


def signup_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SIGNUP")


def pointer_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "MEMBER")


def member(member_id: str) -> Item | None:
    return table.get(member_key(member_id))


def members(shard: str, after: str | None = None, limit: int = 0) -> Iterator[Item]:
    """Members of one of the 16 SHARDS by id, behind id `after`; all of them, or `limit`."""
    return table.query(f"MEMBERS#{shard}", after=after, limit=limit)


def member_id_of(address_hash: str) -> str | None:
    pointer = table.get(pointer_key(address_hash))
    return pointer["member_id"] if pointer else None


def signup(address_hash: str) -> Item | None:
    return table.get(signup_key(address_hash))


def at_address(address_hash: str) -> tuple[Known, Item]:
    """What is known of an address, in one consistent read, and the sign-up's own item."""
    pk, _ = signup_key(address_hash)
    items = {item["sk"]: item for item in table.query(pk)}
    waiting = items.get("SIGNUP", {})
    known = Known(
        member_id=items.get("MEMBER", {}).get("member_id"),
        revision=waiting.get("revision"),
        expires_at=waiting.get("expires_at", 0),
    )
    return known, waiting


def save_signup(address_hash: str, signup: Signup, known: Known, consent: Item, now: int) -> None:
    """Keep the newest form and have it confirmed, if none came since `known` was read.

    Raises:
        RefusedError: BUDGET or BREAKER is reached, or (position 0) another form came between.
    """
    revision = next_revision(known, now)
    expires_at = now + settings().signup_days * DAY
    item = {
        **_keyed(signup_key(address_hash)),
        **asdict(signup),
        "consent": consent,
        "revision": revision,
        "expires_at": expires_at,
        "due_kind": "SIGNUP",
        "due_at": expires_at,
    }
    unchanged = _put_unchanged(item, known)
    _with_mail(unchanged, "confirm_join", address_hash, revision, now)


def save_already_member(address_hash: str, known: Known, now: int) -> None:
    """Tell a member that there is nothing to do, in as many writes as a sign-up takes."""
    still = table.check(
        pointer_key(address_hash), "#member_id = :id", {":id": known.member_id or ""}
    )
    _with_mail(still, "already_member", address_hash, 0, now)


def save_member(address_hash: str, waiting: Item, now: int) -> str:
    """Make the sign-up a member: all of it or nothing, and only once.

    Raises:
        RefusedError: the address has a member, or the sign-up is another one, or expired.
    """
    member_id = uuid.uuid4().hex
    agreed = waiting["consent"] | {"how": "join form, confirmed by mail"}
    table.transact(
        *_new_member(member_id, address_hash, waiting, agreed, now),
        table.delete(
            signup_key(address_hash),
            condition="#revision = :revision AND #expires_at > :now",
            values={":revision": waiting["revision"], ":now": now},
        ),
        outbox.mail("welcome", address_hash, {"member_id": member_id}, 1, now),
    )
    return member_id


def add_member(profile: Item, address_hash: str, agreed: Item, now: int) -> str:
    """Take over somebody who is a member elsewhere; no mail is sent. Gives the new id.

    `profile` holds the fields of PROFILE, `agreed` holds `text_id version how`.

    Raises:
        RefusedError: the address has a member.
    """
    member_id = uuid.uuid4().hex
    table.transact(*_new_member(member_id, address_hash, profile, agreed, now))
    return member_id


def stop_newsletter(member_id: str, how: str, now: int) -> None:
    """Take the newsletter's consent back; once more, or for somebody erased, changes nothing."""
    stop = table.update(
        member_key(member_id),
        "SET #newsletter = :no ADD #revision :one",
        {":no": False, ":yes": True, ":one": 1},
        condition="#newsletter = :yes",
    )
    for attempt in range(TRIES):
        record = consent(member_id, "newsletter withdrawn", {"how": how}, now, attempt)
        try:
            table.transact(stop, record)
        except RefusedError as refused:
            if STOPPED in refused.failed:
                return
            continue  # withdrawn, given and withdrawn in one second: a record of its own
        return
    raise TooManyError("unsubscribe")


def erase(address_hash: str, now: int) -> str | None:
    """Erase member, consents and sign-up of an address; the member's id, None if there was none.

    A tombstone without anything of the person stays: their old mails' links still stop what is no
    more. That an address gets no mail stays too: nobody who complained is ever written to again.

    Raises:
        TooManyError: the person changes something faster than this can erase it.
    """
    for _ in range(TRIES):
        member_id = member_id_of(address_hash)
        if member_id:
            thin_out(member_id)
        member_gone = _without(member_id, address_hash, now) if member_id else ()
        try:
            table.transact(table.delete(signup_key(address_hash)), *member_gone)
        except RefusedError:
            continue
        return member_id
    raise TooManyError("erase")


def _without(member_id: str, address_hash: str, now: int) -> tuple[Write, ...]:
    # The revision is read before the consents: who adds one raises it.
    seen = {":seen": (member(member_id) or {}).get("revision", 0)}
    tombstone = {**_keyed((f"MEMBER#{member_id}", "ERASED")), "at": now}
    return (
        table.delete(
            pointer_key(address_hash), condition="#member_id = :id", values={":id": member_id}
        ),
        table.delete(member_key(member_id), condition=SEEN, values=seen),
        table.put(tombstone),
        *(table.delete((each["pk"], each["sk"])) for each in consents(member_id)),
    )


def due_signups(now: int, limit: int) -> list[str]:
    """Hashes of the addresses whose sign-up seems to have expired."""
    return [pk.partition("#")[2] for pk, _ in table.due("SIGNUP", now, limit)]


def delete_expired(address_hash: str, now: int) -> bool:
    """Delete a sign-up unless it was renewed meanwhile: its own expiry decides, not the index."""
    try:
        table.write(
            table.delete(
                signup_key(address_hash), condition="#expires_at <= :now", values={":now": now}
            )
        )
    except RefusedError:
        return False
    return True


def _with_mail(fact: Write, name: str, address_hash: str, revision: int, now: int) -> None:
    table.transact(
        fact,
        limits.mail_to(address_hash, now),
        limits.mail_at_all(now),
        outbox.mail(name, address_hash, {}, revision, now),
    )


def _put_unchanged(item: Item, known: Known) -> Write:
    if known.revision is None:
        return table.put(item, condition=table.NEW)
    seen = {":seen": known.revision}
    return table.put(item, condition="#revision = :seen", values=seen)


def _new_member(
    member_id: str, address_hash: str, profile: Item, agreed: Item, now: int
) -> tuple[Write, ...]:
    person = {
        **_keyed(member_key(member_id)),
        **{name: profile[name] for name in PROFILE},
        "address_hash": address_hash,
        "newsletter": True,
        "revision": 1,
        "joined_at": now,
    }
    pointer = {**_keyed(pointer_key(address_hash)), "member_id": member_id}
    return (
        table.put(pointer, condition=table.NEW),
        table.put(person, condition=table.NEW),
        consent(member_id, "membership given", agreed, now),
        consent(member_id, "newsletter given", agreed, now),
    )


def _keyed(key: Key) -> dict[str, Any]:
    return {"pk": key[0], "sk": key[1]}
