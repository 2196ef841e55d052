"""What the tests of events act with: a published event, people who sign up, links they press."""

from typing import Any
from urllib.parse import urlsplit

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.events import handler
from functions.events.store import events, guest_list_links, rsvps
from tests.functions.sent_emails import deliver, links, newest_link, query_of, token_of  # noqa: F401 - tests act with these too
from tests.functions.support import EVENT, NOW, before_writing, but_limits, request  # noqa: F401 - tests act with these too

SLUG = "autumn-talk"
TICKED = {"food_consent": "2026-11"}
ASA = {
    "name": "Åsa Ek",
    "email": "asa@example.com",
    "guests": "1",
    "dietary": "No nuts, please",
} | TICKED
RSVP = f"/api/events/{SLUG}/rsvp"
CONFIRM, CHANGE = "/api/rsvp/confirm", "/api/rsvp/change"


def publish(**facts: Any) -> None:
    events.upsert(SLUG, EVENT | facts, NOW)


def guest_list_link(**facts: Any) -> str:
    """The event is on the next day; the link in the email about its guest list."""
    facts = {"starts_at": "2026-11-19T16:30:00Z", "ends_at": "2026-11-19T19:00:00Z"} | facts
    publish(**facts)
    guest_list_links.schedule(SLUG, EVENT | facts, NOW)
    deliver()
    guest_list_links.queue_due(NOW)
    return newest_link()


def send_request(method: str, path: str, **sent: Any) -> dict[str, Any]:
    return handler.web(request(method, path, **sent), None)


def sign_up(**changes: str) -> dict[str, Any]:
    return send_request("POST", RSVP, form=ASA | changes)


def open_link(link: str) -> dict[str, Any]:
    return send_request("GET", urlsplit(link).path, query=query_of(link))


def press_button(link: str, **fields: str) -> dict[str, Any]:
    """The page's button: its POST needs no Origin, and a mail programme's browser sends none."""
    query = query_of(link)
    form = {"token": query.pop("token")} | fields
    path, headers = urlsplit(link).path, {"origin": "null"}
    return send_request("POST", path, form=form, query=query, headers=headers)


def accepted(**changes: str) -> str:
    """Somebody who has signed up and confirmed; their link to change."""
    deliver()  # what waits, so that the newest email is theirs
    sign_up(**changes)
    press_button(newest_link())
    return newest_link()


def tick() -> None:
    handler.tick({}, None)


def erase() -> None:
    """Åsa's sign-up is deleted."""
    (known,) = [one for one in rsvps.of_event(SLUG) if one.email == ASA["email"]]
    rsvps.delete(known)


def event() -> dict[str, Any]:
    return table.get(events.event_key(SLUG)) or {}


def rsvp(email: str = ASA["email"]) -> dict[str, Any]:
    return table.get(rsvps.rsvp_key(SLUG, address_hash(email))) or {}
