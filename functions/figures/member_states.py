"""Counts the members by office and state, page by page: any death is taken over where it was."""

from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.errors import TooManyError
from functions.core.mail import suppression
from functions.figures import store
from functions.figures.rules import member_state
from functions.people.member import SHARDS, Member
from functions.people.store import members, segment_pages
from functions.work import store as work_store
from functions.work.rules import State, Work

PAGE = 400
READ = ("office", "newsletter", "address_hash")

HasTime = Callable[[], bool]


def advance(work: Work, has_time: HasTime) -> None:
    """
    Raises:
        TooManyError: not all of the table could be read now.
    """
    while work.cursor.get("shard") != "" and has_time():
        work = work_store.move(work, _count_page(work.cursor, clock.now()))
    if work.cursor.get("shard") == "":
        now = clock.now()
        work_store.end(work, State.DONE, now, store.save(work.cursor["counts"], now))


def clear(_work: Work) -> None:
    """It leaves nothing but its result."""


def _count_page(cursor: dict[str, Any], now: int) -> dict[str, Any]:
    """The cursor behind the next page of members; its shard is empty behind the last one."""
    shard, after = cursor.get("shard", SHARDS[0]), cursor.get("after") or None
    page = list(members.members(shard, after=after, limit=PAGE, only=READ))
    counts = _counted(page, cursor.get("counts", {}), now)
    if len(page) == PAGE:
        return {"shard": shard, "after": page[-1].id, "counts": counts}
    following = SHARDS[SHARDS.index(shard) + 1 :][:1]
    return {"shard": following, "after": "", "counts": counts}


def _counted(page: list[Member], before: store.Counts, now: int) -> store.Counts:
    active = {member.id for member in segment_pages.active_among(page, now)}
    stopped, is_whole = suppression.stopped_among(member.address_hash for member in page)
    if not is_whole:
        raise TooManyError("unread")
    counts = {office: dict(states) for office, states in before.items()}
    for member in page:
        state = member_state(
            newsletter=member.newsletter,
            is_stopped=member.address_hash in stopped,
            is_active=member.id in active,
        )
        of_office = counts.setdefault(member.office, {})
        of_office[state] = of_office.get(state, 0) + 1
    return counts
