"""What has happened when a test of membership begins."""

import pytest

from tests.functions.membership import actions


@pytest.fixture
def confirm_link(cloud):
    """Åsa has sent the form; the link to confirm."""
    actions.join()
    return actions.newest_link()


@pytest.fixture
def asa(cloud):
    """Åsa is a member; her id."""
    return actions.become_member()
