"""Sign-ups in the table until they are confirmed: the only place that knows their keys."""

from dataclasses import asdict, fields
from typing import Any

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY
from functions.core.errors import RefusedError
from functions.core.mail import limits, outbox
from functions.core.settings import settings
from functions.membership.rules import Known, next_revision
from functions.people import store as people
from functions.people.member import Agreement, Profile, new_member

# Positions in the transaction of a sign-up: what a refusal tells.
BUDGET, BREAKER = 1, 2


def signup_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SIGNUP")


def signup(address_hash: str) -> Item | None:
    return table.get(signup_key(address_hash))


def at_address(address_hash: str) -> tuple[Known, Item]:
    """What is known of an address, in one consistent read, and the sign-up's own item."""
    pk, sk = signup_key(address_hash)
    items = {item["sk"]: item for item in table.query(pk)}
    _, pointer = people.pointer_key(address_hash)
    waiting = items.get(sk, {})
    known = Known(
        member_id=items.get(pointer, {}).get("member_id"),
        revision=waiting.get("revision"),
        expires_at=waiting.get("expires_at", 0),
    )
    return known, waiting


def save_signup(
    address_hash: str, profile: Profile, known: Known, agreement: Agreement, now: int
) -> None:
    """Keep the newest form and have it confirmed, if none came since `known` was read.

    Raises:
        RefusedError: BUDGET or BREAKER is reached, or (position 0) another form came between.
    """
    revision = next_revision(known, now)
    expires_at = now + settings().signup_days * DAY
    item = {
        **_keyed(signup_key(address_hash)),
        **asdict(profile),
        "consent": people.agreement_item(agreement),
        "revision": revision,
        "expires_at": expires_at,
        "due_kind": "SIGNUP",
        "due_at": expires_at,
    }
    unchanged = _put_unchanged(item, known)
    _with_mail(unchanged, "confirm_join", address_hash, revision, now)


def save_already_member(address_hash: str, known: Known, now: int) -> None:
    """Tell a member that there is nothing to do, in as many writes as a sign-up takes."""
    still = people.check_member_at(address_hash, known.member_id or "")
    _with_mail(still, "already_member", address_hash, 0, now)


def save_member(address_hash: str, waiting: Item, now: int) -> str:
    """Make the sign-up a member, all of it or nothing, and only once. Returns the member's id.

    Raises:
        RefusedError: the address has a member, or the sign-up is another one, or expired.
    """
    member = new_member(profile(waiting), address_hash, now)
    confirmed = table.delete(
        signup_key(address_hash),
        condition="#revision = :revision AND #expires_at > :now",
        values={":revision": waiting["revision"], ":now": now},
    )
    people.add(
        member,
        people.to_agreement(waiting["consent"]),
        "join form, confirmed by mail",
        confirmed,
        outbox.mail("welcome", address_hash, {"member_id": member.id}, 1, now),
    )
    return member.id


def erase(address_hash: str, now: int) -> str | None:
    """Erase member, consents and sign-up of an address; the member's id, None if there was none.

    That an address gets no mail stays: nobody who complained is ever written to again.

    Raises:
        TooManyError: the person changes something faster than this can erase it.
    """
    return people.erase(address_hash, now, table.delete(signup_key(address_hash)))


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


def profile(item: Item) -> Profile:
    """What the form held that became this sign-up."""
    given = {each.name: item[each.name] for each in fields(Profile)}
    return Profile(**given | {"interests": tuple(given["interests"])})


def _keyed(key: Key) -> dict[str, Any]:
    return {"pk": key[0], "sk": key[1]}
