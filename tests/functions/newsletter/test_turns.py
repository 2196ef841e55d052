"""Batches go out in turn, at SES's rate: their messages are delayed, so no worker has to wait."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core import clock
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.newsletter import sending_rate
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.batches import REQUEUE_SECONDS
from functions.newsletter.rules.ledger import Batch, Cause, IssueState, Pause, Variant
from functions.newsletter.rules.pacing import HORIZON_SECONDS, take_turns
from functions.newsletter.store import batches, issues, turns
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.newsletter.fake_sqs import FakeSqs

NOW = 1_000_000
BY_HAND = Pause(Cause.PERSON, words="by hand")


@pytest.fixture
def slow(account, monkeypatch) -> None:
    """One email in two seconds, in batches of one."""
    account["SendQuota"]["MaxSendRate"] = 1.0
    monkeypatch.setattr(sending_rate, "SHARE_FOR_NEWSLETTERS", 0.5)
    monkeypatch.setattr(paging, "BATCH_SIZE", 1)


@pytest.fixture
def queue(fake_ses: FakeSes) -> FakeSqs:
    return FakeSqs()


@pytest.fixture(autouse=True)
def nobody_sleeps(monkeypatch) -> None:
    def refuse(seconds: float) -> None:
        assert seconds == 0, f"a worker would wait {seconds} seconds"

    monkeypatch.setattr(clock, "sleep", refuse)
    monkeypatch.setattr(clock, "ticking", lambda: float(clock.now()))


def planned(sizes: list[int]) -> list[Batch]:
    variant = Variant("en", "key", "hash")
    return [Batch("autumn", n, variant, ("x",) * size) for n, size in enumerate(sizes)]


def at_once(batches: list[Batch], now: int) -> list[Batch]:
    return [replace(batch, sends_at=now) for batch in batches]


def go_on(queue: FakeSqs, cloud, seconds: int, step: int = 2) -> None:
    """Time passes, with its ticks; workers get what is ready."""
    for passed in range(0, seconds, step):
        if passed % MINUTE == 0:
            issue_runs.tick()
        queue.deliver()
        cloud.pass_(step)


# ---- The rule


@given(
    st.lists(st.integers(1, 50), max_size=60),
    st.floats(0.5, 500),
    st.integers(-MINUTE, 2 * HORIZON_SECONDS),
)
def test_turns_keep_to_the_rate_and_within_the_longest_delay(sizes, rate, ahead) -> None:
    free_at = (NOW + ahead) * 1000
    given_out = take_turns(planned(sizes), rate, free_at, NOW)
    timed = [batch for batch in given_out.batches if batch.sends_at]
    assert given_out.batches[: len(timed)] == timed  # the first ones, in their order
    assert all(NOW <= batch.sends_at <= NOW + HORIZON_SECONDS for batch in timed)
    sent = 0
    for batch in timed:
        assert batch.sends_at <= max(NOW, NOW + ahead) + sent / rate
        sent += len(batch.recipients)
    milliseconds = given_out.free_at_ms - max(free_at, NOW * 1000)
    assert milliseconds == pytest.approx(sent / rate * 1000, abs=len(timed) + 1)


def test_a_fast_account_sends_all_at_once() -> None:
    given_out = take_turns(planned([50] * 20), 1e6, 0, NOW)
    assert {batch.sends_at for batch in given_out.batches} == {NOW}


def test_two_ticks_at_once_never_give_out_the_same_turn(cloud, monkeypatch) -> None:
    move = turns._move
    others: list[Batch] = []

    def overtaken(*given) -> bool:
        monkeypatch.setattr(turns, "_move", move)
        others.extend(turns.take(planned([5] * 4), 1.0, cloud.now))
        return move(*given)

    monkeypatch.setattr(turns, "_move", overtaken)
    ours = turns.take(planned([5] * 4), 1.0, cloud.now)
    seconds = sorted(batch.sends_at - cloud.now for batch in ours + others)
    assert seconds == list(range(0, 40, 5))


# ---- An issue that goes out in turn


def test_messages_are_delayed_until_their_turn(slow, queue, fake_ses) -> None:
    issue_runs.join(5)
    issue_runs.publish()
    issue_runs.tick()
    assert queue.delays() == [0, 2, 4, 6, 8]
    queue.deliver()
    assert issue_runs.counts() == {"sent": 1, "planned": 4}


def test_without_turns_a_worker_would_wait_or_leave_batches_planned(
    slow, queue, fake_ses, monkeypatch
) -> None:
    """The guard is needed."""
    monkeypatch.setattr(turns, "take", lambda batches, _rate, now: at_once(batches, now))
    issue_runs.join(5)
    issue_runs.publish()
    issue_runs.tick()
    assert queue.delays() == [0] * 5
    with pytest.raises(AssertionError, match="would wait"):
        sending_rate.wait_for(1, late=True) and sending_rate.wait_for(1, late=True)


def test_a_paced_issue_reaches_everybody_once_and_no_worker_waits(slow, queue, fake_ses, cloud):
    issue_runs.join(40)
    issue_runs.publish()
    go_on(queue, cloud, 3 * MINUTE)
    assert sorted(fake_ses.mails().values()) == [1] * 40
    assert issue_runs.stored_issue().state is IssueState.SENT


def test_the_sweep_leaves_delayed_batches_alone(slow, queue, cloud) -> None:
    issue_runs.join(20)
    issue_runs.publish()
    for _ in range(10):
        issue_runs.tick()
        cloud.pass_(3)
    assert len(queue.messages) == 20


def test_a_batch_beyond_the_longest_delay_gets_its_message_later(
    slow, queue, fake_ses, cloud, monkeypatch
) -> None:
    monkeypatch.setattr("functions.newsletter.rules.pacing.HORIZON_SECONDS", 20)
    issue_runs.join(40)
    issue_runs.publish()
    issue_runs.tick()
    assert queue.delays() == list(range(0, 21, 2))
    go_on(queue, cloud, 8 * MINUTE)
    assert sorted(fake_ses.mails().values()) == [1] * 40


def test_two_issues_share_the_rate(slow, queue) -> None:
    issue_runs.join(4)
    issue_runs.publish()
    issue_runs.publish(slug="winter")
    issue_runs.tick()
    assert sorted(queue.delays()) == list(range(0, 16, 2))


def test_after_a_pause_only_batches_whose_turn_was_missed_get_another(
    slow, queue, fake_ses, cloud
) -> None:
    issue_runs.join(30)
    issue_runs.publish()
    issue_runs.tick()
    issues.pause(issue_runs.SLUG, BY_HAND, cloud.now)
    go_on(queue, cloud, 21, step=1)
    assert fake_ses.calls == []
    issues.resume(issue_runs.SLUG, cloud.now)
    issue_runs.tick()
    # Eleven turns were missed, and follow the nineteen that are as they were.
    assert sorted(queue.delays()) == list(range(1, 61, 2))
    go_on(queue, cloud, 2 * MINUTE)
    assert sorted(fake_ses.mails().values()) == [1] * 30


def test_a_long_pause_ends_with_new_turns_from_now_on(slow, queue, fake_ses, cloud) -> None:
    issue_runs.join(10)
    issue_runs.publish()
    issue_runs.tick()
    issues.pause(issue_runs.SLUG, BY_HAND, cloud.now)
    go_on(queue, cloud, 10 * MINUTE)
    cloud.pass_(DAY)
    issues.resume(issue_runs.SLUG, cloud.now)
    issue_runs.tick()
    assert queue.delays() == list(range(0, 20, 2))


def test_delayed_messages_of_a_cancelled_issue_send_nothing(slow, queue, fake_ses, cloud) -> None:
    issue_runs.join(10)
    issue_runs.publish()
    issue_runs.tick()
    queue.deliver()
    issues.cancel(issue_runs.stored_issue())
    issue_runs.tick()
    go_on(queue, cloud, MINUTE)
    assert issue_runs.stored_issue().counts == {"sent": 1, "cancelled": 9}
    assert len(fake_ses.calls) == 1


def test_a_delayed_message_that_comes_twice_or_after_the_end_sends_nothing_again(
    slow, queue, fake_ses, cloud
) -> None:
    issue_runs.join(5)
    issue_runs.publish()
    issue_runs.tick()
    queue.messages += [(at + HOUR, message) for at, message in queue.messages] + queue.messages
    go_on(queue, cloud, 2 * MINUTE)
    assert issue_runs.stored_issue().state is IssueState.SENT
    cloud.pass_(HOUR)
    queue.deliver()
    assert sorted(fake_ses.mails().values()) == [1] * 5


def test_a_delayed_message_that_is_lost_is_replaced(slow, queue, fake_ses, cloud) -> None:
    issue_runs.join(5)
    issue_runs.publish()
    issue_runs.tick()
    del queue.messages[3]
    go_on(queue, cloud, REQUEUE_SECONDS + 2 * MINUTE)
    assert sorted(fake_ses.mails().values()) == [1] * 5


def test_a_lower_rate_holds_for_the_turns_given_out_from_then_on(
    slow, account, queue, cloud, monkeypatch
) -> None:
    monkeypatch.setattr("functions.newsletter.rules.pacing.HORIZON_SECONDS", 20)
    account["SendQuota"]["MaxSendRate"] = 2.0
    issue_runs.join(60)
    issue_runs.publish()
    issue_runs.tick()
    assert queue.delays() == list(range(21))
    account["SendQuota"]["MaxSendRate"] = 1.0
    sending_rate.forget()
    go_on(queue, cloud, MINUTE)
    issue_runs.tick()
    assert queue.delays() == list(range(0, 21, 2))


def test_being_throttled_makes_a_worker_read_the_rate_again(slow, account, queue, fake_ses, cloud):
    issue_runs.join(2)
    issue_runs.publish()
    issue_runs.tick()
    fake_ses.plans = [fake_ses.results("ACCOUNT_THROTTLED")]
    account["SendQuota"]["MaxSendRate"] = 7.0
    queue.deliver()
    assert sending_rate.rate() == 7
    go_on(queue, cloud, 3 * MINUTE)
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_a_batch_returned_to_planned_has_no_turn_any_more(slow, queue, fake_ses) -> None:
    issue_runs.join(1)
    issue_runs.publish()
    issue_runs.tick()
    assert issue_runs.stored_batch().sends_at
    fake_ses.plans = [fake_ses.error(429, "TooManyRequestsException")]
    queue.deliver()
    assert issue_runs.stored_batch().sends_at == 0


def test_an_issue_that_an_earlier_version_queued_goes_on(queue, fake_ses, cloud) -> None:
    """Its batches have messages in the queue, and nothing in the table about their turns."""
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    old = issue_runs.stored_batch()
    key = batches.batch_key(old.issue, old.number)
    table.write(table.update(key, "REMOVE #sends_at", {}))
    queue.deliver()
    assert sorted(fake_ses.mails().values()) == [1] * 3
