"""Pause, resume, cancel: within one batch per worker, also while the planner runs."""

import pytest

from functions.core import clock
from functions.core.aws import table
from functions.core.clock import DAY, MINUTE
from functions.newsletter import handler, planner
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.batches import CLAIM_SECONDS, REQUEUE_SECONDS
from functions.newsletter.rules.ledger import Cause, Issue, IssueState, Pause
from functions.newsletter.rules.pauses import refused_by_ses
from functions.newsletter.store import batches, claims, issues, readers
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, cloud: object) -> None:
    """Pages of five members and batches of two."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    monkeypatch.setattr(paging, "BATCH_SIZE", 2)


def by_hand(words: str) -> Pause:
    return Pause(Cause.PERSON, words=words)


def pause(words: str = "by hand") -> bool:
    return issues.pause(issue_runs.SLUG, by_hand(words), clock.now())


def resume() -> bool:
    return issues.resume(issue_runs.SLUG, clock.now())


def cancel() -> bool:
    return issues.cancel(issue_runs.stored_issue())


def on_page(number: int, monkeypatch, act) -> None:
    """`act` happens while the planner has read its page `number` and not yet saved it."""
    read, pages = readers.next_page, iter(range(100))

    def overtaken(*given):
        page = read(*given)
        if next(pages) == number:
            act()
        return page

    monkeypatch.setattr(readers, "next_page", overtaken)


def until_over(cloud) -> None:
    for _ in range(6):
        issue_runs.tick()
        issue_runs.deliver()
        cloud.pass_(REQUEUE_SECONDS + MINUTE)
    issue_runs.tick()


def test_a_paused_issue_sends_nothing_until_it_is_resumed(fake_ses, small, cloud) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    assert pause()
    until_over(cloud)
    assert (fake_ses.calls, issue_runs.counts()) == ([], {"planned": 6})
    assert resume()
    until_over(cloud)
    assert sorted(fake_ses.mails().values()) == [1] * 6
    assert issue_runs.stored_issue().state is IssueState.SENT


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_a_cancelled_issue_of_any_size_ends_with_one_tick(small, monkeypatch, most: int) -> None:
    monkeypatch.setattr(batches, "SWEPT_AT_ONCE", most)
    issue_runs.join(23)
    issue_runs.publish()
    issue_runs.tick()
    cancel()
    issue_runs.tick()
    assert issue_runs.counts() == {"cancelled": 23}
    assert issue_runs.stored_issue().counts == {"cancelled": 23}


def test_batches_removed_by_a_pause_are_queued_again_by_the_next_tick(
    fake_ses, small, cloud
) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    pause()
    issue_runs.deliver()
    cloud.pass_(MINUTE)
    resume()
    issue_runs.tick()
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 6}


def test_a_pause_takes_effect_after_the_batch_in_flight(fake_ses, small) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [lambda call: (pause(), fake_ses.accept(call))[1]]
    issue_runs.deliver()
    assert len(fake_ses.calls) == 1
    assert issue_runs.counts()["sent"] == len(fake_ses.accepted)


def test_a_paused_planner_later_repeats_its_unsaved_page(small, cloud, monkeypatch):
    ids = issue_runs.join(23)
    issue_runs.publish()
    on_page(2, monkeypatch, pause)
    issue_runs.tick()
    before = issue_runs.stored_issue()
    issue_runs.tick()
    assert issue_runs.stored_issue() == before
    assert (before.state, 0 < before.planned < 23) == (IssueState.PAUSED, True)
    resume()
    issue_runs.tick()
    planned = [
        member_id for batch in batches.of_issue(issue_runs.SLUG) for member_id in batch.recipients
    ]
    assert sorted(planned) == sorted(ids)


def test_pause_and_resume_return_whether_they_changed_the_issue(cloud) -> None:
    issue_runs.publish(at=DAY)
    assert not pause()
    assert not resume()
    cloud.pass_(DAY)
    issues.begin(issue_runs.stored_issue())
    assert [pause("first"), pause("second"), resume(), resume()] == [True, False, True, False]
    assert (issue_runs.stored_issue().state, issue_runs.stored_issue().pause) == (
        IssueState.PLANNING,
        None,
    )


def test_a_pause_keeps_its_first_reason_and_its_time(cloud) -> None:
    issue_runs.publish()
    issues.begin(issue_runs.stored_issue())
    pause("first")
    cloud.pass_(MINUTE)
    pause("second")
    issue = issue_runs.stored_issue()
    assert (issue.pause, issue.paused_at) == (by_hand("first"), cloud.now - MINUTE)


def test_an_issue_that_an_earlier_version_paused_can_be_listed_and_resumed(cloud) -> None:
    issue_runs.publish()
    issues.begin(issue_runs.stored_issue())
    pause()
    sentences = {":reason": "SES: SHUTDOWN", ":nothing": "There is nothing to say: no text."}
    expression = "SET #reason = :reason, #nothing = :nothing REMOVE #pause"
    table.write(table.update(issues.issue_key(issue_runs.SLUG), expression, sentences))
    (issue,) = issues.newest_first()
    assert (issue.pause, issue.skipped, issue.nothing) == (None, None, ())
    assert resume()
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.SENT


def test_cancelling_affects_only_recipients_who_still_wait(fake_ses, small, cloud) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [lambda call: (cancel(), fake_ses.accept(call))[1]]
    issue_runs.deliver()
    issue_runs.tick()
    issue_runs.tick()
    issue = issue_runs.stored_issue()
    sent = len(fake_ses.accepted)
    assert (issue.state, issue.counts) == ("cancelled", {"sent": sent, "cancelled": 6 - sent})
    assert issues.due(issues.FOREVER) == []


def test_a_cancelled_planner_plans_no_more_recipients(fake_ses, small, cloud, monkeypatch) -> None:
    issue_runs.join(23)
    issue_runs.publish()
    on_page(2, monkeypatch, cancel)
    until_over(cloud)
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.counts) == (IssueState.CANCELLED, {"cancelled": issue.planned})
    assert 0 < issue.planned < 23


def test_batches_returned_after_cancelling_are_cancelled(fake_ses, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    throttled = fake_ses.error(429, "TooManyRequestsException")
    fake_ses.plans = [lambda call: (cancel(), issue_runs.tick(), throttled(call))[2]]
    issue_runs.deliver()
    issue_runs.tick()
    assert issue_runs.stored_issue().counts == {"cancelled": 2}


def test_an_issue_cancelled_before_its_time_is_never_planned(small, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(at=DAY)
    assert cancel()
    assert not issue_runs.publish(at=DAY)
    cloud.pass_(2 * DAY)
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, issue_runs.counts()) == (IssueState.CANCELLED, {})


def test_a_paused_issue_can_be_cancelled_but_a_finished_one_cannot(small, cloud) -> None:
    issue_runs.publish()
    issues.begin(issue_runs.stored_issue())
    pause()
    assert cancel()
    assert [cancel(), pause(), resume()] == [False, False, False]


def test_cancelling_from_an_outdated_state_does_nothing(cloud) -> None:
    issue_runs.publish()
    old = issue_runs.stored_issue()
    issues.begin(old)
    assert not issues.cancel(old)
    assert issue_runs.stored_issue().state is IssueState.PLANNING


def test_a_deadline_passing_during_a_pause_expires_all_recipients(fake_ses, small, cloud) -> None:
    issue_runs.join(12)
    issue_runs.publish(deadline=10 * MINUTE)
    once = iter([True])
    planner.advance(issue_runs.SLUG, lambda: next(once, False))
    pause()
    cloud.pass_(12 * MINUTE)
    until_over(cloud)
    assert (fake_ses.calls, issue_runs.stored_issue().counts) == ([], {"expired": 12})


def test_a_pause_does_not_hide_a_crashed_worker(small, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    claims.claim(issue_runs.stored_batch(), "dead", {}, cloud.now)
    pause()
    cloud.pass_(CLAIM_SECONDS + 1)
    issue_runs.tick()
    assert issue_runs.counts() == {"uncertain": 2}


@pytest.mark.parametrize(
    "code", ["SendingPausedException", "AccountSuspendedException", "MailFromDomainNotVerified"]
)
def test_a_refusal_by_ses_pauses_the_issue(fake_ses: FakeSes, small, lines, code) -> None:
    issue_runs.join(6)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [fake_ses.error(400, code)]
    issue_runs.deliver()
    assert len(fake_ses.calls) == 1
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.pause) == (IssueState.PAUSED, refused_by_ses(code))
    assert issue_runs.counts() == {"planned": 6}
    assert sum("SES sends nothing of ours" in line for line in lines) == 1


@pytest.mark.parametrize("status", ["ACCOUNT_SENDING_PAUSED", "ACCOUNT_DAILY_QUOTA_EXCEEDED"])
def test_one_account_wide_failure_pauses_the_issue(fake_ses, cloud, status: str) -> None:
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [fake_ses.results("SUCCESS", status, status)]
    issue_runs.deliver()
    assert issue_runs.stored_issue().pause == refused_by_ses(status)
    resume()
    until_over(cloud)
    assert sorted(fake_ses.mails().values()) == [1, 1, 1]
    assert issue_runs.stored_issue().counts == {"sent": 3}


def test_a_message_of_a_paused_issue_is_acknowledged(fake_ses: FakeSes, cloud) -> None:
    issue_runs.join(1)
    issue_runs.publish()
    issue_runs.tick()
    pause()
    assert handler.send(issue_runs.message(), issue_runs.Context()) == {"batchItemFailures": []}


def test_without_checking_the_issue_a_pause_would_stop_nothing(
    fake_ses, cloud, monkeypatch
) -> None:
    """The guard is needed: a worker that does not ask for the issue's state sends."""
    issue_runs.join(1)
    issue_runs.publish()
    issue_runs.tick()
    pause()
    monkeypatch.setattr(Issue, "accepts_sending", lambda *_: True)
    issue_runs.deliver()
    assert len(fake_ses.accepted) == 1


def test_only_emails_accepted_by_ses_are_counted(fake_ses: FakeSes) -> None:
    issue_runs.join(4)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [
        fake_ses.results("SUCCESS", "MESSAGE_REJECTED", "TRANSIENT_FAILURE", "SUCCESS")
    ]
    issue_runs.deliver()
    assert issue_runs.stored_issue().accepted == 2
