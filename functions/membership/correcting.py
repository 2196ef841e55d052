"""Corrects a member's details for the team. A new address takes their sign-ups along, and both
addresses get an email.

See docs/members.md.
"""

from dataclasses import replace

from functions.account.rules import owner_of
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.core.mail import suppression
from functions.membership import moving
from functions.people.member import Correction, Member
from functions.people.store import address_moves, corrections
from functions.people.store import members as people

HOW = "the team, as the person asked"


def correct(before: Member, after: Member, by: str, now: int) -> str:
    """Save the corrected details; returns why that is not possible, or an empty string.

    A new address that waits to be confirmed is dropped with an address that is corrected. `by` is
    the AWS identity of the caller.
    """
    after = replace(after, address_hash=address_hash(after.email))
    if after.address_hash != before.address_hash and (problem := _problem(after.address_hash)):
        return problem
    try:
        if after.address_hash == before.address_hash:
            table.transact(*corrections.correct(before, after, by, HOW, now))
        else:
            _change_address(before, after, by, now)
    except RefusedError:
        return "The member has changed at this moment. Please look again."
    return ""


def _change_address(before: Member, after: Member, by: str, now: int) -> None:
    """The old address isn't reserved: the team may have mistyped it, so that it is a stranger's."""
    moving.change(
        before,
        after,
        by,
        HOW,
        now,
        address_moves.drop_pending(owner_of(before.id)),
        moving.mail("address_changed", before, after.address_hash, now, to="new"),
    )


def lift_suppression(address_hash: str, stopped: str, by: str, why: str, now: int) -> bool:
    """Let the address get email again, with a record of who decided that and why if it is a
    member's; returns False if it isn't stopped for the reason `stopped` any more."""
    member_id = people.member_id_at(address_hash)
    record = Correction(now, by, {"no_email": stopped}, {"no_email": "", "why": why})
    records = (corrections.note(member_id, record),) if member_id else ()
    return table.try_write(suppression.lift(address_hash, stopped), *records)


def _problem(new_hash: str) -> str:
    """Why the person can't have this address."""
    if people.member_id_at(new_hash):
        return "The new address belongs to another member."
    if address_moves.reservation(new_hash):
        return "The new address is reserved: its member has changed it, and may take that back."
    if stopped := suppression.get(new_hash):
        return f"The new address gets no email ({stopped['reason']})."
    return ""
