"""Signing up to join, with the email that asks to confirm it; whichever page the form was on."""

from functions.approvals.rules import Mode, mode_of
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import log
from functions.core.settings import settings
from functions.core.site import site
from functions.membership import rules, store
from functions.membership.rules import Joining, Known, Next

TRIES = 5  # if two forms of one person collide


def sign_up(joining: Joining, now: int) -> None:
    """Store the sign-up, or queue the email to whoever is a member already.

    Raises:
        TooManyError: all emails of the hour are used up.
    """
    hashed = address_hash(joining.profile.email)
    expires_at = now + settings().signup_days * DAY
    for _ in range(TRIES):
        known = store.at_address(hashed)
        try:
            match rules.on_signup(known):
                case Next.CONFIRM:
                    signup = rules.new_signup(known, joining, expires_at, now)
                    store.save_signup(hashed, known.signup, signup, now, _email(known, joining))
                case Next.ALREADY_MEMBER:
                    store.save_already_member(hashed, joining.profile.email, known, now)
                case Next.RESERVED:
                    store.save_reserved(hashed, joining.profile.email, known, now)
        except RefusedError as refused:
            raise_for_breaker(refused)
            if store.BUDGET not in refused.failed:
                continue  # another form of this person came first: read again
        return


def _email(known: Known, joining: Joining) -> str:
    """Which email a sign-up leads to: where only the invited may join, all others read so."""
    is_invited = known.is_invited or joining.invitation
    only_invited = mode_of(site()) is Mode.INVITED and not is_invited
    return "join_by_invitation" if only_invited else "confirm_join"


def raise_for_breaker(refused: RefusedError) -> None:
    """
    Raises:
        TooManyError: the transaction was refused because all emails of the hour are used up.
    """
    if store.BREAKER in refused.failed:
        log.error("mail breaker")
        raise TooManyError("mails") from None
