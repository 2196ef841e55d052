"""A member with what a page of one's own shows: sign-ups, consents, a history and sessions."""

from typing import Any

from infra.dev.bench.support import endpoint

SHELL_PATH = "private/shell/en.html"
LISTS = "<li><a href='/events/'>What is in the site's header and footer</a></li>" * 150
SHELL = f"<html lang='en'><title><!--title--></title>{LISTS}<!--content--></html>".encode()
MEMBER, HASH, SECRET = "0a" * 16, "0b" * 16, "s" * 43
COOKIE = f"__Host-alumni=m{MEMBER}.{SECRET}"
NOW, FAR = 1_795_000_000, 4_000_000_000
PERSON = {"name": "Åsa Ek", "email": "asa.ek@example.com", "language": "en"}
EVENTS, CONSENTS, CHANGES, SESSIONS = 8, 3, 3, 3


def stored() -> list[dict[str, Any]]:
    """All items about the member, as the functions write them."""
    from functions.core.aws.table import to_item

    return [
        to_item(item) for item in (_member(), *_signups(), *_consents(), *_changes(), *_sessions())
    ]


def _member() -> dict[str, Any]:
    details = {"office": "malmo", "from_year": 1998, "to_year": 2014, "interests": ["energy"]}
    state = {"newsletter": True, "revision": 4, "joined_at": NOW, "address_hash": HASH}
    kinds = {"kinds": ["engineer"]}
    return {"pk": f"MEMBERS#{MEMBER[0]}", "sk": MEMBER} | PERSON | details | kinds | state


def _signups() -> list[dict[str, Any]]:
    """For half of the events that there are."""
    from infra.dev.bench.cold_start import EVENT

    seats = {"capacity": 40, "free": 30, "waiting": 0, "sequence": 1}
    due = {"due_kind": "ANSWERS", "due_at": FAR}
    facts = EVENT | {"url": f"{endpoint.SITE_URL}/events/talk/", "place": "Hall", "address": ""}
    events = [
        {"pk": f"EVENT#talk-{number}", "sk": "EVENT", "facts": facts} | seats | due
        for number in range(EVENTS)
    ]
    rsvp = {"status": "accepted", "party": 1, "dietary": "", "revision": 2, "created_at": NOW}
    return events + [
        {"pk": event["pk"], "sk": f"RSVP#{HASH}", "sequence": 1} | PERSON | rsvp
        for event in events[::2]
    ]


def _consents() -> list[dict[str, Any]]:
    given = {"text_id": "membership", "version": "2026-11", "how": "join form", "language": "en"}
    what = ("membership given", "newsletter given", "newsletter withdrawn")
    return [
        {"pk": f"MEMBER#{MEMBER}", "sk": f"CONSENT#{NOW + number}000#{what[number]}"}
        | {"what": what[number], "at": NOW + number}
        | given
        for number in range(CONSENTS)
    ]


def _changes() -> list[dict[str, Any]]:
    change = {"by": "the member", "before": {"name": "Åsa"}, "after": {"name": "Åsa Ek"}}
    return [
        {"pk": f"MEMBER#{MEMBER}", "sk": f"CORRECTION#{NOW + number}"} | change
        for number in range(CHANGES)
    ]


def _sessions() -> list[dict[str, Any]]:
    from functions.account import rules

    ids = [rules.session_id(SECRET), *(f"{number:032x}" for number in range(SESSIONS - 1))]
    session = {"device": "Firefox, Windows", "created_at": NOW, "seen_at": FAR}
    return [
        {"pk": f"SESSIONS#m{MEMBER}", "sk": name, "expires_at": FAR, "draft": {}} | session
        for name in ids
    ]
