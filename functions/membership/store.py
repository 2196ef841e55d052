"""Sign-ups in the table until they are confirmed: the only place that knows their keys."""

from dataclasses import asdict, fields

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError
from functions.core.mail import limits, outbox
from functions.membership.rules import Known, Signup
from functions.people import store as people
from functions.people.member import Profile, new_member

# Positions in the transaction of a sign-up, to see which limit refused it.
BUDGET, BREAKER = 1, 2


def signup_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SIGNUP")


def signup(address_hash: str) -> Signup | None:
    item = table.get(signup_key(address_hash))
    return _to_signup(item) if item else None


def at_address(address_hash: str) -> Known:
    """What the table holds about an address, in one consistent read."""
    signup, pointer = signup_key(address_hash), people.pointer_key(address_hash)
    items = {(item["pk"], item["sk"]): item for item in table.query(signup[0])}
    return Known(
        member_id=items.get(pointer, {}).get("member_id"),
        signup=_to_signup(items[signup]) if signup in items else None,
    )


def save_signup(address_hash: str, before: Signup | None, after: Signup, now: int) -> None:
    """Store the newest form and its confirmation email, if the stored sign-up is still `before`.

    Raises:
        RefusedError: BUDGET or BREAKER is reached, or (position 0) another form came between.
    """
    item = {
        **table.keyed(signup_key(address_hash)),
        **asdict(after.profile),
        "consent": people.agreement_item(after.agreement),
        "revision": after.revision,
        "expires_at": after.expires_at,
        "due_kind": "SIGNUP",
        "due_at": after.expires_at,
    }
    put = table.put(item, condition=table.NEW)
    if before:
        values = {":seen": before.revision}
        put = table.put(item, condition="#revision = :seen", values=values)
    leave_mail = outbox.mail("confirm_join", address_hash, {}, after.revision, now)
    _with_mail(put, leave_mail, after.profile.email, now)


def save_already_member(address_hash: str, address: str, known: Known, now: int) -> None:
    """Queue the email to somebody who is a member already, with as many writes as a sign-up."""
    still = people.check_member_at(address_hash, known.member_id or "")
    leave_mail = outbox.mail("already_member", address_hash, {}, 0, now)
    _with_mail(still, leave_mail, address, now)


def save_member(address_hash: str, signup: Signup, now: int) -> str:
    """Turn the sign-up into a member, in one transaction and only once. Returns the member's id.

    Raises:
        RefusedError: the address has a member, or the sign-up is another one, or expired.
    """
    member = new_member(signup.profile, address_hash, now)
    confirmed = table.delete(
        signup_key(address_hash),
        condition="#revision = :revision AND #expires_at > :now",
        values={":revision": signup.revision, ":now": now},
    )
    people.add(
        member,
        signup.agreement,
        "join form, confirmed by mail",
        confirmed,
        outbox.mail("welcome", address_hash, {"member_id": member.id}, 1, now),
    )
    return member.id


def erase(address_hash: str, now: int) -> str | None:
    """Erase the member, consents and sign-up of an address. Returns the member's id, None if there
    was no member.

    A suppressed address stays suppressed: nobody who complained ever gets another email.

    Raises:
        TooManyError: the person changes something faster than this can erase it.
    """
    return people.erase(address_hash, now, table.delete(signup_key(address_hash)))


def due_signups(now: int, limit: int) -> list[str]:
    """Hashes of addresses with a sign-up that has expired, by an index that may be stale."""
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


def _with_mail(fact: Write, leave_mail: Write, address: str, now: int) -> None:
    budget = limits.mail_to(limits.Door.JOIN, address, now)
    table.transact(fact, budget, limits.mail_at_all(now), leave_mail)


def _to_signup(item: Item) -> Signup:
    profile = {field.name: item[field.name] for field in fields(Profile)}
    return Signup(
        profile=Profile(**profile | {"interests": tuple(profile["interests"])}),
        agreement=people.to_agreement(item["consent"]),
        revision=item["revision"],
        expires_at=item["expires_at"],
    )
