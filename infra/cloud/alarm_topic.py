"""Who gets the stack's alarms: the subscriptions to its topic."""

from dataclasses import dataclass
from typing import Any

PENDING = "PendingConfirmation"


@dataclass(frozen=True)
class Subscription:
    endpoint: str
    is_confirmed: bool


def subscriptions(sns: Any, topic: str) -> list[Subscription]:
    """All of them; SNS forgets one that nobody has confirmed for two days."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    answers = (answer for page in pages for answer in page["Subscriptions"])
    return [
        Subscription(answer["Endpoint"], answer["SubscriptionArn"] != PENDING) for answer in answers
    ]
