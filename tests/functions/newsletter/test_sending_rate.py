"""The account's rate, shared out over the workers."""

import pytest
from botocore.exceptions import ConnectTimeoutError

from functions.core import clock
from functions.core.clock import MINUTE
from functions.core.settings import settings
from functions.newsletter import handler, sending_rate
from functions.newsletter.rules.batches import SEND_TIMEOUT_SECONDS, batch_size, page_size
from tests.functions.newsletter import issue_runs


class Clockwork:
    """A clock that moves by sleeping only."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ticking, self.slept = 100.0, 0.0
        monkeypatch.setattr(clock, "ticking", lambda: self.ticking)
        monkeypatch.setattr(clock, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.ticking += seconds


@pytest.fixture
def clockwork(cloud, monkeypatch) -> Clockwork:
    return Clockwork(monkeypatch)


def test_late_batches_are_sent_at_the_workers_share_of_the_rate(clockwork, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 14.0
    for _ in range(11):
        assert sending_rate.wait_for(14, late=True)
    assert clockwork.slept == pytest.approx(10 * 14 / 7)  # two workers share fourteen


def test_on_time_one_worker_alone_may_use_the_whole_rate(clockwork, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 14.0
    for early in (0, 0.5, -0.5, 0.9, -0.9, 0):
        assert sending_rate.wait_for(14, late=False)
        clockwork.ticking += 1 - early  # as messages come: about one in a second
    assert clockwork.slept == 0


def test_a_worker_never_gets_far_ahead_of_the_rate(clockwork, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 14.0
    for _ in range(11):
        assert sending_rate.wait_for(14, late=False)
    assert clockwork.slept == pytest.approx(10 - sending_rate.BURST_SECONDS)


def test_a_slow_worker_need_not_wait(clockwork, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 14.0
    sending_rate.wait_for(14, late=True)
    clockwork.ticking += 5
    sending_rate.wait_for(14, late=True)
    assert clockwork.slept == 0


def test_nobody_waits_longer_than_a_function_may_run(clockwork, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 1.0
    assert sending_rate.wait_for(50, late=False)
    assert not sending_rate.wait_for(50, late=False)
    assert clockwork.slept == 0


def test_a_batch_that_would_wait_too_long_stays_planned(fake_ses, clockwork, account) -> None:
    issue_runs.join(120)
    issue_runs.publish()
    issue_runs.tick()
    account["SendQuota"]["MaxSendRate"] = 1.0
    sending_rate.forget()
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 50, "planned": 70}


def test_a_batch_is_no_larger_than_the_rate_per_second(fake_ses, account) -> None:
    account["SendQuota"]["MaxSendRate"] = 14.0
    issue_runs.join(30)
    issue_runs.publish()
    issue_runs.tick()
    assert [len(issue_runs.stored_batch(number).recipients) for number in range(3)] == [14, 14, 2]


def test_the_rate_is_read_every_ten_minutes(clockwork, account, cloud) -> None:
    assert sending_rate.rate() == 100_000
    account["SendQuota"]["MaxSendRate"] = 7.0
    assert sending_rate.rate() == 100_000
    cloud.pass_(10 * MINUTE)
    assert sending_rate.rate() == 7


def test_the_default_rate_applies_when_ses_gives_none(cloud, monkeypatch) -> None:
    def silent(*_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="ses")

    monkeypatch.setattr(sending_rate, "client", silent)
    assert sending_rate.rate() == sending_rate.USUAL_RATE


@pytest.mark.parametrize(("rate", "size"), [(0.2, 1), (1, 1), (14, 14), (49.9, 49), (500, 50)])
def test_no_batch_exceeds_one_call_or_one_second(rate: float, size: int) -> None:
    assert batch_size(rate, workers=2) == size


@pytest.mark.parametrize("workers", [2, 4, 10, 100])
@pytest.mark.parametrize("rate", [50.0, 100.0, 500.0])
def test_every_one_of_many_workers_finishes_within_its_time(
    clockwork, account, monkeypatch, rate: float, workers: int
) -> None:
    account["SendQuota"]["MaxSendRate"] = rate
    monkeypatch.setenv("SEND_WORKERS", str(workers))
    settings.cache_clear()
    size = batch_size(rate, workers)
    assert all(sending_rate.wait_for(size, late=True) for _ in range(5))
    assert clockwork.slept * 1000 < SEND_TIMEOUT_SECONDS * 1000 - handler.SEND_RESERVE_MS


@pytest.mark.parametrize("size", [1, 14, 50])
@pytest.mark.parametrize("variants", [1, 9, 60])
def test_a_page_fits_into_one_transaction(size: int, variants: int) -> None:
    readers = page_size(size, variants)
    assert readers // size + variants + 1 <= 100
    assert readers >= 38
