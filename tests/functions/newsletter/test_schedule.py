"""What HR publishes about an issue, until planning fixes it."""

from typing import Any

import pytest

from functions.core.clock import DAY, HOUR
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import issues
from tests.functions.newsletter import issue_runs
from tests.functions.support import outbox


def test_a_published_issue_is_scheduled(cloud) -> None:
    assert issue_runs.publish("en", "sv", at=DAY)
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.send_at) == (IssueState.SCHEDULED, cloud.now + DAY)
    assert sorted(variant.name for variant in issue.variants) == ["en", "sv"]


def test_publishing_again_updates_a_scheduled_issue(cloud) -> None:
    issue_runs.publish(at=DAY)
    assert issue_runs.publish(at=2 * DAY)
    assert issue_runs.stored_issue().send_at == cloud.now + 2 * DAY


def test_a_missed_issue_with_a_new_time_is_scheduled_after_all(cloud) -> None:
    issue_runs.publish(at=-3 * DAY)
    assert issue_runs.publish(at=DAY)
    assert issue_runs.stored_issue().state is IssueState.SCHEDULED


def test_an_issue_of_the_archive_is_never_sent_and_is_no_miss(fake_ses, cloud) -> None:
    issue_runs.join()
    issue_runs.publish(at=-3 * DAY, archived=True)
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, fake_ses.calls) == (IssueState.ARCHIVED, [])
    assert outbox() == []


def test_an_archived_issue_with_a_new_time_is_sent_after_all(cloud) -> None:
    issue_runs.publish(at=-3 * DAY, archived=True)
    assert issue_runs.publish(at=DAY, archived=False)
    assert issue_runs.stored_issue().state is IssueState.SCHEDULED


def test_an_issue_being_planned_no_longer_changes(cloud) -> None:
    issue_runs.publish()
    issue_runs.tick()
    before = issue_runs.stored_issue()
    assert not issue_runs.publish(at=DAY)
    assert not issues.unschedule(issue_runs.SLUG)
    assert issue_runs.stored_issue() == before


def test_an_issue_that_is_taken_back_is_gone(cloud) -> None:
    issue_runs.publish(at=DAY)
    assert issues.unschedule(issue_runs.SLUG)
    assert issues.get(issue_runs.SLUG) is None
    assert not issues.unschedule(issue_runs.SLUG)


def test_a_planner_that_read_the_old_time_does_not_begin(cloud) -> None:
    issue_runs.publish()
    old = issue_runs.stored_issue()
    issue_runs.publish(at=DAY)
    assert not issues.begin(old)


@pytest.mark.parametrize("change", [{"corrects": "summer"}, {"nothing": ["news"]}, {"at": 60}])
def test_an_issue_republished_as_planning_starts_is_read_again_first(
    fake_ses, cloud, monkeypatch, change
) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    _publishes_meanwhile(monkeypatch, "begin", change)
    issue_runs.tick()
    issue_runs.deliver()
    assert (issue_runs.stored_issue().state, fake_ses.calls) == (IssueState.SCHEDULED, [])


def test_a_deadline_moved_just_as_it_passes_is_not_missed(fake_ses, cloud, monkeypatch) -> None:
    issue_runs.join(3)
    issue_runs.publish(deadline=60)
    cloud.pass_(120)
    _publishes_meanwhile(monkeypatch, "miss", {"deadline": HOUR})
    issue_runs.tick()
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SENDING
    assert not outbox()


def _publishes_meanwhile(monkeypatch, step: str, change: dict[str, Any]) -> None:
    """HR's publishing comes between the reading of the issue and this step of the tick."""
    real = getattr(issues, step)

    def late(*given: Any) -> bool:
        issue_runs.publish(**change)
        return bool(real(*given))

    monkeypatch.setattr(issues, step, late)


def test_issues_in_any_state_are_listed_newest_first(cloud) -> None:
    issue_runs.publish(slug="sent")
    issue_runs.tick()
    issue_runs.publish(slug="coming", at=DAY)
    issue_runs.publish(slug="missed", at=-2 * DAY)
    assert [issue.slug for issue in issues.newest_first()] == ["coming", "sent", "missed"]


@pytest.mark.parametrize("wrong", ["tomorrow", "", "2026-13-01T00:00:00Z"])
def test_an_invalid_time_is_refused(cloud, wrong: str) -> None:
    facts = {"subject": "News", "send_at": wrong, "variants": {}}
    with pytest.raises(ValueError, match=r"not UTC|month must be"):
        issues.schedule("autumn", facts, cloud.now)
