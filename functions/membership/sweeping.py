"""What membership's tick does: deletes what has expired, and goes on with what isn't finished.

Sign-ups and new addresses that nobody confirmed, invitations, links to sign in, sessions, network
addresses, old changes of details, the rest of people who were erased and, years later, the proof of
them. Once a day it sends the team its digest, and asks silent members whether they want to stay.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from functions.account import store as accounts
from functions.approvals.store import applications as approvals
from functions.core.keep import MONTH, keep_of
from functions.core.log import error_fields, log
from functions.core.mail import sent_lines
from functions.core.site import site
from functions.figures import store as figures
from functions.invitations import store as invitations
from functions.membership import digest, erasing, erasure_list, moving, silent_members, store
from functions.membership.rules import Erasure
from functions.people.member import SHARDS
from functions.people.store import address_moves, consents, corrections, erased, tallies
from functions.people.store import members as people
from functions.team.store import deeds

SWEPT_AT_ONCE = 1000
COUNTED_AT_ONCE = 200
HasTime = Callable[[], bool]
T = TypeVar("T")


def sweep(now: int, has_time: HasTime) -> list[str]:
    """Returns the ids of people whom it failed to erase."""
    failed = [e.id for e in _while(has_time, store.due_erasures(now)) if not _finish(e)]
    _sweep_moves(has_time, now)
    _sweep_signups(has_time, now)
    _sweep_invitations(has_time, now)
    _sweep_applications(has_time, now)
    _sweep_sign_ins(has_time, now)
    _sweep_proof(has_time, now)
    _sweep_viewers(has_time, now)
    _sweep_history(now)
    _sweep_log(now)
    _note("sent lines swept", sent_lines.delete_due(now, SWEPT_AT_ONCE))
    _count_earlier_members(has_time)
    figures.ask_daily(now)
    digest.send(now)
    return failed + silent_members.sweep(now, has_time)


def _while(has_time: HasTime, due: Iterable[T]) -> Iterator[T]:
    for thing in due:
        if not has_time():
            return
        yield thing


def _finish(erasure: Erasure) -> bool:
    """Returns whether the person is erased now: one that fails doesn't hold up the others."""
    try:
        erasing.finish(erasure)
    except Exception as error:  # noqa: BLE001 - one person's edge
        log.error("erasure failed", extra={"id": erasure.id, **error_fields(error)})
        return False
    log.info("erased", extra={"id": erasure.id})
    return True


def _sweep_moves(has_time: HasTime, now: int) -> None:
    """Changes of address that ended half-way go on, or can't be undone any more."""
    for move in _while(has_time, address_moves.due(now)):
        moving.sweep(move, now)
    address_moves.sweep_pending(now)


def _sweep_signups(has_time: HasTime, now: int) -> None:
    due = _while(has_time, store.due_signups(now, SWEPT_AT_ONCE))
    _note("sign-ups swept", sum(store.delete_expired(hashed, now) for hashed in due))


def _sweep_invitations(has_time: HasTime, now: int) -> None:
    due = _while(has_time, invitations.due(now, SWEPT_AT_ONCE))
    _note("invitations swept", sum(invitations.delete_lapsed(key, now) for key in due))


def _sweep_applications(has_time: HasTime, now: int) -> None:
    due = _while(has_time, approvals.due(now, SWEPT_AT_ONCE))
    _note("applications carried on", sum(approvals.carry_out(one, now) for one in due))


def _sweep_sign_ins(has_time: HasTime, now: int) -> None:
    due = _while(has_time, accounts.due_expired(now, SWEPT_AT_ONCE))
    _note("sign-ins swept", sum(accounts.delete_expired(key, now) for key in due))


def _sweep_proof(has_time: HasTime, now: int) -> None:
    """Delete the last hashes of people who were erased years ago."""
    for tombstone in _while(has_time, erased.due(now, SWEPT_AT_ONCE)):
        member_id = erased.member_id_of(tombstone)
        erasure_list.remove(tombstone["address_hash"], member_id)
        erased.delete_proof(tombstone, now)
        log.info("proof deleted", extra={"id": member_id})


def _sweep_viewers(has_time: HasTime, now: int) -> None:
    due = _while(has_time, consents.due_viewers(now, SWEPT_AT_ONCE))
    _note("network addresses swept", sum(consents.delete_viewer(key, now) for key in due))


def _sweep_history(now: int) -> None:
    end = now - keep_of(site()).history_months * MONTH
    _note("history swept", corrections.delete_before(end, SWEPT_AT_ONCE))


def _sweep_log(now: int) -> None:
    end = now - keep_of(site()).log_months * MONTH
    _note("log swept", deeds.delete_before(end, SWEPT_AT_ONCE))


def _count_earlier_members(has_time: HasTime) -> None:
    """Count those who joined before there were figures, page by page, once."""
    while (reached := tallies.progress()) != tallies.COUNTED and has_time():
        shard, after = reached[:1] or SHARDS[0], reached if len(reached) > 1 else None
        last = people.count(shard, after, COUNTED_AT_ONCE)
        following = SHARDS[SHARDS.index(shard) + 1 :][:1] or tallies.COUNTED
        if not tallies.save_progress(reached, last or following):
            return  # another tick counts


def _note(event: str, deleted: int) -> None:
    if deleted:
        log.info(event, extra={"deleted": deleted})
