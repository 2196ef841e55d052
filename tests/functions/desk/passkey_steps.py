"""What a browser does with a passkey at the desk."""

import json
from typing import Any

from functions.core import site
from functions.core.aws import table
from functions.team.rules import TeamMember
from functions.team.store import team
from tests.functions.desk.authenticator import Authenticator
from tests.functions.desk.browser import Desk
from tests.functions.support import SITE

CONFIRM, SET_UP, OWN = "Confirm with your passkey", "Set up a passkey", "/desk/passkeys/"


def set_setting(passkeys: str) -> None:
    known = SITE | {"passkeys": passkeys}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


def options(browser: Desk, kind: str) -> dict[str, Any]:
    answer = browser.post(f"{OWN}{kind}/options")
    assert answer["headers"]["Content-Type"] == "application/json"
    wanted: dict[str, Any] = json.loads(answer["body"])
    return wanted


def set_up(browser: Desk, device: Authenticator, name: str = "Laptop") -> dict[str, Any]:
    answer = device.create(options(browser, "new"))
    return browser.post(f"{OWN}new", credential=answer, name=name)


def confirm(browser: Desk, device: Authenticator) -> dict[str, Any]:
    return browser.post(f"{OWN}confirm", credential=device.get(options(browser, "confirm")))


def is_open(browser: Desk) -> bool:
    return "desk-places" in (body := browser.get("/desk/")["body"]) and "<h1>Hello" in body


def again(browser: Desk) -> Desk:
    """The same team member in another browser, signed in by the link only."""
    other = Desk()
    other.actor = browser.actor
    other.sign_in(browser.actor.email)
    return other


def current(browser: Desk) -> TeamMember:
    member = team.team_member(browser.actor.id)
    assert member
    return member
