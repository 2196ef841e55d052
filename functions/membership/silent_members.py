"""Asks members of whom nothing was heard for long whether they want to stay, and erases those who
don't answer two emails. Once a year it asks everybody whether all is still right.

It begins at the hour of the team's digest, and goes on tick by tick until the day's emails are
queued. Each step may be interrupted and repeated. See docs/members.md.
"""

from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from functions.core.aws.clients import client
from functions.core.aws.table import Item
from functions.core.errors import RefusedError
from functions.core.keep import MONTH, Keep, keep_of
from functions.core.log import error_fields, log
from functions.core.mail.ses_account import UNLIMITED, read_account
from functions.core.site import site
from functions.membership import erasing, rules, store
from functions.membership.rules import SWEPT, Sweep
from functions.people import silence as silence_rules
from functions.people.member import SHARDS
from functions.people.silence import Silence, Stage, Step
from functions.people.store import members as people
from functions.people.store import signs_of_life
from functions.people.store.signs_of_life import STILL_RIGHT

PAGE = 50  # members that are looked at before the sweep's place is stored
EMAILS_A_TICK = 50  # so that emails for which somebody waits are not held up
SHARE_OF_QUOTA = 0.05  # of the emails that SES takes in a day
FEWEST, MOST = 10, 25_000  # emails a day: if the quota is small or unknown, and without any
ENROLLED_AT_ONCE = 200
# Those who have the least time left come first, in case the day's emails don't suffice.
ORDER: tuple[str, ...] = (Stage.WARNED_TWICE, Stage.WARNED, Stage.QUIET, STILL_RIGHT)

HasTime = Callable[[], bool]


def sweep(now: int, has_time: HasTime) -> list[str]:
    """Do a part of the day's work; returns the ids of the members for whom it failed."""
    failed: list[str] = []
    try:
        _sweep(now, has_time, failed)
    except RefusedError:
        log.info("another tick sweeps")
    return failed


def _sweep(now: int, has_time: HasTime, failed: list[str]) -> None:
    current = store.sweep()
    while current.enrolled != SWEPT and has_time():
        current = _enrol(current)
    day = rules.last_digest_hour(now, site()["time_zone"])
    if current.day != day and has_time():
        current = _begin_day(current, day, now)
    keep, fewest = keep_of(site()), current.emails - EMAILS_A_TICK
    while current.kind != SWEPT and current.emails > fewest and has_time():
        current = _sweep_page(current, keep, now, failed)


def _enrol(current: Sweep) -> Sweep:
    """Put one page of the members from before there were signs of life into the index."""
    shard = current.enrolled[:1] or SHARDS[0]
    after = current.enrolled if len(current.enrolled) > 1 else None
    last = people.enrol(shard, after, ENROLLED_AT_ONCE)
    following = SHARDS[SHARDS.index(shard) + 1 :][:1] or SWEPT
    return store.save_sweep(current, replace(current, enrolled=last or following))


def _begin_day(current: Sweep, day: int, now: int) -> Sweep:
    is_steady = 0 <= now - current.began_at <= silence_rules.STEADY_SECONDS
    today = Sweep(
        enrolled=current.enrolled,
        day=day,
        began_at=now,
        may_erase=is_steady,
        emails=_emails_a_day(),
        kind=ORDER[0],
    )
    return store.save_sweep(current, today)


def _emails_a_day() -> int:
    try:
        account = read_account(client("sesv2"))
    except (BotoCoreError, ClientError) as error:
        log.warning("SES's quota is unknown", extra=error_fields(error))
        return FEWEST
    if account.stopped:
        return 0
    daily = MOST if account.daily == UNLIMITED else int(account.daily * SHARE_OF_QUOTA)
    return max(FEWEST, min(daily, MOST))


def _sweep_page(current: Sweep, keep: Keep, now: int, failed: list[str]) -> Sweep:
    """Act on the next members of this kind, and store how far the sweep has come."""
    kind = current.kind
    limit = PAGE if kind == Stage.WARNED_TWICE else min(PAGE, current.emails)
    if not limit:
        return store.save_sweep(current, replace(current, kind=SWEPT))
    entries = _due(current, keep, now, limit)
    silences = signs_of_life.silences(map(signs_of_life.member_id_of, entries))
    queued = sum(_act(current, silence, keep, now, failed) for silence in silences)
    further = replace(current, emails=current.emails - queued, after=entries[-1:])
    if len(entries) < limit:
        further = replace(further, kind=_following(kind), after=())
    return store.save_sweep(current, further)


def _due(current: Sweep, keep: Keep, now: int, limit: int) -> tuple[Item, ...]:
    if current.kind != STILL_RIGHT:
        until = silence_rules.due_before(Stage(current.kind), keep, now)
    elif keep.still_right_months:
        until = now - keep.still_right_months * MONTH
    else:
        return ()
    return store.due_silences(current, until, limit)


def _following(kind: str) -> str:
    return (*ORDER[ORDER.index(kind) + 1 :], SWEPT)[0]


def _act(current: Sweep, silence: Silence, keep: Keep, now: int, failed: list[str]) -> bool:
    """Do what is due for one member; returns whether that is an email. One that fails doesn't hold
    up the others."""
    try:
        if current.kind == STILL_RIGHT:
            may = silence_rules.is_asked_yearly(silence, keep, now)
            return may and store.ask_still_right(silence, current.day, now)
        return _act_on_silence(current, silence, keep, now)
    except Exception as error:  # noqa: BLE001 - one person's edge
        log.error("sweep failed", extra={"id": silence.member_id, **error_fields(error)})
        failed.append(silence.member_id)
        return False


def _act_on_silence(current: Sweep, silence: Silence, keep: Keep, now: int) -> bool:
    match silence_rules.step(silence, keep, now):
        case Step.WARN:
            return store.warn(silence, current.day, now)
        case Step.ERASE if current.may_erase:
            _erase(silence, now)
        case Step.PUT_OFF:
            signs_of_life.put_off(silence)
    return False


def _erase(silence: Silence, now: int) -> None:
    member = people.member(silence.member_id)
    if member:
        erasing.begin(member.address_hash, now, silence=silence)
