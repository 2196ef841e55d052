"""Real processes, killed by the kernel at any moment: planners and workers against a cloud of HTTP.

Run as a script it prints one JSON line for each run. It forks, so nothing here starts a thread.
"""

import asyncio
import json
import mmap
import os
import random
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from functions.core import clock
from functions.core.aws import clients
from functions.core.log import log
from functions.newsletter import handler, sender
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.batches import REQUEUE_SECONDS
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import batches, issues
from infra.dev.fake_aws.expressions import Raw
from infra.dev.fake_aws.http_protocol import Http
from tests.functions.newsletter.crash import readers
from tests.functions.newsletter.crash.unreliable_cloud import UnreliableCloud
from tests.functions.newsletter.crash.verdict import Seen, judge
from tests.functions.support import ENVIRONMENT, NOW

AT_WORK = {"planner": 2, "worker": 4}
ROUND_SECONDS = REQUEUE_SECONDS + 1  # between two rounds, on the clock of all processes
ROUNDS_WITH_KILLS = 4
MOST_ROUNDS = 30
LATEST_KILL_SECONDS = 0.2
SLOWEST_CALL_SECONDS = 0.012
EMPTY_POLLS = 5  # of a worker at an empty queue
SLOW = 50.0  # recipients a second: messages are delayed, and batches are as large as usual

the_clock = mmap.mmap(-1, 8)  # shared with all children


class Shared(UnreliableCloud):
    """The cloud with a queue; messages that were taken and not confirmed can be returned to it."""

    def __init__(self) -> None:
        super().__init__(random.Random(0), rough=False)
        self.taken: dict[str, Raw] = {}
        self.time, self.rate = now, SLOW

    def control_take(self, _body: bytes) -> list[Raw]:
        self.queue += [message for at, message in self.delayed if at <= now()]
        self.delayed = [(at, message) for at, message in self.delayed if at > now()]
        messages, self.queue = self.queue[:2], self.queue[2:]
        self.taken |= {message["messageId"]: message for message in messages}
        self.in_flight = len(self.taken)
        return messages

    def control_confirm(self, body: bytes) -> None:
        for name in json.loads(body):
            self.taken.pop(name, None)
        self.in_flight = len(self.taken)

    def control_return(self, _body: bytes) -> None:
        self.queue += self.taken.values()
        self.taken, self.in_flight = {}, 0

    def control_mails(self, _body: bytes) -> list[Raw]:
        return self.mails


class Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 50_000


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child process and return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def serve(pipe: int) -> None:
    async def forever() -> None:
        cloud = Shared()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Http(cloud), "127.0.0.1", 0)
        os.write(pipe, str(server.sockets[0].getsockname()[1]).encode())
        await server.serve_forever()

    asyncio.run(forever())


def control(action: str, content: Any = None) -> Any:
    url = f"{os.environ['AWS_ENDPOINT_URL']}/control/{action}"
    with urllib.request.urlopen(url, json.dumps(content).encode()) as answer:
        return json.loads(answer.read())


def plan() -> None:
    handler.tick({"tick": True}, Context)


def work() -> None:
    for _ in range(EMPTY_POLLS):
        while taken := control("take"):
            failed = handler.send({"Records": taken}, Context)["batchItemFailures"]
            again = {failure["itemIdentifier"] for failure in failed}
            control("confirm", [m["messageId"] for m in taken if m["messageId"] not in again])
        time.sleep(SLOWEST_CALL_SECONDS)


def now() -> int:
    return int.from_bytes(the_clock[:], "big")


def pass_(seconds: int) -> None:
    the_clock[:] = (now() + seconds).to_bytes(8, "big")


def one_run(seed: int) -> Raw:
    """Send an issue with children that die; what became of it."""
    rng, (reading, writing) = random.Random(seed), os.pipe()
    server = fork(lambda: serve(writing))
    port = os.read(reading, 8).decode()
    os.close(reading)
    os.close(writing)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
    clients._client.cache_clear()
    _slow_down(os.getpid())
    try:
        return _send_issue(rng)
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def _slow_down(parent: int) -> None:
    """Children wait at each call, so that death finds them at any step and not in between."""

    def dawdle(**_: Any) -> None:
        if os.getpid() != parent:
            time.sleep(random.uniform(0, SLOWEST_CALL_SECONDS))

    ses = clients.client("sesv2", attempts=1, read_seconds=sender.READ_SECONDS)
    for client in (ses, clients.client("dynamodb"), clients.client("sqs")):
        client.meta.events.register("before-send", dawdle)


def _send_issue(rng: random.Random) -> Raw:
    the_clock[:] = NOW.to_bytes(8, "big")
    _publish()
    killed = {"planner": 0, "worker": 0}
    rounds = 0
    while not _is_over() and rounds < MOST_ROUNDS:
        rounds += 1
        _round(rng, killed, kills=rounds <= ROUNDS_WITH_KILLS)
        control("return")
        pass_(ROUND_SECONDS)
    return _verdict(killed) | {"rounds": rounds, "killed": killed}


def _publish() -> None:
    control("fill", readers.items())
    for name, content in readers.variants().items():
        path = f"{ENVIRONMENT['PRIVATE_BUCKET']}/{readers.KEY.format(name)}"
        url = f"{os.environ['AWS_ENDPOINT_URL']}/{path}"
        urllib.request.urlopen(urllib.request.Request(url, content, method="PUT")).close()
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW))
    assert issues.schedule(readers.SLUG, readers.facts(at, None), NOW)


def _is_over() -> bool:
    issue = issues.get(readers.SLUG)
    return issue is not None and issue.state is IssueState.SENT


def _round(rng: random.Random, killed: dict[str, int], *, kills: bool) -> None:
    """Everybody at once; half of them are killed at some moment, the others come to their end."""
    _close_connections()
    work_of = {"planner": plan, "worker": work}
    roles = [role for role, count in AT_WORK.items() for _ in range(count)]
    children = {fork(work_of[role]): role for role in roles}
    doomed = rng.sample(sorted(children), k=len(children) // 2) if kills else []
    for child in doomed:
        time.sleep(rng.uniform(0, LATEST_KILL_SECONDS / len(doomed)))
        os.kill(child, signal.SIGKILL)
    for child, role in children.items():
        _, status = os.waitpid(child, 0)
        killed[role] += os.WIFSIGNALED(status)


def _close_connections() -> None:
    """So that no child writes into a connection of ours."""
    for service in ("dynamodb", "s3", "sqs"):
        clients.client(service).close()  # type: ignore[call-overload]


def _verdict(killed: dict[str, int]) -> Raw:
    every = frozenset(batch.number for batch in batches.of_issue(readers.SLUG))
    uncertain = {b.number for b in batches.of_issue(readers.SLUG) if b.state == "uncertain"}
    verdict = judge(Seen(mails=control("mails"), troubled=every, is_over=_is_over()))
    too_many = max(0, len(uncertain) - killed["worker"])  # one worker holds one batch at most
    return {
        "wrong": verdict.wrong() | ({"unexplained": too_many} if too_many else {}),
        "uncertain": verdict.uncertain,
        "counts": verdict.counts,
    }


def main(runs: int) -> None:
    os.environ |= ENVIRONMENT | {"SEND_QUEUE_URL": "http://127.0.0.1/send"}
    log.setLevel("CRITICAL")
    clock.now = now
    paging.PAGE_SIZE = 45
    for seed in range(runs):
        print(json.dumps({"seed": seed} | one_run(seed)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
