"""Team members who are signed in at the desk."""

from collections.abc import Callable
from itertools import count

import pytest

from functions.core import clock
from functions.team.rules import Details, Role, TeamMember
from functions.team.store import team
from tests.functions.desk.browser import Desk

BY = "arn:aws:iam::123456789012:user/ops"


def new_team_member(
    role: Role = Role.COORDINATOR,
    offices: tuple[str, ...] = (),
    *,
    number: int = 1,
    language: str = "en",
) -> TeamMember:
    email = f"{role}-{number}@fjardholm.test"
    wanted = Details(
        name=f"Berit {number}", email=email, language=language, role=role, offices=offices
    )
    member = team.add(wanted, BY, clock.now())
    assert member
    return member


@pytest.fixture
def desk(cloud) -> Callable[..., Desk]:
    """Signs a new team member in; returns their browser, which knows who they are (`actor`)."""
    numbers = count(1)

    def signed_in(
        role: Role = Role.COORDINATOR, offices: tuple[str, ...] = (), *, language: str = "en"
    ) -> Desk:
        browser = Desk()
        browser.actor = new_team_member(role, offices, number=next(numbers), language=language)
        cloud.pass_(1)  # an address that signs in has belonged to the team for a while
        browser.sign_in(browser.actor.email)
        return browser

    return signed_in
