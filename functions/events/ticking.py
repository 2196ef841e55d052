"""What the tick of events does each minute. A step that fails is logged, and the others go on."""

from collections.abc import Callable

from functions.core.log import error_fields, log
from functions.events import changes, messaging, reminding, serving
from functions.events.store import awaited_answers, guest_list_links, retention

Step = Callable[[int], int]  # gets the time; returns how many it has done

STEPS: dict[str, Step] = {
    "lapsed": serving.end_offers,
    "served": serving.serve_queues,
    "guest_lists": guest_list_links.queue_due,
    "changes": changes.mail_changes,
    "reminders": reminding.send_due,
    "awaited": awaited_answers.queue_due,
    "messages": messaging.send_due,
    "pending": retention.sweep,
    "past": retention.erase_past_rsvps,
}


def run(now: int) -> list[str]:
    """Take all steps; returns the names of those that failed."""
    done: dict[str, int] = {}
    failed: list[str] = []
    for name, step in STEPS.items():
        try:
            done[name] = step(now)
        except Exception as error:  # noqa: BLE001 - one step's edge
            log.error("step failed", extra={"step": name, **error_fields(error)})
            failed.append(name)
    log.info("events ticked", extra=done)
    return failed
