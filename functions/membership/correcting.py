"""Corrects a member's details for the team. A new address takes their sign-ups along, and both
addresses get an email.

See docs/members.md.
"""

from dataclasses import replace

from functions.account.rules import owner_of
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError
from functions.core.mail import suppression
from functions.core.translations import N_
from functions.membership import moving
from functions.people.member import Correction, Member
from functions.people.store import address_moves, corrections
from functions.people.store import members as people

HOW = "the team, as the person asked"
CHANGED = N_("The member has changed at this moment. Please look again.")
TAKEN = N_("The new address belongs to another member.")
RESERVED = N_("The new address is reserved: its member has changed it, and may take that back.")
STOPPED = N_("The new address gets no email: one came back, or its reader doesn't want any.")


def correct(before: Member, after: Member, by: str, now: int, *also: Write) -> str:
    """Save the corrected details, with the writes in `also`; returns the msgid of why that is not
    possible, or an empty string.

    A new address that waits to be confirmed is dropped with an address that is corrected. `by` is
    the id of a team member at the desk, or `at_terminal`.
    """
    after = replace(after, address_hash=address_hash(after.email))
    if after.address_hash != before.address_hash and (problem := _problem(after.address_hash)):
        return problem
    try:
        if after.address_hash == before.address_hash:
            table.transact(*corrections.correct(before, after, by, HOW, now), *also)
        else:
            _change_address(before, after, by, now, *also)
    except RefusedError:
        return CHANGED
    return ""


def _change_address(before: Member, after: Member, by: str, now: int, *also: Write) -> None:
    """The old address isn't reserved: the team may have mistyped it, so that it is a stranger's."""
    moving.change(
        before,
        after,
        by,
        HOW,
        now,
        address_moves.drop_pending(owner_of(before.id)),
        moving.mail("address_changed", before, after.address_hash, now, to="new"),
        *also,
    )


def stop_all_email(address_hash: str, by: str, now: int, *also: Write) -> None:
    """Stop all email to an address, as its reader asked, with the writes in `also` and a record if
    it is a member's. Nothing is written if that or a complaint stops it already."""
    before = (suppression.get(address_hash) or {}).get("reason", "")
    change = ({"no_email": before}, {"no_email": suppression.WISH})
    record = _of_member(address_hash, Correction(now, by, *change))
    suppression.stop(address_hash, suppression.WISH, now, *record, *also)


def lift_suppression(
    address_hash: str, stopped: str, by: str, why: str, now: int, *also: Write
) -> bool:
    """Let the address get email again, with the writes in `also`, and a record of who decided that
    and why if it is a member's; returns False if it isn't stopped for the reason `stopped` any
    more."""
    change = ({"no_email": stopped}, {"no_email": "", "why": why})
    record = _of_member(address_hash, Correction(now, by, *change))
    return table.try_write(suppression.lift(address_hash, stopped), *record, *also)


def _of_member(address_hash: str, record: Correction) -> tuple[Write, ...]:
    member_id = people.member_id_at(address_hash)
    return (corrections.note(member_id, record),) if member_id else ()


def _problem(new_hash: str) -> str:
    """Why the person can't have this address."""
    if people.member_id_at(new_hash):
        return TAKEN
    if address_moves.reservation(new_hash):
        return RESERVED
    return STOPPED if suppression.is_stopped(new_hash) else ""
