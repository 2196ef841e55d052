"""What the tests of invitations act with: somebody leaves and is invited, and opens the links."""

from dataclasses import replace
from typing import Any

from functions.core import site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.invitations import store
from functions.invitations.rules import Agreed, Invitation, Leaver, Outcome
from tests.functions.support import NOW

EMAIL = "asa@example.com"
AGREED = Agreed("2026-11-12", "exit talk")
ASA = Leaver(
    name="Åsa Ek",
    email=EMAIL,
    office="malmo",
    role="Bridge engineer",
    first_day="1998-08-01",
    last_day="2026-11-30",
    interests=("energy",),
    returns_from="2028",
    language="en",
    contact="anna",
    agreed=AGREED,
)


def invite(*also: Any, now: int = NOW, source: str = "", **changes: Any) -> Outcome:
    return store.invite(replace(ASA, **changes), now, *also, source=source)


def set_keep(**keep: int) -> None:
    """Publish settings of `keep`."""
    published = table.get(site.KEY)
    assert published
    table.write(table.put(published | {"site": published["site"] | {"keep": keep}}))
    site.forget()


def remind(language: str) -> None:
    """Bo is invited and, as the company wants it, reminded at once."""
    set_keep(invitation_reminder_days=1)
    agreed = Agreed("2026-11-12", "HR")  # what the team typed stays as it is, in any language
    invite(now=NOW - DAY, email="bo@example.com", name="Bo", language=language, agreed=agreed)


def invitation(email: str = EMAIL) -> Invitation | None:
    return store.get(address_hash(email))
