"""What the tests of the door act with: phones that open it, and what they tap."""

import json
from typing import Any

from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.tokens import Purpose
from functions.door import handler
from functions.door.rules import opening
from functions.events.store import guest_list_links, rsvps
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.events import actions as events
from tests.functions.events.actions import SLUG
from tests.functions.support import SITE_URL, request

HOST = "anna@fjardholm.test"
HOME = opening.home(SLUG)
ASA, BO = events.ASA["email"], "bo@example.com"


class Phone(Browser):
    """A browser at the door; its taps are numbered, so that each has an id of its own."""

    handler = handler

    def __init__(self, number: int = 1) -> None:
        super().__init__()
        self.phone = f"{number:016x}"
        self.count = number * 1000

    def tap(self, code: str, kind: str = "came", **facts: Any) -> dict[str, Any]:
        self.count += 1
        pressed = {"id": f"{self.count:024x}", "code": code, "kind": kind, "phone": self.phone}
        return pressed | {"at": 1, "people": 1, "of": [], "knows": []} | facts

    def send(self, *taps: dict[str, Any], since: int = 0, origin: str = SITE_URL) -> dict[str, Any]:
        return self.send_raw(json.dumps({"taps": taps, "since": since}), origin=origin)

    def send_raw(self, body: str, origin: str = SITE_URL) -> dict[str, Any]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"cookie": cookies, "origin": origin, "content-type": "application/json"}
        event = request("POST", f"{HOME}taps", body=body, headers=headers)
        answer: dict[str, Any] = handler.web(event, None)
        return answer

    def list(self) -> dict[str, Any]:
        answer = self.open(f"{HOME}list")
        assert answer["statusCode"] == 200, answer
        content: dict[str, Any] = json.loads(answer["body"])
        return content


def door_link(email: str = HOST, slug: str = SLUG) -> str:
    token = tokens.make(Purpose.DOOR, slug, address_hash(email))
    return f"/door/open?token={token}&language=en"


def mail_the_door() -> str:
    """It is the morning of the event that is scheduled; the link in the email to its host."""
    key, now = (f"EVENT#{SLUG}", "DOOR_LINK"), clock.now()
    table.write(table.update(key, "SET #due_at = :now", {":now": now}, condition=table.EXISTS))
    guest_list_links.queue_due(now)
    return sent_emails.newest_link_to("/door/open")


def open_door(number: int = 1) -> Phone:
    phone = Phone(number)
    answer = phone.press_button(door_link())
    assert answer["statusCode"] == 303, answer
    return phone


def code_of(email: str = ASA) -> str:
    rsvp = rsvps.get(SLUG, address_hash(email))
    assert rsvp
    return rsvp.ticket


def two_guests() -> None:
    """Åsa comes with a guest, Bo alone."""
    events.accepted()
    events.accepted(email=BO, name="Bo Ek", guests="0", dietary="")
    sent_emails.deliver()
