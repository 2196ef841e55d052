"""A request of somebody who is signed in at the desk."""

from dataclasses import dataclass
from typing import Any

from functions.account.rules import Session
from functions.core.translations import N_
from functions.core.web import requests
from functions.core.web.forms import Form, first
from functions.core.web.requests import Event
from functions.team.rules import Step, TeamMember, next_step, second_factor_of

CHANGED = N_("Somebody changed this at the same moment. Please look again.")


@dataclass(frozen=True)
class Request:
    actor: TeamMember
    session: Session
    event: Event
    form: Form  # empty for GET
    now: int
    site: dict[str, Any]  # the catalogue's, in the language of `actor`

    @property
    def second_step(self) -> Step:
        """What the session lacks before it opens the desk."""
        return next_step(second_factor_of(self.site), self.actor, self.session.passkey)

    def query(self, name: str) -> str:
        return requests.query(self.event, name)

    def field(self, name: str) -> str:
        """The first value of the form's field, empty if there is none."""
        return first(self.form, name)
