"""SES has no metric for an account that it has stopped: the minute tick raises the alarm."""

import pytest

from functions.core.clock import MINUTE
from functions.newsletter import handler
from functions.newsletter.handler import WATCH_SECONDS
from tests.functions.newsletter import issue_runs
from tests.infra.cloud.template_resources import of

STOPPED = "SES sends nothing for this account"


@pytest.fixture
def stopped(account) -> None:
    account["EnforcementStatus"] = "SHUTDOWN"


def ticks(cloud, minutes: int) -> None:
    for _ in range(minutes):
        issue_runs.tick()
        cloud.pass_(MINUTE)


def test_a_stopped_account_is_logged_every_five_minutes(stopped, cloud, lines) -> None:
    ticks(cloud, 10)
    logged = [line for line in lines if STOPPED in line]
    assert len(logged) == 10 * MINUTE / WATCH_SECONDS
    assert "SHUTDOWN" in logged[0]


def test_sending_that_its_owner_has_switched_off_is_logged_too(account, cloud, lines) -> None:
    account["SendingEnabled"] = False
    ticks(cloud, 5)
    assert sum(STOPPED in line for line in lines) == 1


def test_an_account_that_sends_raises_no_alarm(cloud, lines) -> None:
    ticks(cloud, 10)
    assert not [line for line in lines if STOPPED in line]


def test_an_account_that_cannot_be_read_raises_no_alarm_and_holds_up_no_tick(
    cloud, lines, monkeypatch
) -> None:
    monkeypatch.setattr(handler.sending_rate, "account", lambda: None)
    ticks(cloud, 5)
    assert not [line for line in lines if STOPPED in line]


def test_the_alarm_waits_for_that_line() -> None:
    (pattern,) = (
        log_filter["FilterPattern"]
        for log_filter in of("AWS::Logs::MetricFilter").values()
        if log_filter["MetricTransformations"][0]["MetricName"] == "SesStopped"
    )
    assert f'"{STOPPED}"' in pattern
