"""Members by state: counted in the background, by office, and taken over after a death."""

from collections import Counter

import pytest

from functions.core.addresses import address_hash
from functions.core.clock import DAY, MINUTE
from functions.core.keep import MONTH
from functions.core.mail import suppression
from functions.figures import member_states, store
from functions.figures.rules import MemberState, member_state
from functions.membership import handler as membership
from functions.people.store import signs_of_life, subscriptions
from functions.work import handler as work
from tests.functions.newsletter import issue_runs
from tests.functions.sent_emails import Context


def tick():
    membership.tick({"tick": True}, Context())
    work.advance({"tick": True}, Context())


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, MemberState.READER),
        ({"newsletter": False}, MemberState.OTHER),
        ({"is_active": False}, MemberState.SILENT),
        ({"is_active": False, "newsletter": False}, MemberState.SILENT),
        ({"is_active": False, "is_stopped": True}, MemberState.UNREACHABLE),
        ({"is_stopped": True}, MemberState.UNREACHABLE),
    ],
)
def test_a_member_is_in_one_state(facts, state):
    facts = {"newsletter": True, "is_stopped": False, "is_active": True} | facts
    assert member_state(**facts) is state


@pytest.fixture
def members(cloud):
    """Six in Malmö, one for each state and two readers more; two readers in Stockholm."""
    silent = issue_runs.join(1)
    cloud.pass_(13 * MONTH)
    ids = [*silent, *issue_runs.join(4), *issue_runs.join(2, office="stockholm")]
    subscriptions.stop_newsletter(ids[1], "link", cloud.now)
    suppression.stop(address_hash("reader.2@example.com"), suppression.BOUNCE, cloud.now)
    return ids


def counts():
    return {office: dict(states) for office, states in store.member_states().counts.items()}


EXPECTED = {
    "malmo": {"silent": 1, "other": 1, "unreachable": 1, "reader": 2},
    "stockholm": {"reader": 2},
}


def test_they_are_counted_once_a_day(members, cloud):
    tick()
    assert counts() == EXPECTED
    assert store.member_states().at == cloud.now
    signs_of_life.sign_of_life(members[0], cloud.now)
    cloud.pass_(DAY - 1)
    tick()
    assert counts() == EXPECTED
    cloud.pass_(1)
    tick()
    assert counts()["malmo"] == {"other": 1, "unreachable": 1, "reader": 3}


def test_a_count_goes_on_where_it_ended(members, cloud, monkeypatch):
    monkeypatch.setattr(member_states, "PAGE", 1)
    store.ask("somebody", cloud.now)
    for _ in range(60):
        left = iter([True] * 2)  # the work is begun, and one step done
        work.advance({"tick": True}, OneStep(left))
    assert counts() == EXPECTED
    assert sum(Counter(EXPECTED["malmo"]).values()) == 5


class OneStep(Context):
    def __init__(self, left):
        super().__init__()
        self.left = left

    def get_remaining_time_in_millis(self):
        return 50_000 if next(self.left, False) else 0


def test_two_who_ask_at_once_have_them_counted_once(cloud):
    assert store.ask("somebody", cloud.now)
    assert not store.ask("somebody else", cloud.now)
    cloud.pass_(MINUTE)
    assert store.ask("somebody else", cloud.now)


def test_a_count_that_was_given_up_can_be_asked_for_again(cloud):
    store.ask("somebody", cloud.now)
    assert store.member_states().is_counting(cloud.now)
    cloud.pass_(11 * MINUTE)
    assert not store.member_states().is_counting(cloud.now)
