"""What has happened when a test of the account begins."""

import pytest

from tests.functions.account.browser import Browser
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership

ASA, BO = "asa@example.com", "bo@example.com"


@pytest.fixture
def asa(cloud) -> str:
    """Åsa is a member; her id."""
    return membership.become_member()


@pytest.fixture
def bo(cloud) -> str:
    """Bo has signed up for an event and never joined; his address."""
    events.publish()
    events.accepted(name="Bo Ek", email=BO)
    return BO


@pytest.fixture
def browser(cloud) -> Browser:
    return Browser()
