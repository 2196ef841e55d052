"""Does the desk's work in the background; woken by the table's stream and by a minute tick."""

from typing import Any

from functions.core import clock
from functions.core.log import error_fields, log
from functions.work import kinds, store

RESERVE_MS = 20_000  # enough for one step; with less time left, the next tick goes on


def advance(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on with what waits. It always succeeds: work that fails waits for its next try."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() >= RESERVE_MS)

    ids = store.ids_in(event) if "Records" in event else store.due(clock.now())
    for work_id in ids:
        if not has_time():
            break
        _advance_one(work_id, has_time)
    if "Records" not in event:
        _clear_up(has_time)
    return {"batchItemFailures": []}


def _advance_one(work_id: str, has_time: kinds.HasTime) -> None:
    claimed = store.claim(work_id, clock.now())
    if claimed is None:
        if store.fail(work_id, clock.now()):
            log.error("work given up", extra={"work": work_id})
        return
    try:
        kinds.advance(claimed, has_time)
    except Exception as error:  # noqa: BLE001 - one that fails must not block the others
        log.error("work failed", extra={"work": work_id} | error_fields(error))
        return  # its lease ends, and then it is tried again
    after = store.work(work_id)
    if after and not after.is_over:
        store.release(after, clock.now())


def _clear_up(has_time: kinds.HasTime) -> None:
    for work in store.over(clock.now()):
        if not has_time():
            return
        try:
            kinds.clear(work)
            store.delete(work)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            log.error("work not cleared away", extra={"work": work.id} | error_fields(error))
