"""Sign-ups in the table until they are confirmed: the only place that knows their keys."""

from dataclasses import asdict, fields, replace
from hashlib import sha256

from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.errors import RefusedError
from functions.core.mail import limits, outbox
from functions.core.mail_kinds import Door
from functions.core.texts import JOINING, ConsentPurpose
from functions.invitations import store as invitations
from functions.invitations.rules import Invitation
from functions.membership.rules import Agreements, Erasure, Joining, Known, Signup, Sweep
from functions.people.member import Profile, joined, new_member
from functions.people.silence import Silence
from functions.people.store import address_moves, consents, invited
from functions.people.store import members as people

# Positions in the transaction of a sign-up, to see which limit refused it.
BUDGET, BREAKER = 1, 2
DIGEST = ("DIGEST", "DIGEST")
HOW = "join form, confirmed by mail"
HOW_INVITED = "invitation by email"
RETENTION = ("RETENTION", "RETENTION")
SWEEP_FIELDS = tuple(field.name for field in fields(Sweep))


def signup_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "SIGNUP")


def signup(address_hash: str) -> Signup | None:
    item = table.get(signup_key(address_hash))
    return to_signup(item) if item else None


def at_address(address_hash: str) -> Known:
    """What the table holds about an address, in one consistent read."""
    signup, pointer = signup_key(address_hash), people.pointer_key(address_hash)
    reserved = address_moves.reservation_key(address_hash)
    items = {(item["pk"], item["sk"]): item for item in table.query(signup[0])}
    return Known(
        member_id=items.get(pointer, {}).get("member_id"),
        signup=to_signup(items[signup]) if signup in items else None,
        reserved=address_moves.to_reservation(items[reserved]) if reserved in items else None,
        is_invited=invited.invitation_key(address_hash) in items,
        is_waiting=invited.application_key(address_hash) in items,
    )


def save_signup(
    address_hash: str,
    before: Signup | None,
    after: Signup,
    now: int,
    email: str = "confirm_join",
) -> None:
    """Store the newest form and its email, if the stored sign-up is still `before`.

    Raises:
        RefusedError: BUDGET or BREAKER is reached, or (position 0) another form came between.
    """
    due = {"due_kind": "SIGNUP", "due_at": after.expires_at}
    item = table.keyed(signup_key(address_hash)) | signup_item(after) | due
    put = table.put(item, condition=table.NEW)
    if before:
        values = {":seen": before.revision}
        put = table.put(item, condition="#revision = :seen", values=values)
    leave_mail = outbox.mail(email, address_hash, {}, after.revision, now)
    _with_mail(Door.JOIN, put, leave_mail, after.profile.email, now)


def signup_item(signup: Signup) -> Item:
    """A form's content as an item holds it."""
    return {
        **asdict(signup.profile),
        **consents.known(signup.circumstances),
        "consents": {
            purpose: consents.known(agreement) for purpose, agreement in signup.agreements.items()
        },
        **({"invitation": signup.invitation} if signup.invitation else {}),
        "revision": signup.revision,
        "expires_at": signup.expires_at,
    }


def ask_again(address_hash: str, signup: Signup, now: int) -> None:
    """Send the link to confirm this sign-up once more (raises as `save_signup`)."""
    unchanged = table.check(
        signup_key(address_hash), "#revision = :seen", {":seen": signup.revision}
    )
    leave_mail = outbox.mail("confirm_join", address_hash, {}, signup.revision, now)
    _with_mail(Door.LINK, unchanged, leave_mail, signup.profile.email, now)


def note_mailed(address_hash: str, revision: int, message_id: str, now: int) -> None:
    """Note which email has the link to confirm, the newest if several have; nothing if the sign-up
    is confirmed already, or another one."""
    table.try_write(
        table.update(
            signup_key(address_hash),
            "SET #mailed_at = :now, #message_id = :message_id",
            {":now": now, ":message_id": message_id, ":revision": revision},
            condition="#revision = :revision",
        )
    )


def save_already_member(address_hash: str, address: str, known: Known, now: int) -> None:
    """Queue the email to somebody who is a member already, with as many writes as a sign-up."""
    still = people.check_member_at(address_hash, known.member_id or "")
    leave_mail = outbox.mail("already_member", address_hash, {}, 0, now)
    _with_mail(Door.JOIN, still, leave_mail, address, now)


def save_reserved(address_hash: str, address: str, known: Known, now: int) -> None:
    """Queue the email that takes the address's member back to it, as a sign-up would queue its."""
    assert known.reserved
    ref = {"member_id": known.reserved.member_id, "at": known.reserved.at, "to": "old"}
    still = address_moves.check_reserved(address_hash, known.reserved)
    revision = known.reserved.revision
    leave_mail = outbox.mail("address_changed", address_hash, ref, revision, now)
    _with_mail(Door.JOIN, still, leave_mail, address, now)


def save_member(address_hash: str, signup: Signup, now: int) -> str:
    """Turn the sign-up into a member, in one transaction and only once. Returns the member's id.

    Raises:
        RefusedError: the address has a member, or the sign-up is another one, or expired.
    """
    member = new_member(signup.profile, address_hash, now, signup.agreements)
    people.add(
        member,
        joined(member, signup.agreements, HOW, signup.circumstances),
        confirming(address_hash, signup, now),
        outbox.mail("welcome", address_hash, {"member_id": member.id}, 1, now),
        *ended_on_paper(address_hash, signup),
    )
    return member.id


def confirming(address_hash: str, signup: Signup, now: int) -> Write:
    """Deletes the sign-up; refused if it is another one by now, or expired."""
    return table.delete(
        signup_key(address_hash),
        condition="#revision = :revision AND #expires_at > :now",
        values={":revision": signup.revision, ":now": now},
    )


def save_invited(invitation: Invitation, joining: Joining, now: int) -> None:
    """Make the person a member who pressed the button behind our invitation, in one transaction and
    only once; what they didn't take over is deleted.

    Raises:
        RefusedError: the invitation is gone, or its address has a member by now.
    """
    hashed = invitation.id
    member = new_member(joining.profile, hashed, now, joining.agreements)
    people.add(
        member,
        joined(member, joining.agreements, HOW_INVITED, joining.circumstances),
        delete_signup(hashed),
        outbox.mail("welcome", hashed, {"member_id": member.id}, 1, now),
        invitation=invitations.take_up(invitation),
    )


def ended_on_paper(address_hash: str, signup: Signup) -> tuple[Write, ...]:
    """Writes that end the invitation whose letter led to the sign-up; that at the address itself
    ends whenever somebody joins."""
    elsewhere = signup.invitation not in {"", address_hash}
    return (invited.end(signup.invitation),) if elsewhere else ()


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


# ---- Erasing


def erasure_key(address_hash: str, erasure_id: str) -> Key:
    return (f"ADDRESS#{address_hash}", f"ERASURE#{erasure_id}")


def erasure(address_hash: str, erasure_id: str) -> Erasure | None:
    item = table.get(erasure_key(address_hash, erasure_id))
    return _to_erasure(item) if item else None


def erasures_at(address_hash: str) -> list[Erasure]:
    """Those that are not finished: several if the address joined again meanwhile."""
    return [_to_erasure(item) for item in table.query(f"ADDRESS#{address_hash}", "ERASURE#")]


def due_erasures(now: int) -> list[Erasure]:
    """Those whose rest is to be deleted now."""
    items, _ = table.get_many(table.due("ERASURE", now))
    return [erasure for item in items.values() if (erasure := _to_erasure(item)).ends_at <= now]


def begin_erasure(erasure: Erasure, known: Known, now: int) -> tuple[Write, ...]:
    """Writes that record the erasure, delete the sign-up, and queue the goodbye.

    They are refused if the sign-up is no longer the one in `known`.
    """
    fields = asdict(erasure) | {"due_kind": "ERASURE", "due_at": erasure.ends_at}
    hashed = fields.pop("address_hash")
    record = {**table.keyed(erasure_key(hashed, fields.pop("id"))), **fields}
    goodbye = outbox.mail("goodbye", hashed, {"erasure": erasure.id}, 0, now)
    return (
        table.put(record),
        drop_signup(hashed, known.signup),
        *((goodbye,) if erasure.email else ()),
    )


def drop_signup(address_hash: str, known: Signup | None) -> Write:
    """Refuses a transaction unless the sign-up is still `known`, and deletes it."""
    key = signup_key(address_hash)
    if known is None:
        return table.check(key, table.NEW)
    return table.delete(key, condition="#revision = :seen", values={":seen": known.revision})


def delete_signup(address_hash: str) -> Write:
    """Its address becomes a member's: whoever would confirm it is that member."""
    return table.delete(signup_key(address_hash))


def end_erasure(erasure: Erasure) -> None:
    table.write(table.delete(erasure_key(erasure.address_hash, erasure.id)))


def _to_erasure(item: Item) -> Erasure:
    names = ("is_member", "name", "email", "language", "at")
    return Erasure(
        id=item["sk"].partition("#")[2],
        address_hash=item["pk"].partition("#")[2],
        former=tuple(item.get("former", ())),
        **{name: item[name] for name in names},
    )


# ---- The team's digest


def digest_until() -> int | None:
    """Until when digests have counted; None before the first."""
    item = table.get(DIGEST)
    return item["until"] if item else None


def begin_digests(until: int) -> None:
    """Let the first digest count from `until`, unless another tick was first."""
    table.try_write(table.put(table.keyed(DIGEST) | {"until": until}, condition=table.NEW))


def save_digest(since: int, until: int, counts: dict[str, int], now: int) -> bool:
    """Count until `until`, and queue the email if there is anything to count; returns False if
    another tick was first."""
    moved = table.update(
        DIGEST,
        "SET #until = :until",
        {":until": until, ":since": since},
        condition="#until = :since",
    )
    ref = {"since": since, "counts": counts}
    mails = (outbox.mail("digest", "", ref, until, now),) if counts else ()
    return table.try_write(moved, *mails)


# ---- The day's sweep of silent members


def sweep() -> Sweep:
    item = table.get(RETENTION)
    if item is None:
        return Sweep()
    return Sweep(**{name: item[name] for name in SWEEP_FIELDS} | {"after": tuple(item["after"])})


def save_sweep(before: Sweep, after: Sweep) -> Sweep:
    """Returns `after` as it is stored.

    Raises:
        RefusedError: another tick was first.
    """
    stored = replace(after, step=before.step + 1)
    condition, values = f"{table.NEW} OR #step = :seen", {":seen": before.step}
    item = table.keyed(RETENTION) | asdict(stored)
    table.write(table.put(item, condition=condition, values=values))
    return stored


def due_silences(current: Sweep, until: int, limit: int) -> tuple[Item, ...]:
    """The index's next entries of the kind that is swept."""
    after = current.after[0] if current.after else None
    return tuple(table.due_after(current.kind, until, limit, after))


def warn(silence: Silence, day: int, now: int) -> bool:
    """Queue the question whether the member wants to stay, once a day until SES has taken it;
    returns whether it is queued."""
    ref = {"member_id": silence.member_id, "stage": silence.stage, "since": silence.since}
    return _queue_once("still_there", silence, ref, day, now)


def ask_still_right(silence: Silence, day: int, now: int) -> bool:
    """Queue the question whether the member's details are right (as `warn`)."""
    return _queue_once("still_right", silence, {"member_id": silence.member_id}, day, now)


def _queue_once(name: str, silence: Silence, ref: Item, day: int, now: int) -> bool:
    of = f"{name} {silence.member_id} {day}"  # hashed, because outbox keys are logged
    pk = f"OUTBOX#{sha256(of.encode()).hexdigest()[:32]}"
    return table.try_write(outbox.mail(name, "", ref, 0, now, pk=pk))


# ---- Items


def _with_mail(door: Door, fact: Write, leave_mail: Write, address: str, now: int) -> None:
    budget = limits.mail_to(door, address, now)
    table.transact(fact, budget, limits.mail_at_all(now), leave_mail)


def to_signup(item: Item) -> Signup:
    profile = {field.name: item[field.name] for field in fields(Profile) if field.name in item}
    several = {"interests": tuple(item["interests"]), "kinds": people.to_kinds(item)}
    return Signup(
        profile=Profile(**profile | several),
        agreements=_agreements(item),
        circumstances=consents.to_circumstances(item),
        revision=item["revision"],
        expires_at=item["expires_at"],
        invitation=item.get("invitation", ""),
    )


def _agreements(item: Item) -> Agreements:
    """A sign-up from before there was a consent for each purpose has one for all of them."""
    if "consents" not in item:
        return dict.fromkeys(JOINING, consents.to_agreement(item["consent"]))
    return {
        ConsentPurpose(purpose): consents.to_agreement(agreement)
        for purpose, agreement in item["consents"].items()
    }
