"""Walks through all pages of the desk, so that a test can read them in each language.

A new page gets a line here, or a walk of its own in WALKS.
"""

from collections.abc import Callable
from typing import Any

from functions.team.rules import Role
from tests.functions.desk.browser import Desk

SignIn = Callable[..., Desk]


def through_the_team(desk: SignIn, moment: Any) -> None:
    owner, other = desk(Role.OWNER), desk(Role.EDITOR, ("malmo",))
    for path in ("", "team/", "team/new/", f"team/{other.actor.id}/", "log/"):
        owner.get(f"/desk/{path}")
    owner.get(f"/desk/team/{other.actor.id}/remove/")
    owner.post("/desk/team/new/", name="", email="x", role="")
    owner.post(f"/desk/team/{owner.actor.id}/remove/")
    owner.get("/desk/log/?month=2025-01")
    owner.get("/desk/log/?by=nobody")
    other.get("/desk/team/")
    for step in ("saved", "added", "removed"):
        owner.get(f"/desk/team/?step={step}")


def through_the_sign_in(desk: SignIn, moment: Any) -> None:
    browser = desk()
    language = browser.actor.language
    browser.cookies.clear()
    for step in ("", "sent", "signed-out"):
        browser.open(f"/desk/?step={step}&language={language}")
    browser.ask("no address", page_language=language)


WALKS = (through_the_sign_in, through_the_team)
