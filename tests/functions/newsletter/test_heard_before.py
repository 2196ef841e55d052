"""What somebody invited has heard of an event stays known, whatever becomes of the batch that the
invitation came in; and what nobody confirmed is no answer."""

from typing import Any

import pytest

from functions.core import clock
from functions.core.clock import DAY, HOUR, MINUTE
from functions.events import changes
from functions.events.store import declines, events, invited_facts
from functions.newsletter import planner
from functions.newsletter.rules.ledger import State
from functions.newsletter.rules.report import doubtful, released
from functions.newsletter.store import batches, claims, issues
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.test_event_invitations import SLUG, publish, send_out

LATER = {"starts_at": "2026-12-04T16:30:00Z", "ends_at": "2026-12-04T19:00:00Z"}
FOR_A_MOMENT = "TRANSIENT_FAILURE"


def whom_it_reached(subject: str = "what has changed") -> list[str]:
    """Whom such emails have reached so far."""
    sent_emails.deliver()
    return [mail["To"] for mail in sent_emails.sent() if subject in mail["Subject"]]


def minute(cloud: Any) -> None:
    cloud.pass_(MINUTE)
    actions.tick()


def test_whoever_heard_of_a_change_before_their_batch_was_halved_hears_once(
    cloud: Any, fake_ses: FakeSes
) -> None:
    issue_runs.join(4)
    publish()
    issue_runs.tick()
    fake_ses.plans.append(fake_ses.results(*[FOR_A_MOMENT] * 3, "SUCCESS"))
    issue_runs.deliver()
    actions.publish(**LATER)
    minute(cloud)
    first = whom_it_reached()
    assert len(first) == 1
    for left in (3, 1):
        fake_ses.plans.append(fake_ses.error(400, "BadRequestException"))
        cloud.pass_(5 * MINUTE)
        issue_runs.tick()
        issue_runs.deliver_some(left)
        minute(cloud)
    assert batches.get(SLUG, 1) is not None
    assert whom_it_reached().count(first[0]) == 1


def test_whoever_gets_the_invitation_again_hears_again_of_what_has_changed(
    cloud: Any, fake_ses: FakeSes
) -> None:
    issue_runs.join(1)
    publish()
    issue_runs.tick()
    fake_ses.plans.append(fake_ses.error(500, "InternalFailure"))
    issue_runs.deliver()
    issue_runs.tick()
    actions.publish(**LATER)
    minute(cloud)
    assert len(whom_it_reached()) == 1
    cloud.pass_(2 * DAY)
    actions.tick()
    issue, batch = issues.get(SLUG), batches.get(SLUG, 0)
    assert issue
    assert batch
    positions = doubtful(batch, clock.now())
    after = released(batch, positions, State.PLANNED)
    known = invited_facts.invited_again(issue, batch, positions, clock.now())
    assert claims.release(issue, batch, after, clock.now(), *known)
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    assert len(fake_ses.accepted) == 1
    minute(cloud)
    minute(cloud)
    assert len(whom_it_reached()) == 2


def test_an_email_waits_until_it_is_known_whether_its_reader_has_answered(
    cloud: Any, fake_ses: FakeSes, monkeypatch: Any
) -> None:
    issue_runs.join(1)
    publish()
    send_out()
    actions.publish(cancelled="Storm")
    actions.tick()
    with monkeypatch.context() as throttled:
        throttled.setattr(declines, "by_members", lambda *_: None)
        assert whom_it_reached("Cancelled") == []
    cloud.pass_(HOUR)
    actions.tick()
    assert len(whom_it_reached("Cancelled")) == 1


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_sign_up_that_nobody_confirmed_keeps_no_invitation_back(
    cloud: Any, fake_ses: FakeSes, *, is_confirmed: bool
) -> None:
    """Anybody can type somebody's address into the form."""
    (member,) = issue_runs.join(1)
    publish()
    actions.sign_up(email=issue_runs.address_of(member))
    if is_confirmed:
        actions.press_button(actions.newest_link())
    send_out()
    assert len(fake_ses.accepted) == (0 if is_confirmed else 1)


def test_whoever_signed_up_and_did_not_confirm_hears_of_changes_as_one_invited(
    cloud: Any, fake_ses: FakeSes
) -> None:
    (member,) = issue_runs.join(1)
    publish()
    send_out()
    actions.sign_up(email=issue_runs.address_of(member))
    actions.publish(cancelled="Storm")
    actions.tick()
    assert whom_it_reached("Cancelled") == [issue_runs.address_of(member)]


def test_guests_of_one_event_do_not_wait_for_the_many_invited_to_another(
    cloud: Any, fake_ses: FakeSes, monkeypatch: Any
) -> None:
    monkeypatch.setattr(planner, "batch_size", lambda *_: 1)
    monkeypatch.setattr(changes, "BATCHES", 1)
    monkeypatch.setattr(changes, "AT_ONCE", 3)
    issue_runs.join(30)
    publish()
    send_out()
    events.upsert("boat-trip", actions.EVENT, clock.now())
    actions.send_request("POST", "/api/events/boat-trip/rsvp", form=actions.ASA)
    actions.press_button(actions.newest_link())
    actions.publish(**LATER)
    actions.tick()
    cloud.pass_(MINUTE)
    events.upsert("boat-trip", actions.EVENT | {"place": "Quay 5"}, clock.now())
    minute(cloud)
    minute(cloud)
    assert "asa@example.com" in whom_it_reached()
