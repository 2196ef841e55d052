"""Brings seats, times and issues in the table up to date with the published catalogue.

See docs/publishing.md.
"""

from typing import Any

from functions.catalogue import rules, store
from functions.catalogue.rules import Plan
from functions.core import clock
from functions.core.log import log
from functions.events.store import events, guest_list_links, reminders
from functions.newsletter.store import issues


def apply(_event: dict[str, Any], _context: Any) -> None:
    """Apply the current file; do nothing if it is applied already. The event is not used.

    Raises:
        ValueError: the file is broken; nothing is changed, and the alarm on errors goes off.
    """
    etag = store.published_etag()
    if etag is None:
        log.warning("no catalogue can be read")
        return
    if etag == store.applied()[1]:
        return
    claim = store.claim(clock.now())
    if claim is None:
        log.info("another run is at work; the next tick tries again")
        return
    try:
        _apply(claim)
    finally:
        store.release(claim)


def _apply(claim: str) -> None:
    etag, body = store.published()
    catalogue = rules.read(body)
    sequence, _etag = store.applied()
    sequences = {"published": catalogue.sequence, "applied": sequence}
    if catalogue.sequence <= sequence:
        log.warning("not newer than what is applied", extra=sequences)
        return
    plan = rules.plan(catalogue, store.known())
    store.remember(claim, plan.between)
    _update(plan, catalogue.site, clock.now())
    store.finish(claim, catalogue, etag, plan.after)
    log.info("catalogue applied", extra=sequences)


def _update(plan: Plan, site: dict[str, Any], now: int) -> None:
    """Each step may be repeated, so the next run finishes one that died."""
    for slug, facts in plan.events.items():
        events.upsert(slug, facts, now)
        guest_list_links.schedule(slug, facts, now)
        reminders.schedule(slug, facts, site, now)
    for slug in plan.gone_events:
        events.withdraw(slug)
        guest_list_links.unschedule(slug)
        reminders.unschedule(slug)
    for slug, facts in plan.issues.items():
        if not issues.schedule(slug, facts, now):
            log.warning("issue is under way and stays as it was", extra={"issue": slug})
    for slug in plan.events.keys() - plan.issues.keys():
        issues.follow_event(slug)
    for slug in plan.gone_issues:
        if not issues.unschedule(slug):
            log.warning("issue is under way and is not taken back", extra={"issue": slug})
