"""What has happened when a test of digests begins."""

import pytest

from tests.functions.membership import actions


@pytest.fixture
def asa(cloud):
    """Åsa is a member; her id."""
    return actions.become_member()
