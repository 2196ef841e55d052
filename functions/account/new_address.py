"""A member's new address: asked for on their page, confirmed by the email there, and taken back by
the email to the old one."""

import uuid
from dataclasses import replace

from functions.account.form import NEW_EMAIL
from functions.account.rules import NEW_ADDRESSES_PER_DAY, Offer, Stage, owner_of
from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR
from functions.core.errors import BadInputError, RefusedError, TooManyError
from functions.core.lifetimes import NEW_ADDRESS_HOURS, UNDO_DAYS
from functions.core.log import log
from functions.core.mail import limits, outbox
from functions.core.mail_kinds import Door
from functions.core.tokens import Purpose
from functions.core.translations import N_
from functions.membership import moving
from functions.people.member import THEMSELVES, Member
from functions.people.moves import NewAddress
from functions.people.store import address_moves
from functions.people.store import members as people

HOW = "link in the email to the new address"
TRIES = 5  # if the person acts at the same moment
BUDGET, BREAKER, OWN_LIMIT = 1, 2, 3  # positions in the transaction of `ask`
SAME = N_("This is your address already.")
TOO_OFTEN = N_("You have changed your address several times. Please try again in a few days.")


def ask(member: Member, address: str, now: int) -> None:
    """Have the new address emailed: the same writes whoever has it, or nobody.

    Raises:
        BadInputError: it is the member's own, or they have changed it too often.
        TooManyError: the breaker over all emails is open.
    """
    new = _new_address(member, address, now)
    if new.address_hash == member.address_hash:
        raise BadInputError({NEW_EMAIL: SAME})
    if len(address_moves.of_owner(new.owner)) >= moving.MOST:
        raise BadInputError({NEW_EMAIL: TOO_OFTEN})
    own_limit = limits.count("new-address", new.owner, DAY, NEW_ADDRESSES_PER_DAY, now)
    ref = {"owner": new.owner, "id": new.id}
    try:
        table.transact(
            address_moves.put_pending(new),
            limits.mail_to(Door.NEW_ADDRESS, address, now),
            limits.mail_at_all(now),
            own_limit,
            outbox.mail("new_address", new.address_hash, ref, 0, now),
        )
    except RefusedError as refused:
        _raise_for_limits(refused)
        # That inbox has had its emails of the day: the page is the same as if another one left.
        table.transact(address_moves.put_pending(new), own_limit)


def _new_address(member: Member, address: str, now: int) -> NewAddress:
    return NewAddress(
        owner=owner_of(member.id),
        id=uuid.uuid4().hex,
        email=address,
        address_hash=address_hash(address),
        expires_at=now + NEW_ADDRESS_HOURS * HOUR,
    )


def _raise_for_limits(refused: RefusedError) -> None:
    if OWN_LIMIT in refused.failed:
        raise BadInputError({NEW_EMAIL: TOO_OFTEN}) from None
    if BREAKER in refused.failed:
        log.error("mail breaker")
        raise TooManyError("mails") from None


def is_taken(address_hash: str) -> bool:
    if people.member_id_at(address_hash):
        return True
    return address_moves.reservation(address_hash) is not None


# ---- The links


def offered(token: str, now: int) -> Offer:
    """What the link in the email to the new address leads to.

    Raises:
        GoneError: the link is forged.
    """
    return _read(token, now)[0]


def _read(token: str, now: int) -> tuple[Offer, Member | None, NewAddress | None]:
    owner, hashed, new_id = tokens.read(Purpose.NEW_ADDRESS, token, 3)
    # In this order: if it is used between two of these reads, the last one says so.
    new, member = address_moves.pending(owner, now), people.member(owner[1:])
    holder = people.member_id_at(hashed)
    if member and (holder == member.id or member.address_hash == hashed):
        return Offer(Stage.DONE), None, None
    if member is None or new is None or new.id != new_id:
        return Offer(Stage.ENDED), None, None
    stage = Stage.TAKEN if holder or address_moves.reservation(hashed) else Stage.OPEN
    return Offer(stage, new.email), member, new


def confirm(token: str, now: int) -> Offer:
    """Change to the new address, once.

    Raises:
        GoneError: the link is forged.
        TooManyError: the person acts faster than this can be saved.
    """
    for _ in range(TRIES):
        offer, member, new = _read(token, now)
        if offer.stage is not Stage.OPEN or member is None or new is None:
            return offer
        after = replace(member, email=new.email, address_hash=new.address_hash)
        take, ends_at = address_moves.take_pending(new, now), now + UNDO_DAYS * DAY
        try:
            moving.change(member, after, THEMSELVES, HOW, now, take, ends_at=ends_at)
        except RefusedError:
            continue  # another change of this person came first, or somebody took the address
        return replace(offer, stage=Stage.DONE)
    raise TooManyError("new address")


def undo_offered(token: str, now: int) -> Offer:
    """What the link in the email to the earlier address leads to.

    Raises:
        GoneError: the link is forged.
    """
    owner, from_hash, at = tokens.read(Purpose.UNDO_ADDRESS, token, 3)
    # In this order: if it was used between the two reads, the member has the address again.
    move = address_moves.move(owner, from_hash)
    member = people.member(owner[1:])
    if member and member.address_hash == from_hash:
        return Offer(Stage.DONE)
    if member and move and move.at == at and move.can_be_undone(now):
        return Offer(Stage.OPEN, move.from_email)
    return Offer(Stage.ENDED)


def undo(token: str, now: int) -> Offer:
    """Go back to the earlier address, once.

    Raises:
        GoneError: the link is forged.
        TooManyError: the person acts faster than this can be saved.
    """
    offer = undo_offered(token, now)
    if offer.stage is Stage.OPEN:
        owner, from_hash, at = tokens.read(Purpose.UNDO_ADDRESS, token, 3)
        moving.undo(owner, from_hash, at, now)
        return undo_offered(token, now)
    return offer
