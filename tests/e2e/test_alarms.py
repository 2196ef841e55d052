"""A message that always fails becomes a dead letter, whose alarm notifies the topic; the command
that the alarm advises brings the event back."""

import json
import re
from typing import Any

from infra.dev.local.local_stack import Stack
from tests.e2e.mailbox import wait_until
from tests.e2e.stack_access import ses_event, table_items


def queue(stack: Stack, name: str) -> tuple[str, dict[str, str]]:
    sqs = stack.client("sqs")
    (url,) = [url for url in sqs.list_queues()["QueueUrls"] if name in url]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def alarms_on(stack: Stack, queue_name: str) -> list[dict[str, Any]]:
    dimension = {"Name": "QueueName", "Value": queue_name}
    alarms = stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return [alarm for alarm in alarms if dimension in alarm.get("Dimensions", [])]


def advised_command(stack: Stack, url: str) -> list[str]:
    """The words of the command that the alarm on dead letters advises."""
    alarms = alarms_on(stack, url.rsplit("/", 1)[1])
    (text,) = [a["AlarmDescription"] for a in alarms if "Visible" in a["MetricName"]]
    (command,) = re.findall(r"`(aws [^`]+)`", text)
    return str(command).split()


def test_a_message_that_always_fails_becomes_a_dead_letter_and_trips_its_alarm(
    stack: Stack,
) -> None:
    sqs, url = stack.client("sqs"), stack.outputs["FeedbackQueueUrl"]
    dead_url, dead = queue(stack, "FeedbackDeadLetters")
    before = int(dead["ApproximateNumberOfMessages"])
    # The real queue waits minutes between deliveries; the redrive itself stays as deployed.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=url, MessageBody="not an event")

    def dead_letters() -> int:
        return int(queue(stack, "FeedbackDeadLetters")[1]["ApproximateNumberOfMessages"])

    wait_until(lambda: dead_letters() == before + 1, "a dead letter", 60)
    alarms = alarms_on(stack, dead_url.rsplit("/", 1)[1])
    (alarm,) = [a for a in alarms if a["MetricName"] == "ApproximateNumberOfMessagesVisible"]
    assert dead_letters() >= alarm["Threshold"]
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["AlarmActions"] == [stack.outputs["AlarmTopicArn"]]


def test_an_event_that_is_put_back_as_the_alarm_advises_stops_its_address(stack: Stack) -> None:
    sqs, back = stack.client("sqs"), stack.outputs["FeedbackQueueUrl"]
    url, dead = queue(stack, "FeedbackDeadLetters")
    assert advised_command(stack, url)[-1] == dead["QueueArn"]
    sqs.purge_queue(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody=ses_event("Bounce", address="cd" * 16))
    # The local cloud has no start-message-move-task: this is what it does.
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    sqs.send_message(QueueUrl=back, MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    wait_until(lambda: "cd" * 16 in json.dumps(table_items(stack)), "a suppression", 30)


def test_an_alarm_about_ids_only_ends_as_it_advises(stack: Stack) -> None:
    sqs = stack.client("sqs")
    for name in ("SendDeadLetters", "PostDeadLetters"):
        url, _ = queue(stack, name)
        sqs.send_message(QueueUrl=url, MessageBody="an id")
        sqs.purge_queue(QueueUrl=advised_command(stack, url)[-1])
        assert queue(stack, name)[1]["ApproximateNumberOfMessages"] == "0"
