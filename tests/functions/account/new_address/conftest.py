"""What has happened when a test of a new address begins."""

import pytest

from functions.core.clock import HOUR
from tests.functions.account.conftest import ASA
from tests.functions.events import actions as events
from tests.functions.events.test_crowd import dynamodb

__all__ = ["dynamodb"]


@pytest.fixture
def own_page(asa, browser, cloud):
    """Åsa's browser, signed in a while ago."""
    browser.sign_in(ASA)
    cloud.pass_(HOUR)
    return browser


@pytest.fixture
def coming(asa):
    """Åsa comes to an event with a guest; the link to change that."""
    events.publish()
    return events.accepted()
