"""Who gets the alarms, and which ring, from recorded answers."""

from infra.cloud.alarm_topic import Subscription
from infra.cloud.doctor import alarms
from infra.cloud.doctor.alarms import Alarm
from infra.cloud.doctor.findings import Status


class Pages:
    """A client whose every list is one page."""

    def __init__(self, page: dict) -> None:
        self._page = page

    def get_paginator(self, _name: str) -> "Pages":
        return self

    def paginate(self, **_: str) -> list[dict]:
        return [self._page]


def test_alarms_without_a_recipient_are_a_problem() -> None:
    confirmed = Subscription("ops@example.com", is_confirmed=True)
    waiting = Subscription("new@example.com", is_confirmed=False)
    assert alarms.subscriptions_verdict([confirmed]).status is Status.OK
    assert "AlarmAddress" in alarms.subscriptions_verdict([]).remedy
    finding = alarms.subscriptions_verdict([confirmed, waiting])
    assert finding.status is Status.PROBLEM
    assert "new@example.com has not confirmed" in finding.seen
    assert "Subscription Confirmation" in finding.remedy


def test_a_ringing_alarm_comes_with_its_advice() -> None:
    (quiet,) = alarms.ringing_verdicts([])
    assert quiet.status is Status.OK
    (loud,) = alarms.ringing_verdicts([Alarm("alumni-Tick", "See the rule MinuteTick.")])
    assert (loud.seen, loud.remedy) == ("alumni-Tick", "See the rule MinuteTick.")


def test_the_answers_of_aws_can_be_read() -> None:
    pending = {"Endpoint": "ops@example.com", "SubscriptionArn": "PendingConfirmation"}
    ringing = {"AlarmName": "alumni-Tick", "AlarmDescription": "See it.", "AlarmActions": ["ours"]}
    others = {"AlarmName": "alumni-staging-Tick", "AlarmActions": ["theirs"]}
    sns, cloudwatch = (
        Pages({"Subscriptions": [pending]}),
        Pages({"MetricAlarms": [ringing, others]}),
    )
    findings = list(alarms.check(sns, cloudwatch, "ours"))
    assert [finding.status for finding in findings] == [Status.PROBLEM, Status.PROBLEM]
    assert findings[1].seen == "alumni-Tick"
