"""catalogue.json: the facts of all items that the functions need, and the files of the rendered
issues that it points to. Times are UTC and end in Z.

See docs/publishing.md.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from functions.core.handover import SEQUENCE_BEGINS
from functions.core.sign_up_facts import Attend, OpenTo
from microsite.content import history
from microsite.content.company import Settings, Text
from microsite.content.consent_texts import ConsentTexts
from microsite.content.edition import Edition
from microsite.content.fields import INCLUDES
from microsite.content.items import Event, Newsletter
from microsite.letters import invitation_email
from microsite.letters.letter import Letter
from microsite.letters.variants import Variant

SCHEMA = 1


def facts(edition: Edition, revised: Mapping[str, datetime]) -> dict[str, Any]:
    """The catalogue without the issues' variants, which `with_variants` adds once rendered.
    `revised` is when a commit last changed what a calendar shows of events, by their path."""
    items = edition.items
    return {
        "schema": SCHEMA,
        "site": _site(edition),
        "events": {
            item.slug: _event(item, edition.settings) | _revision(item, revised)
            for item in items
            if isinstance(item, Event)
        },
        "issues": {issue.slug: _issue(issue, edition) for issue in edition.mailings},
    }


def with_variants(catalogue: dict[str, Any], rendered: Mapping[str, Any]) -> dict[str, Any]:
    """`rendered` is {slug: {"variants": {name: {"key", "hash", "language", "readers"}},
    "nothing": why there is none, or ""}}."""
    issues = {slug: {**issue, **rendered[slug]} for slug, issue in catalogue["issues"].items()}
    return {**catalogue, "issues": issues}


def dumps(document: Any) -> str:
    """Same content, same bytes, so an unchanged catalogue isn't uploaded again."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _site(edition: Edition) -> dict[str, Any]:
    settings = edition.settings
    return {
        "company": settings.company,
        "url": settings.site_url,
        "time_zone": settings.time_zone,
        "languages": list(settings.languages),
        "offices": [_facts(office) for office in settings.offices],
        "kinds": [_facts(kind) for kind in settings.kinds],
        "topics": [_facts(topic) for topic in settings.topics],
        "contacts": {contact.slug: _facts(contact) for contact in settings.contacts},
        "consents": _consents(edition.content.consents),
        "imprint": settings.imprint.written,
        "colours": dict(settings.colours),
        "joining": settings.joining,
        "passkeys": settings.passkeys,
        "waiting_list": settings.waiting_list,
        "smaller_parties_first": settings.smaller_parties_first,
        "reminder_days": settings.reminder_days,
        "last_reminder_days": settings.last_reminder_days,
        "thanks_days": settings.thanks_days,
        "keep": asdict(settings.keep),
        "team": _facts(settings.team) if settings.team else None,
    }


def _consents(consents: ConsentTexts) -> dict[str, Any]:
    """Purpose → every version of its text, the oldest first: members may have agreed to any."""
    return {
        purpose: [
            {"version": version, "text": {lang: text.words for lang, text in texts.items()}}
            for version, texts in consents.versions(purpose).items()
        ]
        for purpose in consents.purposes
    }


def _facts(entry: Any) -> dict[str, Any]:
    """An entry of the settings, with its texts in all languages."""
    values = ((spec.name, getattr(entry, spec.name)) for spec in fields(entry))
    return {name: v.written if isinstance(v, Text) else v for name, v in values}


def _event(event: Event, settings: Settings) -> dict[str, Any]:
    office = settings.office[event.office[0]]
    facts = {
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
        "file": event.path,
    }
    unusual = {
        "cancelled": event.reason if event.cancelled else "",
        "all_day": event.all_day,
        "announce": event.announce,
        "attend": "" if event.attend == Attend.HERE else str(event.attend),
        "opens_at": utc(event.opens) if event.opens else "",
        "open_to": "" if event.open_to == OpenTo.ANYONE else str(event.open_to),
        "approval": event.approval,
        "questions": [one.facts(settings.languages[0]) for one in event.questions],
    }
    return facts | {name: value for name, value in unusual.items() if value} | _invite(event)


def _invite(event: Event) -> dict[str, Any]:
    return {} if event.invite is None else {"invite": _audience(event.invite)}


def _audience(wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {key: list(value) for key, value in wanted.items()}


def _revision(event: Event, revised: Mapping[str, datetime]) -> dict[str, int]:
    """The SEQUENCE of its calendar entry, if git knows."""
    at = revised.get(history.path_key(event.path))
    return {"revision": (int(at.timestamp()) - SEQUENCE_BEGINS) // 60} if at else {}


def _issue(issue: Newsletter, edition: Edition) -> dict[str, Any]:
    return {
        "subject": invitation_email.subject(issue) if issue.event else issue.subject,
        "url": edition.settings.site_url + issue.url if issue.web else "",
        "send_at": utc(issue.send_at),
        "deadline": utc(issue.deadline) if issue.deadline else None,
        "audience": _audience(issue.audience),
        "frequency": issue.frequency,
        "corrects": issue.corrects or None,
        "pages": page_keys(issue, edition),
        "archived": edition.is_archived(issue),
        "nothing": [],
        "variants": {},
    } | (_invitation(issue.event, edition) if issue.event else {})


def _invitation(event: Event, edition: Edition) -> dict[str, Any]:
    """What differs from a newsletter. An event that takes place after all gets its invitation
    scheduled again, because its entry changes."""
    called_off = {"called_off": True} if event.cancelled else {}
    url = edition.settings.site_url + event.url
    return {"kind": "event_invitation", "url": url, **called_off}


def page_keys(issue: Newsletter, edition: Edition) -> list[str]:
    """The keys of its pages in all languages; none if it is kept off the site."""
    versions = edition.versions(issue) if issue.web else []
    return [f"{version.url.strip('/')}/index.html" for version in versions]


def issue_entry(issue: Newsletter, variants: Sequence[Variant], edition: Edition) -> dict[str, Any]:
    """The issue's "variants" and "nothing"."""
    if all(variant.is_silent for variant in variants):
        return {"variants": {}, "nothing": lacks(issue, edition)}
    entries = {variant.name: _variant(issue, variant) for variant in variants}
    return {"variants": entries, "nothing": []}


def lacks(issue: Newsletter, edition: Edition) -> list[str]:
    """What an issue with only silent variants lacks: "text", and the lists that it includes."""
    letters = [Letter(version, edition) for version in edition.versions(issue)]
    kinds = {include.kind for letter in letters for include in letter.includes}
    return ["text", *(kind for kind in INCLUDES.values() if kind in kinds)]


def _variant(issue: Newsletter, variant: Variant) -> dict[str, Any]:
    silent = variant.is_silent
    return {
        "key": "" if silent else _key(issue, variant),
        "hash": "" if silent else variant_hash(variant),
        "language": variant.language,
        "readers": list(variant.readers),
    }


def variant_files(issue: Newsletter, variants: Iterable[Variant]) -> dict[str, str]:
    """The files that `issue_entry` names: {key: content}."""
    sent = (variant for variant in variants if not variant.is_silent)
    return {_key(issue, variant): variant_document(variant) for variant in sent}


def _key(issue: Newsletter, variant: Variant) -> str:
    """Named by its content, so that publishing never overwrites a file that is being sent."""
    return f"newsletters/{issue.slug}/{variant.name}-{variant_hash(variant)[:12]}.json"


def variant_document(variant: Variant) -> str:
    parts = ("subject", "preheader", "html", "text")
    return dumps({part: getattr(variant, part) for part in parts})


def variant_hash(variant: Variant) -> str:
    return hashlib.sha256(variant_document(variant).encode()).hexdigest()
