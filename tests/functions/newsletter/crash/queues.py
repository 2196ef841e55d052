"""Queues as SQS keeps them: at least once, in any order, with what was taken hidden for a while."""

import json
import random
from typing import Any

from infra.dev.fake_aws.expressions import Raw
from tests.functions.newsletter.crash.unreliable_cloud import UnreliableCloud

AT_ONCE = 5  # BatchSize of NewsletterSend in template.yaml
MOST_TRIES = 5  # maxReceiveCount
WAITS = (0, 5, 60, 360)  # seconds until a message that nobody confirmed is seen again


class SendQueue:
    def __init__(self, cloud: UnreliableCloud, rng: random.Random) -> None:
        self.cloud, self.rng = cloud, rng
        self.hidden: list[tuple[int, Raw]] = []

    def is_empty(self) -> bool:
        return not (self.has_messages() or self.cloud.in_flight)

    def has_messages(self) -> bool:
        return bool(self.cloud.queue or self.cloud.delayed or self.hidden)

    def take(self, now: int) -> list[Raw]:
        """Up to five messages in any order; now and then one is left as a duplicate."""
        self.hidden += self.cloud.delayed
        self.cloud.delayed = []
        self.cloud.queue += [message for at, message in self.hidden if at <= now]
        self.hidden = [(at, message) for at, message in self.hidden if at > now]
        waiting = self.cloud.queue
        self.rng.shuffle(waiting)
        count = min(len(waiting), self.rng.randint(1, AT_ONCE))
        taken, self.cloud.queue = waiting[:count], waiting[count:]
        twice = [m for m in taken if self.cloud._now_and_then(0.1) and _tries(m) < MOST_TRIES]
        self.cloud.queue += [{**m, "tries": _tries(m) + 1} for m in twice]
        self.cloud.in_flight += count
        return [{**m, "tries": _tries(m) + 1} for m in taken]

    def hand_back(self, taken: list[Raw], failed: set[str], now: int) -> None:
        """Return unconfirmed messages to the queue, until their tries are used up."""
        self.cloud.in_flight -= len(taken)
        for message in taken:
            again = message["messageId"] in failed or self.cloud._now_and_then(0.05)
            if again and _tries(message) < MOST_TRIES:
                self.hidden.append((now + self.rng.choice(WAITS), message))


def _tries(message: Raw) -> int:
    return int(message.get("tries", 0))


class Events:
    """SES's events: late, repeated, in any order. Only `share` of the emails have theirs while the
    issue is being sent, because most events hold nothing new; the others follow after its end."""

    def __init__(self, cloud: UnreliableCloud, rng: random.Random, share: float) -> None:
        self.cloud, self.rng, self.share = cloud, rng, share
        self.seen = 0
        self.waiting: list[tuple[int, Raw]] = []

    def listen(self, now: int) -> None:
        """Add events of the emails that were accepted since the last call."""
        for mail in self.cloud.mails[self.seen :]:
            if self.rng.random() < self.share:
                self._add_events(mail, now)
        self.seen = len(self.cloud.mails)

    def _add_events(self, mail: Raw, now: int) -> None:
        kinds = ["Send", *self.rng.choices([[], ["Bounce"], ["Complaint"]], [8, 1, 1])[0]]
        for kind in kinds * self.rng.choice([1, 1, 2]):
            self.waiting.append((now + self.rng.choice([0, 0, 30, 600]), event(kind, mail)))

    def take(self, now: int) -> list[Raw]:
        ready = [message for at, message in self.waiting if at <= now][:10]
        self.waiting = [(at, m) for at, m in self.waiting if not any(m is taken for taken in ready)]
        self.rng.shuffle(ready)
        return ready

    def hand_back(self, taken: list[Raw], failed: set[str], now: int) -> None:
        self.waiting += [(now + 200, m) for m in taken if m["messageId"] in failed]


def event(kind: str, mail: Raw) -> Raw:
    """As the rule in template.yaml makes it of a mail that SES accepted."""
    tags = {tag["Name"]: tag["Value"] for tag in mail["ReplacementTags"]}
    body: dict[str, Any] = {"event": kind, "message_id": "1", "at": "", "tags": tags}
    body["bounce_type"] = "Permanent" if kind == "Bounce" else ""
    return {"messageId": f"{kind} {tags['batch']} {tags['position']}", "body": json.dumps(body)}
