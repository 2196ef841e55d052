"""catalogue.json: the facts of all items that the functions need. Its shape stands in
ARCHITECTURE.md; times are UTC and end in Z."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from microsite.content.company import Settings
from microsite.content.items import Event, Item, Newsletter

SCHEMA = 1


def of(items: Iterable[Item], settings: Settings) -> dict[str, Any]:
    """Without the issues' variants, which `with_variants` adds once they are rendered."""
    return {
        "schema": SCHEMA,
        "site": _site(settings),
        "events": {i.slug: _event(i, settings) for i in items if isinstance(i, Event)},
        "issues": {i.slug: _issue(i, settings) for i in items if isinstance(i, Newsletter)},
    }


def with_variants(catalogue: dict[str, Any], rendered: Mapping[str, Any]) -> dict[str, Any]:
    """`rendered` is {slug: {"variants": {name: {"key", "hash", "language", "readers"}},
    "nothing": why there is none, or ""}}."""
    issues = {slug: {**issue, **rendered[slug]} for slug, issue in catalogue["issues"].items()}
    return {**catalogue, "issues": issues}


def dumps(document: Any) -> str:
    """Same content, same bytes: an unchanged catalogue is not uploaded again."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _site(settings: Settings) -> dict[str, Any]:
    return {
        "company": settings.company,
        "url": settings.site_url,
        "time_zone": settings.time_zone,
        "languages": list(settings.languages),
        "offices": [asdict(office) for office in settings.offices],
        "kinds": [asdict(kind) for kind in settings.kinds],
        "topics": [asdict(topic) for topic in settings.topics],
        "contacts": {contact.slug: asdict(contact) for contact in settings.contacts},
        "consent": asdict(settings.consent),
        "imprint": settings.imprint,
        "colours": dict(settings.colours),
        "team": asdict(settings.team) if settings.team else None,
    }


def _event(event: Event, settings: Settings) -> dict[str, Any]:
    office = settings.office[event.office[0]]
    return {
        "title": event.title,
        "url": settings.site_url + event.url,
        "starts_at": utc(event.start),
        "ends_at": utc(event.end),
        "closes_at": utc(event.closes),
        "time_zone": event.time_zone,
        "place": event.place,
        "address": event.address or office.address,
        "office": office.slug,
        "seats": event.seats,
        "max_guests": event.max_guests,
        "contact": event.contact or office.contact,
    }


def _issue(issue: Newsletter, settings: Settings) -> dict[str, Any]:
    return {
        "subject": issue.subject,
        "url": settings.site_url + issue.url,
        "send_at": utc(issue.send_at),
        "deadline": utc(issue.deadline) if issue.deadline else None,
        "audience": {key: list(value) for key, value in issue.audience.items()},
        "frequency": issue.frequency,
        "corrects": issue.corrects or None,
        "nothing": "",
        "variants": {},
    }
