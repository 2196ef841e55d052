"""What has happened when a test of rsvp begins."""

import pytest

from tests.functions.events import actions


@pytest.fixture
def published(cloud):
    actions.publish()
    return cloud


@pytest.fixture
def confirm_link(published):
    """Åsa has signed up with one guest; the link to confirm."""
    actions.sign_up()
    return actions.newest_link()


@pytest.fixture
def change_link(published):
    """Åsa comes with one guest; the link to change."""
    return actions.accepted()


@pytest.fixture
def dinner(cloud):
    """A dinner for two; it is noon, when offers are sent."""
    actions.publish(seats=2)
    return cloud
