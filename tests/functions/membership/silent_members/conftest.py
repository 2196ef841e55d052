"""What has happened when a test of silent members begins."""

import pytest

from tests.functions.membership import actions
from tests.functions.membership.silent_members.years import day, set_keep


@pytest.fixture
def asa(cloud):
    """Åsa is a member of a network whose ticks run; nobody asks yearly. Her id."""
    set_keep(still_right_months=0)
    member_id = actions.become_member()
    day(cloud)
    return member_id
