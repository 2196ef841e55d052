"""Whom an event invites, and what they answer."""

import pytest

from functions.core.clock import DAY
from functions.core.segments import ACTIVE_DAYS
from functions.events.event_invitation import is_invited
from functions.people.store import members as people
from tests.functions.membership import actions


@pytest.fixture
def asa(cloud):
    actions.become_member(email="asa@example.com", office="malmo", kinds="engineer", language="sv")
    return people.member(actions.member_id("asa@example.com"))


@pytest.mark.parametrize(
    ("facts", "invited"),
    [
        ({}, False),
        ({"invite": {}}, True),
        ({"invite": {"office": ["malmo", "lund"], "kind": ["engineer"]}}, True),
        ({"invite": {"office": ["malmo"], "kind": ["retired"]}}, False),
        ({"invite": {"language": ["en"]}}, False),
        ({"invite": {"active": ["yes"]}}, True),
    ],
)
def test_who_is_invited(cloud, asa, facts, invited):
    assert is_invited(facts, asa, cloud.now) is invited


def test_whoever_was_silent_for_a_year_is_not_among_the_active(cloud, asa):
    later = cloud.now + ACTIVE_DAYS * DAY + 1
    assert not is_invited({"invite": {"active": ["yes"]}}, asa, later)
    assert is_invited({"invite": {"office": ["malmo"]}}, asa, later)
