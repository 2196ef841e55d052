"""What has happened when a test of rsvp begins."""

import pytest

from tests.functions.events import scene


@pytest.fixture
def published(cloud):
    scene.publish()
    return cloud


@pytest.fixture
def asked(published):
    """Åsa has signed up with one guest; the link to confirm."""
    scene.sign_up()
    return scene.newest_link()


@pytest.fixture
def comes(published):
    """Åsa comes with one guest; the link to change."""
    return scene.accepted()
