"""One issue on its way to its readers while everything around it fails; a seed decides all of it.

Two planners, four workers and a listener to SES's events take turns call by call.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from functions.core import site
from functions.core.aws import table
from functions.feedback import handler as feedback
from functions.newsletter import bulk_email, handler, sending_rate
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import issues
from functions.newsletter.store.issues import issue_key
from tests.functions.newsletter.crash import readers
from tests.functions.newsletter.crash.actors import Actor, Killed
from tests.functions.newsletter.crash.faults import Fault, Faults
from tests.functions.newsletter.crash.observer import Observer
from tests.functions.newsletter.crash.queues import Events, SendQueue
from tests.functions.newsletter.crash.unreliable_cloud import FAST, UnreliableCloud
from tests.functions.newsletter.crash.verdict import Seen
from tests.functions.newsletter.crash.wire import Request
from tests.functions.support import NOW

MINUTE = 60
# Seconds, as template.yaml has them.
TIMEOUTS = {"planner": 50, "worker": 60, "listener": 30}
MOST = {"planner": 2, "worker": 4, "listener": 1}
ROUGH_SECONDS = 20 * MINUTE  # after that all goes well, so that each run has an end
LONGEST_SECONDS = 2 * 60 * MINUTE
RATES = (FAST, FAST, 14.0, 5.0)  # of a slow account the messages are delayed
ASIDE = {"GetObject", "GetParameters"}  # read once in a container's life


class Context:
    def __init__(self, world: "Simulation", actor: Actor) -> None:
        self._world, self._actor = world, actor

    def get_remaining_time_in_millis(self) -> int:
        return (self._actor.ends_at - self._world.now) * 1000


class Simulation:
    def __init__(self, seed: int, faults: Faults, *, rough: bool) -> None:
        self.rng, self.faults, self.rough = random.Random(seed), faults, rough
        self.cloud = UnreliableCloud(random.Random(seed + 1), rough=rough)
        self.queue = SendQueue(self.cloud, self.rng)
        self.events = Events(self.cloud, self.rng, share=0.1)
        self.now = self.next_tick = NOW
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.calls = 0
        self.steps: Counter[str] = Counter()
        self.faults_done: Counter[tuple[str, str]] = Counter()
        self.watch = Observer()
        self.cloud.time = self.time
        self.cloud.rate = self.rng.choice(RATES)

    # ---- The run

    def run(self) -> None:
        """Until the issue is sent, the queue drained and nobody at work."""
        self._publish()
        while not self.is_over() and not self.is_endless():
            self._start_what_is_due()
            self._go_on()
        for actor in self.actors:  # of an endless issue
            actor.ends_at = 0
            actor.resume()

    def is_over(self) -> bool:
        stored = self.cloud.table.items[issue_key(readers.SLUG)]
        is_at_end = stored["state"]["S"] in (IssueState.SENT, IssueState.MISSED)
        return is_at_end and not self.actors and self.queue.is_empty()

    def is_endless(self) -> bool:
        return self.now > NOW + LONGEST_SECONDS

    def time(self) -> int:
        return self.now + (self.current.skew if self.current else 0)

    def _publish(self) -> None:
        site.forget()
        bulk_email._contents.clear()
        sending_rate.forget()
        for item in (readers.event(), *readers.items()):
            self.cloud.table.put(item)
        for name, content in readers.variants().items():
            self.cloud.objects[f"/{readers.KEY.format(name)}"] = content
        has_deadline = self.rough and self.rng.random() < 0.15
        deadline = _moment(NOW + self.rng.randint(1, 10) * MINUTE) if has_deadline else None
        assert issues.schedule(readers.SLUG, readers.facts(_moment(NOW), deadline), NOW)
        if self.rough and self.rng.random() < 0.15:
            self.cloud.bad_address = f"reader.{self.rng.randrange(readers.COUNT)}@example.com"

    def _go_on(self) -> None:
        if self.rough and self.now > NOW + ROUGH_SECONDS:
            self.rough = self.cloud.rough = False
        if not self.actors:
            self.now = max(self.now + 1, min(self.next_tick, self.now + 5))
            return
        self.now += self.rng.choice([0] * 40 + [1, 1, 2, 5, 20]) if self.rough else 0
        paces = [actor.pace for actor in self.actors]
        self._resume(self.rng.choices(self.actors, paces)[0])
        if self.rng.random() < 0.05:
            self._somebody_acts()

    def _resume(self, actor: Actor) -> None:
        self.current = actor
        actor.resume()
        self.current = None
        if actor.is_done:
            self.actors.remove(actor)
            actor.finished()

    def _somebody_acts(self) -> None:
        if self.rng.random() < 0.05:
            self.cloud.rate = self.rng.choice(RATES)
            sending_rate.forget()
        person = table.from_item(self.rng.choice(readers.items()[1:]))
        if "email" in person and readers.act(self.rng, person, self.now):
            self.watch.left.setdefault(person["email"], self.calls)

    def seen(self) -> Seen:
        return Seen(
            mails=self.cloud.mails,
            troubled=frozenset(self.watch.troubled),
            is_over=self.is_over(),
            after_leaving=self.watch.after_leaving,
            in_flight=self.watch.in_flight,
            before_page=self.watch.before_page,
        )

    # ---- Who is woken

    def _start_what_is_due(self) -> None:
        if self.now >= self.next_tick:
            self.next_tick = self.now + MINUTE
            self._release_a_paused_issue()
            for _ in range(min(self.rng.choice([1, 2]), self._room("planner"))):
                self._start("planner", lambda context: handler.tick({"tick": True}, context))
        if self.queue.has_messages() and self.rng.random() < 0.5:
            self._start_on("worker", self.queue, handler.send)
        self.events.listen(self.now)
        if self.events.waiting and self.rng.random() < 0.2:
            self._start_on("listener", self.events, feedback.settle)

    def _release_a_paused_issue(self) -> None:
        """Bounces and SES pause the issue; a person looks every minute and lets it go on."""
        stored = self.cloud.table.items[issue_key(readers.SLUG)]
        if stored["state"]["S"] == IssueState.PAUSED:
            gone = ("resumes_as", "reason", "paused_at", "accepted", "bounces", "complaints")
            kept = {name: value for name, value in stored.items() if name not in gone}
            self.cloud.table.put(kept | {"state": stored["resumes_as"]})

    def _start_on(self, role: str, source: SendQueue | Events, handle: Callable[..., Any]) -> None:
        """Start a handler of messages; the unconfirmed ones return to their source."""
        if not self._room(role) or not (taken := source.take(self.now)):
            return
        actor = self._start(role, lambda context: handle({"Records": taken}, context))

        def finished() -> None:
            lost = actor.was_killed or actor.error
            unconfirmed = taken if lost else actor.result["batchItemFailures"]
            names = {str(m.get("itemIdentifier", m.get("messageId"))) for m in unconfirmed}
            source.hand_back(taken, names, self.now)

        actor.finished = finished

    def _room(self, role: str) -> int:
        return MOST[role] - sum(actor.role == role for actor in self.actors)

    def _start(self, role: str, handle: Callable[[Context], Any]) -> Actor:
        def work(actor: Actor) -> Any:
            return handle(Context(self, actor))

        actor = Actor(role, work, self.now + TIMEOUTS[role])
        actor.pace = self.rng.choice([1, 1, 1, 0.1])
        actor.skew = self.rng.choice([-2, 0, 0, 2]) if self.rough else 0
        self.actors.append(actor)
        return actor

    # ---- Every call of everybody comes by here

    def call(self, label: str, request: Request) -> tuple[int, bytes]:
        actor = self.current
        if actor is None:  # members, and the verdict
            return self._answer(request, None)
        actor.pause()
        if self.now > actor.ends_at:
            self.watch.trouble(actor)
            raise Killed
        self.calls += 1
        return self._with_faults(actor, f"{actor.role}: {label}", request)

    def _with_faults(self, actor: Actor, step: str, request: Request) -> tuple[int, bytes]:
        self.steps[step] += 1
        fault = self._fault(actor, step, request)
        if fault is None:
            return self._answer(request, actor)
        self.faults_done[step, fault] += 1
        return self._fail(fault, actor, request)

    def _fault(self, actor: Actor, step: str, request: Request) -> Fault | None:
        if actor.losing:
            actor.losing -= 1
            return Fault.LOSE_REQUEST
        if request.operation in ASIDE or self.now > NOW + ROUGH_SECONDS:
            return None
        return self.faults.pick(self.calls - 1, step)

    def _fail(self, fault: Fault, actor: Actor, request: Request) -> tuple[int, bytes]:
        answer = (500, b'{"__type":"InternalServerError"}')
        if fault in {Fault.KILL_AFTER, Fault.LOSE_ANSWER, Fault.CUT_OFF, Fault.BROKEN_DONE}:
            self._answer(request, actor)
        self.watch.trouble(actor)
        match fault:
            case Fault.KILL_BEFORE | Fault.KILL_AFTER:
                raise Killed
            case Fault.LOSE_REQUEST | Fault.LOSE_ANSWER:
                raise self.rng.choice([ReadTimeoutError, ConnectionClosedError])(
                    endpoint_url=request.url
                )
            case Fault.CUT_OFF:
                actor.losing = 3
                raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    def _answer(self, request: Request, actor: Actor | None) -> tuple[int, bytes]:
        """The cloud's own answer; what it did is noted."""
        before = len(self.cloud.mails)
        status, body = self.cloud.answer(request.method, request.path, request.target, request.body)
        if actor and status < 300:
            self.watch.note(actor, request, self.calls)
            is_online = f"/{readers.PAGE}" in self.cloud.objects
            self.watch.note_mails(actor, self.cloud.mails[before:], is_online=is_online)
        return status, body


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
