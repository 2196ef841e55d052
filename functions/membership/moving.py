"""Changes a member's address, and takes that back: at once for every use, then sign-ups follow.

The team (`correcting`) and the members themselves (`functions/account/new_address.py`) do it alike.
Whatever ends half-way is continued by the minute tick. See docs/new-address.md.
"""

from collections.abc import Iterable
from dataclasses import replace

from functions.account import store as accounts
from functions.account.rules import Owner, owner_of
from functions.core.aws import table
from functions.core.aws.table import Write
from functions.core.errors import RefusedError, TooManyError
from functions.core.log import error_fields, log
from functions.core.mail import outbox, sent_lines
from functions.events.rules import Rsvp, moved
from functions.events.store import events
from functions.events.store import rsvps as rsvp_store
from functions.membership import store
from functions.people.member import EARLIER_ADDRESS, Member
from functions.people.moves import Move
from functions.people.store import address_moves, corrections, invited
from functions.people.store import members as people

TRIES = 5  # if the person acts at the same moment
MOST = 5  # changes of one person that can still be undone: all of them fit into one transaction
HOW = "link in the email to the earlier address"


def change(  # noqa: PLR0913 - what is recorded of a change
    before: Member,
    after: Member,
    by: str,
    how: str,
    now: int,
    *also: Write,
    ends_at: int = 0,
) -> None:
    """Save details with a new address, which the person can take back until `ends_at`; sessions
    and sign-in links end.

    Raises:
        RefusedError: the member has changed since `before`, the new address has a member or is
            reserved, or a condition in `also` doesn't hold.
    """
    owner = owner_of(before.id)
    move = Move(
        owner=owner,
        from_hash=before.address_hash,
        from_email=before.email,
        to_hash=after.address_hash,
        to_email=after.email,
        at=now,
        ends_at=max(ends_at, now),
        revision=before.revision,
    )
    table.transact(
        *corrections.correct(before, after, by, how, now),
        address_moves.check_free(after.address_hash),
        store.delete_signup(after.address_hash),
        invited.end(after.address_hash),
        invited.end_application(after.address_hash),
        *map(address_moves.check_followed, _followed_moves(before, now)),
        *address_moves.begin(move),
        mail("address_changed", before, before.address_hash, now, to="old"),
        *also,
    )
    try_to_follow(move, now)


def mail(name: str, before: Member, address_hash: str, now: int, **ref: str) -> Write:
    """An email about a change of the member `before`, which happens now."""
    ref = {"member_id": before.id, **ref}
    return outbox.mail(name, address_hash, {"at": now, **ref}, before.revision, now)


def undo(owner: str, from_hash: str, at: int, now: int) -> bool:
    """Take a change back, with all that came after it; returns False if it can't be undone.

    Raises:
        TooManyError: the person acts faster than this can be saved.
    """
    for _ in range(TRIES):
        # In this order: whoever takes it back meanwhile has ended the move, too.
        member = people.member(owner[1:])
        move = address_moves.move(owner, from_hash)
        if member is None or member.address_hash == from_hash:
            return False
        if move is None or move.at != at or not move.can_be_undone(now):
            return False
        try:
            _undo(member, move, now)
        except RefusedError:
            continue  # another change of this person came first: read again
        return True
    raise TooManyError("undo")


def _undo(member: Member, move: Move, now: int) -> None:
    moves = _followed_moves(member, now)
    after = replace(member, address_hash=move.from_hash, email=move.from_email)
    back = Move(
        owner=move.owner,
        from_hash=member.address_hash,
        from_email=member.email,
        to_hash=move.from_hash,
        to_email=move.from_email,
        at=now,
        ends_at=now,
        revision=member.revision,
        only=move.from_hash,
    )
    table.transact(
        *corrections.correct(member, after, EARLIER_ADDRESS, HOW, now),
        *(write for later in moves if later.at >= move.at for write in address_moves.end(later)),
        address_moves.drop_pending(move.owner),
        *address_moves.begin(back),
        mail("address_undone", member, member.address_hash, now),
    )
    try_to_follow(back, now)


# ---- What follows


def try_to_follow(move: Move, now: int) -> None:
    """As `follow`, but leaves to the tick what fails: the change itself is saved."""
    try:
        follow(move, now)
    except TooManyError as error:
        log.warning("the tick moves the sign-ups", extra=error_fields(error))


def follow(move: Move, now: int) -> None:
    """End sessions, and move the sign-ups one by one; each step can be repeated.

    Raises:
        TooManyError: the table could not be read, or the person acts faster than this is saved.
    """
    for owner in (move.owner, str(Owner("", move.from_hash))):
        accounts.end_all(owner, opened_until=move.at)
    for rsvp in _following(move):
        _move_rsvp(move, rsvp, now)
    if not move.only:  # else the address that they leave may never have been theirs
        sent_lines.move(sent_lines.owner_of_line(None, move.from_hash), move.owner)
    address_moves.followed(move)


def _following(move: Move) -> Iterable[Rsvp]:
    return (
        rsvp
        for rsvp in rsvp_store.of_address(move.from_hash)
        if rsvp.is_confirmed and (not move.only or move.only in rsvp.former)
    )


def _move_rsvp(move: Move, known: Rsvp, now: int) -> None:
    event = events.get(known.slug)
    coming = event is not None and event.ends_at > now
    before: Rsvp | None = known
    for _ in range(TRIES):
        if before is None or not before.is_confirmed:
            return
        there = rsvp_store.get(known.slug, move.to_hash)
        after = moved(before, there, move.to_hash, move.to_email, now)
        if table.try_write(
            address_moves.check_moving(move),
            *rsvp_store.moving(before, there, after, now, mail=coming),
        ):
            return
        still = address_moves.move(move.owner, move.from_hash)
        if still is None or not still.is_moving:
            return  # another run moved it, or the person is erased
        before = rsvp_store.get(known.slug, move.from_hash)
    raise TooManyError("move")


def _followed_moves(member: Member, now: int) -> list[Move]:
    """The member's changes; if sign-ups still follow one, that is done first.

    Raises:
        RefusedError: the member has another address since they were read.
        TooManyError: as `follow`.
    """
    owner = owner_of(member.id)
    for move in address_moves.of_owner(owner):
        if move.is_moving:
            follow(move, now)
    moves = address_moves.of_owner(owner)
    if member.address_hash in {move.from_hash for move in moves}:
        raise RefusedError(frozenset(), {})
    return moves


# ---- The tick


def sweep(move: Move, now: int) -> None:
    """Continue a change that ended half-way, or free an address whose time to undo is over."""
    if move.is_moving:
        follow(move, now)
    else:
        table.try_write(*address_moves.end(move))
