"""One dead letter, caused: it lands where an alarm looks, and the alarm tells the topic."""

from typing import Any

from infra.dev.local.local_stack import Stack
from tests.e2e.stage import eventually


def queue(stack: Stack, name: str) -> tuple[str, dict[str, str]]:
    sqs = stack.client("sqs")
    (url,) = [each for each in sqs.list_queues()["QueueUrls"] if name in each]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def alarms_on(stack: Stack, queue_name: str) -> list[dict[str, Any]]:
    dimension = {"Name": "QueueName", "Value": queue_name}
    found = stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return [each for each in found if dimension in each.get("Dimensions", [])]


def test_a_message_that_always_fails_becomes_a_dead_letter_and_trips_its_alarm(
    stack: Stack,
) -> None:
    sqs, url = stack.client("sqs"), stack.outputs["FeedbackQueueUrl"]
    dead_url, dead = queue(stack, "FeedbackDeadLetters")
    before = int(dead["ApproximateNumberOfMessages"])
    # The real queue waits minutes between deliveries; the redrive itself stays as deployed.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=url, MessageBody="this is no event")

    def letters() -> int:
        return int(queue(stack, "FeedbackDeadLetters")[1]["ApproximateNumberOfMessages"])

    eventually(lambda: letters() == before + 1, "a dead letter", 60)
    alarms = alarms_on(stack, dead_url.rsplit("/", 1)[1])
    (alarm,) = [a for a in alarms if a["MetricName"] == "ApproximateNumberOfMessagesVisible"]
    assert letters() >= alarm["Threshold"]
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["AlarmActions"] == [stack.outputs["AlarmTopicArn"]]
