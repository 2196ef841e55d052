"""A request of somebody who is signed in at the desk, and may do what it asks for."""

from dataclasses import dataclass
from typing import Any

from functions.account.rules import Session
from functions.core.web import requests
from functions.core.web.forms import Form, first
from functions.core.web.requests import Event
from functions.team.rules import TeamMember


@dataclass(frozen=True)
class Request:
    actor: TeamMember
    session: Session
    event: Event
    form: Form  # empty for GET
    now: int
    site: dict[str, Any]  # the catalogue's, in the language of `actor`

    def query(self, name: str) -> str:
        return requests.query(self.event, name)

    def field(self, name: str) -> str:
        """The first value of the form's field, empty if there is none."""
        return first(self.form, name)
