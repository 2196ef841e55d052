"""Whoever signs in by an email has read it, though an earlier one to that address had bounced."""

from functions.account.rules import Owner, SignIn
from functions.core.aws.table import Write
from functions.core.mail import suppression
from functions.people.member import THEMSELVES, Correction
from functions.people.store import corrections


def lifting(sign_in: SignIn, owner: Owner, now: int) -> tuple[Write, ...]:
    """Writes that let the address get email again, with a record if it is a member's; none unless a
    bounce stops it that this sign-in disproves.

    They are refused if feedback comes first.
    """
    if not suppression.is_disproved_by(sign_in.address_hash, sign_in.id):
        return ()
    lift = suppression.lift_disproved(sign_in.address_hash, sign_in.id)
    if not owner.member_id:
        return (lift,)
    record = Correction(now, THEMSELVES, {"no_email": suppression.BOUNCE}, {"no_email": ""})
    return (lift, corrections.note(owner.member_id, record))
