"""What rsvp's tests act with: a published event, people who sign up, links that are pressed."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.events import handler, store
from tests.functions import mailbox
from tests.functions.stage import EVENT, NOW, dump, request

SLUG = "autumn-talk"
ASA = {"name": "Åsa Ek", "email": "asa@example.com", "guests": "1", "dietary": "No nuts, please"}
RSVP = f"/api/events/{SLUG}/rsvp"
CONFIRM, CHANGE = "/api/rsvp/confirm", "/api/rsvp/change"


def publish(**facts: Any) -> None:
    store.upsert_event(SLUG, EVENT | facts, NOW)


def ask(method: str, path: str, **sent: Any) -> dict[str, Any]:
    return handler.web(request(method, path, **sent), None)


def sign_up(**changes: str) -> dict[str, Any]:
    return ask("POST", RSVP, form=ASA | changes)


def newest_link() -> str:
    """The path and query of the link in the mail that came last."""
    return links(mailbox.text(mailbox.deliver()[-1]))[0]


def links(text: str) -> list[str]:
    return re.findall(r"https://alumni\.example\.com(/api/\S+)", text)


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


def look(link: str) -> dict[str, Any]:
    return ask("GET", urlsplit(link).path, query={"token": token_of(link)})


def press(link: str, **fields: str) -> dict[str, Any]:
    """The page's button: its POST needs no Origin, and a mail programme's browser sends none."""
    form = {"token": token_of(link)} | fields
    return ask("POST", urlsplit(link).path, form=form, headers={"origin": "null"})


def accepted(**changes: str) -> str:
    """Somebody who has signed up and confirmed; their link to change."""
    sign_up(**changes)
    press(newest_link())
    return newest_link()


def event() -> dict[str, Any]:
    return table.get(store.event_key(SLUG)) or {}


def rsvp(email: str = ASA["email"]) -> dict[str, Any]:
    return table.get(store.rsvp_key(SLUG, address_hash(email))) or {}


def before_writing(monkeypatch: Any, do: Callable[[], Any], operation: str = "transact") -> None:
    """Have `do` happen once, between a handler's reading and its next write."""
    write = getattr(table, operation)
    waiting = [do]

    def overtaken(*writes: Any) -> None:
        if waiting:
            waiting.pop()()
        write(*writes)

    monkeypatch.setattr(table, operation, overtaken)


def but_limits() -> list[dict[str, Any]]:
    """Everything in the table but what counts POSTs."""
    return [item for item in dump() if item["sk"] != "LIMIT"]
