"""Does somebody hear of an alarm, and does one ring now?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cloud import alarm_topic
from infra.cloud.alarm_topic import Subscription
from infra.cloud.doctor.findings import Finding, ok, problem

LISTENERS, RINGING = "Recipients", "Ringing"


@dataclass(frozen=True)
class Alarm:
    name: str
    advice: str  # its description


def check(sns: Any, cloudwatch: Any, topic: str) -> Iterator[Finding]:
    yield subscriptions_verdict(alarm_topic.subscriptions(sns, topic))
    yield from ringing_verdicts(_ringing(cloudwatch, topic))


def subscriptions_verdict(subscriptions: Sequence[Subscription]) -> Finding:
    if not subscriptions:
        remedy = (
            "Deploy with --parameter AlarmAddress=..., then confirm the email from AWS. If it is "
            "set already, its confirmation expired: subscribe the address to the topic in SNS."
        )
        return problem(LISTENERS, "nobody gets the alarms", remedy)
    if waiting := [
        subscription.endpoint for subscription in subscriptions if not subscription.is_confirmed
    ]:
        seen = f"{', '.join(waiting)} has not confirmed, and gets no alarms"
        remedy = (
            'Open the email "AWS Notification - Subscription Confirmation" and confirm. If it is '
            "lost, let SNS send it again: Topics, the topic, Subscriptions, Request confirmation."
        )
        return problem(LISTENERS, seen, remedy)
    return ok(
        LISTENERS,
        f"{', '.join(subscription.endpoint for subscription in subscriptions)} gets the alarms",
    )


def _ringing(cloudwatch: Any, topic: str) -> list[Alarm]:
    """The alarms that notify this topic; others in the account are not this stack's."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(StateValue="ALARM")
    alarms = (alarm for page in pages for alarm in page["MetricAlarms"])
    return [
        Alarm(alarm["AlarmName"], alarm.get("AlarmDescription", ""))
        for alarm in alarms
        if topic in alarm["AlarmActions"]
    ]


def ringing_verdicts(alarms: Sequence[Alarm]) -> Iterator[Finding]:
    if not alarms:
        yield ok(RINGING, "no alarm rings")
    for alarm in alarms:
        yield problem(RINGING, alarm.name, alarm.advice or "See it in CloudWatch.")
