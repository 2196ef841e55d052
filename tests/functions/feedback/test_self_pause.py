"""An issue that too many bounces or complaints answer pauses itself, and says so once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.feedback import handler
from functions.newsletter.rules import pauses
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause
from functions.newsletter.rules.pauses import Limits, over_limit
from functions.newsletter.store import issues
from tests.functions.feedback.test_feedback_handler import event, settle
from tests.functions.newsletter import issue_runs

LIMITS = Limits(bounces=50, complaints=1)
ISSUE = Issue("autumn", IssueState.SENDING, "News", 0, None, ())


@pytest.mark.parametrize(
    ("accepted", "bounces", "complaints", "why"),
    [
        (1000, 50, 0, None),
        (1000, 51, 0, Pause(Cause.BOUNCES, count=51, of=1000)),
        (100, 9, 0, None),
        (100, 10, 0, Pause(Cause.BOUNCES, count=10, of=100)),
        (0, 10, 0, Pause(Cause.BOUNCES, count=10, of=0)),
        (300, 0, 2, None),
        (300, 0, 3, Pause(Cause.COMPLAINTS, count=3, of=300)),
        (3000, 0, 3, None),
        (3000, 0, 4, Pause(Cause.COMPLAINTS, count=4, of=3000)),
    ],
)
def test_an_issue_is_paused_when_too_many_bounce(accepted, bounces, complaints, why) -> None:
    issue = replace(ISSUE, accepted=accepted, bounces=bounces, complaints=complaints)
    assert over_limit(issue, LIMITS) == why


@given(st.integers(0, 10**6), st.integers(0, pauses.LEAST_BOUNCES - 1))
def test_a_few_bounces_pause_nothing(accepted: int, bounces: int) -> None:
    assert over_limit(replace(ISSUE, accepted=accepted, bounces=bounces), LIMITS) is None


@pytest.fixture
def under_way(cloud: object) -> None:
    """An issue to twenty readers, all of whom SES accepted."""
    issue_runs.join(20)
    issue_runs.publish()
    issue_runs.tick()
    issues.count(issue_runs.SLUG, "accepted", 20)


def back(*positions: int, kind: str = "Complaint", bounce_type: str = "") -> None:
    """This came of the readers at these positions."""
    for at in positions:
        tags = {"issue": issue_runs.SLUG, "batch": "0", "position": str(at)}
        assert settle(event(kind, bounce_type=bounce_type, tags=tags)) == []


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The error lines, which alarms count."""
    messages: list[str] = []
    monkeypatch.setattr(handler.log, "error", lambda message, **_: messages.append(message))
    return messages


PERMANENT = {"kind": "Bounce", "bounce_type": "Permanent"}


@pytest.mark.parametrize(
    ("what", "most", "why"),
    [
        (PERMANENT, 9, Pause(Cause.BOUNCES, count=10, of=20)),
        ({"kind": "Complaint"}, 2, Pause(Cause.COMPLAINTS, count=3, of=20)),
    ],
)
def test_the_bounce_above_the_limit_pauses_the_issue_and_raises_one_alarm(
    under_way, errors, what, most, why
):
    back(*range(most), **what)
    assert issue_runs.stored_issue().state is IssueState.SENDING
    back(*range(most, most + 3), **what)
    assert (issue_runs.stored_issue().state, issue_runs.stored_issue().pause) == (
        IssueState.PAUSED,
        why,
    )
    assert errors == ["paused itself"]


def test_a_repeated_event_counts_once(under_way: None) -> None:
    back(*[0, 1] * 5)
    assert issue_runs.stored_issue().complaints == 2


@pytest.mark.parametrize(("kind", "bounce_type"), [("Bounce", "Transient"), ("Send", None)])
def test_events_that_stop_no_address_do_not_count(under_way, kind: str, bounce_type: str) -> None:
    back(*range(15), kind=kind, bounce_type=bounce_type)
    assert (issue_runs.stored_issue().bounces, issue_runs.stored_issue().complaints) == (0, 0)


def test_a_bounce_of_another_email_does_not_count_for_an_issue(under_way: None) -> None:
    settle(event("Bounce", bounce_type="Permanent", tags={"address": "ab" * 16}))
    assert issue_runs.stored_issue().bounces == 0


def test_resuming_restarts_the_count(under_way: None) -> None:
    back(0, 1, 2)
    assert issues.resume(issue_runs.SLUG)
    issue = issue_runs.stored_issue()
    assert (issue.accepted, issue.complaints) == (0, 0)
    back(3, 4)
    assert issue_runs.stored_issue().state is IssueState.SENDING


def test_the_limits_are_settings(under_way: None, monkeypatch: Any) -> None:
    generous = replace(handler.settings(), complaints_per_mille=1000)
    monkeypatch.setattr(handler, "settings", lambda: generous)
    back(*range(20))
    assert issue_runs.stored_issue().state is IssueState.SENDING


def test_bounces_after_the_end_pause_nothing(under_way, errors) -> None:
    issues.cancel(issue_runs.stored_issue())
    back(*range(5))
    assert issue_runs.stored_issue().state is IssueState.CANCELLED
    assert errors == []
