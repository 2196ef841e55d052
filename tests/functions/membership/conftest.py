"""What has happened when a test of membership begins."""

import pytest

from tests.functions.membership import scene


@pytest.fixture
def asked(cloud):
    """Åsa has sent the form; the link to confirm."""
    scene.join()
    return scene.newest_link()


@pytest.fixture
def asa(cloud):
    """Åsa is a member; her id."""
    return scene.become_member()
