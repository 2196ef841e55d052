"""Corrects a member's details for the team. A new address takes their sign-ups along, and both
addresses get an email.

See docs/members.md.
"""

from dataclasses import replace

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError
from functions.core.mail import outbox, suppression
from functions.events.rules import Rsvp
from functions.events.store import rsvps as rsvp_store
from functions.people.member import Correction, Member
from functions.people.store import members as people

HOW = "the team, as the person asked"
OWN_WRITES = 8  # beside those of RSVPs
RSVPS_IN_ONE = (table.MOST_WRITES - OWN_WRITES) // rsvp_store.WRITES_TO_MOVE


def correct(before: Member, after: Member, by: str, now: int) -> str:
    """Save the corrected details; returns why that is not possible, or an empty string.

    `by` is the AWS identity of the caller.
    """
    after = replace(after, address_hash=address_hash(after.email))
    moves: tuple[Write, ...] = ()
    if after.address_hash != before.address_hash:
        rsvps = [rsvp for rsvp in rsvp_store.of_address(before.address_hash) if rsvp.is_confirmed]
        if problem := _problem(after.address_hash, rsvps):
            return problem
        moves = _moves(before, after, rsvps, now)
    try:
        table.transact(*people.correct(before, after, by, HOW, now), *moves)
    except RefusedError:
        return "The member, or a sign-up, has changed at this moment. Please look again."
    return ""


def lift_suppression(address_hash: str, stopped: str, by: str, why: str, now: int) -> bool:
    """Let the address get email again, with a record of who decided that and why if it is a
    member's; returns False if it isn't stopped for the reason `stopped` any more."""
    member_id = people.member_id_at(address_hash)
    record = Correction(now, by, {"no_email": stopped}, {"no_email": "", "why": why})
    records = (people.add_correction(member_id, record),) if member_id else ()
    return table.try_write(suppression.lift(address_hash, stopped), *records)


def _problem(new_hash: str, rsvps: list[Rsvp]) -> str:
    """Why the person can't have this address."""
    if people.member_id_at(new_hash):
        return "The new address belongs to another member."
    if stopped := suppression.get(new_hash):
        return f"The new address gets no email ({stopped['reason']})."
    theirs = {rsvp.slug for rsvp in rsvp_store.of_address(new_hash)}
    if both := sorted(theirs & {rsvp.slug for rsvp in rsvps}):
        return f"Both addresses are signed up for {both[0]}: cancel one of the sign-ups first."
    if len(rsvps) > RSVPS_IN_ONE:
        return f"More than {RSVPS_IN_ONE} sign-ups can't be moved to another address at once."
    return ""


def _moves(before: Member, after: Member, rsvps: list[Rsvp], now: int) -> tuple[Write, ...]:
    ref = {"member_id": before.id, "at": now}
    return (
        outbox.mail("address_changed", after.address_hash, ref | {"to": "new"}, 0, now),
        outbox.mail("address_changed", before.address_hash, ref | {"to": "old"}, 0, now),
        *(
            write
            for rsvp in rsvps
            for write in rsvp_store.moving(rsvp, after.address_hash, after.email, now)
        ),
    )
