"""A declined invitation is noted only while the event's sign-ups are kept: later, nothing would
delete it, and the link works for longer."""

import pytest

from functions.core import tokens
from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.core.tokens import Purpose
from functions.events.store import declines, retention
from tests.functions.events import actions
from tests.functions.membership import actions as membership
from tests.functions.support import SITE_URL, before_writing


@pytest.fixture
def asa(cloud):
    actions.publish()
    return membership.become_member(email="asa@example.com", office="malmo")


def decline(member_id):
    token = tokens.make(Purpose.EVENT_INVITATION, actions.SLUG, member_id)
    link = f"{SITE_URL}/api/events/invitation?answer=no&token={token}"
    return actions.press_button(link, action="decline")


def has_declined(member_id):
    return table.get(declines.declined_key(actions.SLUG, member_id)) is not None


def erase_sign_ups(cloud):
    cloud.now = actions.event()["due_at"]
    retention.erase_past_rsvps(cloud.now)
    assert "due_kind" not in actions.event()


def test_a_decline_after_the_event_is_erased_leaves_nothing_behind(asa, cloud):
    erase_sign_ups(cloud)
    answer = decline(asa)
    assert answer["statusCode"] == 409
    assert "is closed" in answer["body"]
    assert not has_declined(asa)


@pytest.mark.parametrize("facts", [{"cancelled": "Storm"}, {"closes_at": "2026-11-01T09:00:00Z"}])
def test_the_button_answers_as_its_page_once_nobody_is_asked_any_more(asa, facts):
    actions.publish(**facts)
    assert decline(asa)["statusCode"] == 409
    assert not has_declined(asa)


def test_an_event_erased_between_the_page_and_the_write_takes_no_decline(asa, cloud, monkeypatch):
    before_writing(monkeypatch, lambda: erase_sign_ups_then_go_back(cloud))
    assert decline(asa)["statusCode"] == 409
    assert not has_declined(asa)


def erase_sign_ups_then_go_back(cloud):
    now = cloud.now
    erase_sign_ups(cloud)
    cloud.now = now


def test_nothing_is_noted_that_the_erasing_under_way_may_miss(asa, cloud):
    cloud.now = actions.event()["due_at"]
    with pytest.raises(RefusedError):
        declines.decline(actions.SLUG, asa, cloud.now)
    declines.decline(actions.SLUG, asa, cloud.now - 1)
    assert has_declined(asa)
