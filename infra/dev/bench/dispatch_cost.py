"""The cost of 10,000 recipients beyond SES's price: usage of planner, workers and feedback."""

import contextlib
import io
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from os import environ
from typing import Any

from infra import costs
from infra.cloud.template import load
from infra.dev.bench.support import bill, endpoint, newsletter_scene
from infra.dev.bench.support.bill import Used
from infra.dev.bench.support.rows import Row, row
from infra.paths import ROOT

MEMBERS = 10_000
GOAL = 0.04
GOAL_NEW = 0.026
NEW_ACCOUNT = 14  # recipients a second, which is what SES gives at first
SHUFFLED_WITHIN = 500  # events: SES sends in parallel, and a queue keeps no order
FUNCTIONS = ("NewsletterTick", "NewsletterSend", "Feedback")

Raw = dict[str, Any]


def run(members: int = MEMBERS) -> list[Row]:
    """`dispatch_cost`: cents, against SES's price; `details` has every part. `dispatch_cost_new`
    is the same on a new account, whose rate allows smaller batches, one at a time."""
    quick, new = (_used(members, rate) for rate in (0, NEW_ACCOUNT))
    return [
        _row("dispatch_cost", quick, members, GOAL),
        _row("dispatch_cost_new", new, members, GOAL_NEW),
    ]


def _used(members: int, rate: int) -> list[Used]:
    with endpoint.running() as address:
        newsletter_scene.fill(address, members)
        command = [sys.executable, "-m", "infra.dev.bench.dispatch_cost", str(rate)]
        settings = newsletter_scene.environment(address) | {"POWERTOOLS_LOG_LEVEL": "INFO"}
        done = subprocess.run(command, env=settings, stdout=-1, check=True)  # noqa: S603
        ledger = newsletter_scene.query(address, "ledger")
    if (ledger["accepted"], ledger["addresses"]) != (members, members):
        raise RuntimeError(f"not every recipient got exactly one email: {ledger}")
    return [_read(used) for used in json.loads(done.stdout.splitlines()[-1])]


def _read(used: Raw) -> Used:
    counted: Raw = {name: Counter(used[name]) for name in ("calls", "units")}
    return Used(**used | counted)


def _row(name: str, used: list[Used], members: int, goal: float) -> Row:
    ses = members * costs.MAIL
    parts = bill.parts(used, members)
    whole = sum(part.dollars for part in parts)
    events = sum(part.dollars for part in parts[:1])
    # While emails are sent slowly, a receive may return a single message.
    slowly = (1 - 1 / bill.QUEUE_BATCH) * members * costs.QUEUE_REQUEST
    note = (
        f"{(whole - events) / ses:.1%} if AWS takes nothing for SES's events; "
        f"{(whole + slowly) / ses:.1%} if each event is received alone"
    )
    figures = row(name, whole * 100, ses * 100, goal, note)
    return figures | {"details": bill.details(parts, ses)}


class Measure:
    """Calls the functions, and records what each uses."""

    def __init__(self, address: str, log: io.StringIO) -> None:
        """`log` receives the functions' log lines."""
        self.address, self.log = address, log
        self.template = load(ROOT / "template.yaml")
        self.clock = newsletter_scene.JumpingClock()
        self.used = {name: Used(name, self._memory_mb(name)) for name in FUNCTIONS}

    def _memory_mb(self, function: str) -> int:
        common = self.template["Globals"]["Function"]["MemorySize"]
        return int(self._properties(function).get("MemorySize", common))

    def _properties(self, function: str) -> Raw:
        properties: Raw = self.template["Resources"][function]["Properties"]
        return properties

    def messages_at_once(self, function: str) -> int:
        source = self._properties(function)["Events"]["FromQueue"]["Properties"]
        return int(source["BatchSize"])

    def slow_down(self, rate: int) -> None:
        """Make SES accept only `rate` recipients a second."""
        from functions.core.mail.ses_account import UNLIMITED, SesAccount
        from functions.newsletter import sending_rate

        account = SesAccount(daily=UNLIMITED, sent=0, rate=rate, in_sandbox=False)
        sending_rate.account = lambda: account

    def call(self, name: str, handler: newsletter_scene.Handler, event: Raw) -> None:
        used, logged, slept = self.used[name], self.log.tell(), self.clock.jumped
        newsletter_scene.query(self.address, "used")  # drop the usage between two calls
        started, before = time.perf_counter(), time.process_time()
        answer = handler(event, newsletter_scene.Context)
        used.cpu_seconds += time.process_time() - before
        used.wall_seconds += time.perf_counter() - started + self.clock.jumped - slept
        if answer and answer["batchItemFailures"]:
            raise RuntimeError(f"{name}: {self.log.getvalue()[-2000:]}")
        used.invocations += 1
        used.messages += len(event.get("Records", ()))
        used.log_bytes += self.log.tell() - logged
        spent = newsletter_scene.query(self.address, "used")
        used.calls.update(spent["calls"])
        used.units.update(spent["units"])


def events(tags: list[Raw], at_once: int) -> Iterator[Raw]:
    """SES's SEND event of each email, in batches of the queue, in a network's order."""
    rng = random.Random(1)  # noqa: S311 - no secret
    for start in range(0, len(tags), SHUFFLED_WITHIN):
        window = tags[start : start + SHUFFLED_WITHIN]
        rng.shuffle(window)
        for first in range(0, len(window), at_once):
            batch = window[first : first + at_once]
            records = [_record(number, email_tags) for number, email_tags in enumerate(batch)]
            yield {"Records": records}


def _record(number: int, tags: Raw) -> Raw:
    """A message as the rule MailEvents in template.yaml writes it."""
    nothing = dict.fromkeys(("bounce_type", "complaint_type"), "")
    facts = {"event": "Send", "message_id": "0" * 60, "at": "2026-11-18T11:06:40Z"}
    return {"messageId": str(number), "body": json.dumps({**facts, **nothing, "tags": tags})}


def measure(address: str, log: io.StringIO, rate: int) -> list[Used]:
    from functions.feedback import handler

    meter = Measure(address, log)
    if rate:
        meter.slow_down(rate)
    newsletter_scene.schedule()
    newsletter_scene.dispatch(address, meter.call, meter.clock)
    tags = newsletter_scene.query(address, "tags")
    for event in events(tags, meter.messages_at_once("Feedback")):
        meter.call("Feedback", handler.settle, event)
    return list(meter.used.values())


def main(address: str, rate: int) -> None:
    # Before the functions are imported, because their logger keeps the stdout of that moment.
    with contextlib.redirect_stdout(io.StringIO()) as log:
        used = measure(address, log, rate)
    print(json.dumps([vars(function) for function in used]))  # noqa: T201


if __name__ == "__main__":
    main(environ["AWS_ENDPOINT_URL"], int(sys.argv[1]))
