"""Events and newsletters as lists show them, on their own pages and on Today: apart, because Today
needs nothing else of them."""

from typing import Any

from functions.core import dates
from functions.core.translations import translations
from functions.desk.request import Request
from functions.events import event_time
from functions.events.rules import Event
from functions.newsletter import words
from functions.newsletter.rules.ledger import Issue, State


def is_seen(request: Request, event: Event) -> bool:
    return request.actor.sees(event.facts["office"])


def event_row(event: Event, request: Request) -> dict[str, Any]:
    offices = {office["slug"]: office["name"] for office in request.site["offices"]}
    return {
        "slug": event.slug,
        "title": event.facts["title"],
        "when": dates.capitalised(event_time.when(event, request.site, request.site["language"])),
        "office": offices.get(event.facts["office"], event.facts["office"]),
        "capacity": event.capacity,
        "taken": event.capacity - event.free,
        "left": max(event.free, 0),
        "waiting": event.waiting,
        "is_off": bool(event.cancelled),
        "is_withdrawn": event.withdrawn,
    }


def newsletter_row(issue: Issue, request: Request) -> dict[str, Any]:
    words_of = translations(request.site["language"])

    def at(seconds: int) -> str:
        return dates.short_moment(dates.local(seconds, request.site["time_zone"]), words_of)

    return {
        "slug": issue.slug,
        "subject": issue.subject,
        "kind": words.ISSUE_KINDS[issue.kind],
        "is_invitation": issue.is_invitation,
        "url": issue.url,
        "state": words.ISSUE_STATES[issue.state],
        "send_at": at(issue.send_at),
        "deadline": at(issue.deadline) if issue.deadline else "",
        "is_planned": bool(issue.batches or issue.planned),
        "recipients": issue.planned,
        "sent": issue.counts.get(State.SENT) if issue.counts else None,
    }
