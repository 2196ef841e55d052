"""Eight workers do what people, hosts and HR do with one small event, at random and at once; each
write of theirs, in its order, is held against what must never break.

A seed draws the acts, though not how they meet: SEATS_SEED=… draws the same ones again.
"""

import os
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from functions.core import settings
from functions.core.aws import clients, secrets
from functions.core.errors import RefusedError, TooManyError
from functions.core.tokens import Purpose, make
from functions.door import keeping
from functions.door.rules.check_ins import Tap, TapKind
from functions.events import serving
from functions.events.rules import Rsvp, Status
from functions.events.store import events, rsvps
from functions.events.waiting_list import WaitingList
from infra.dev.local.local_stack import Stack
from tests.e2e.form_client import token_of
from tests.e2e.mailbox import Mailbox, link_in, wait_until
from tests.e2e.page_list import FORM
from tests.e2e.project_copy import write_event
from tests.e2e.stack_access import Item, publish, table_items
from tests.e2e.table_history import TableHistory
from tests.functions.events.seat_checks import SeatChecks

SLUG, TITLE = "boat-trip", "A trip in a small boat"
PARTITION = f"EVENT#{SLUG}"
CONTACT = "maja.holmberg@example.com"
WORKERS, SECONDS, MOST_STEPS = 8, 15, 60
PEOPLE = [f"guest-{number}@example.com" for number in range(12)]
SEED = os.environ.get("SEATS_SEED") or f"{random.randrange(10**6)}"
PATIENCE_SECONDS = 10
BUSY = (502, 503, 504)  # of the local cloud, on a machine that does much else


class Stage:
    """The event, its people, and how they reach it."""

    def __init__(self, stack: Stack, mailbox: Mailbox) -> None:
        self.stack, self.mailbox = stack, mailbox
        self.clients = {name: stack.client(name) for name in ("dynamodb", "lambda", "ssm")}
        self.bodies: dict[str, dict[str, Any]] = {}
        self.done: Counter[str] = Counter()
        self.host_token = ""

    def post(self, path: str, **fields: str) -> int:
        headers = {"Origin": self.stack.site_url, "Content-Type": FORM}
        body = urlencode(fields).encode()
        request = urllib.request.Request(self.stack.site_url + path, body, headers, method="POST")
        try:
            with OPENER.open(request, timeout=PATIENCE_SECONDS) as response:
                status = int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            status = error.code
        except TimeoutError:
            status = BUSY[-1]
        self.done[f"answered {status}"] += 1
        assert status < 500 or status in BUSY, (path, fields, status)
        return status

    def warm_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.stack.site_url}/api/events/{SLUG}/seats"):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return False

    def tick(self) -> None:
        name = self.stack.outputs["EventsTickName"]
        answer = self.clients["lambda"].invoke(FunctionName=name, Payload=b'{"tick": true}')
        assert "FunctionError" not in answer, answer["Payload"].read()

    def links(self, address: str) -> list[str]:
        """Those in the newest emails to somebody, the newest first."""
        rows = [row for row in self.mailbox.to(address) if TITLE in row["subject"]][:3]
        return [link for row in rows for link in self._links(row["id"])]

    def _links(self, mail_id: str) -> list[str]:
        if mail_id not in self.bodies:
            self.bodies[mail_id] = self.mailbox.read(mail_id)
        links = self.bodies[mail_id]["links"]
        return sorted({link for link in links if "/api/rsvp/" in link and "token=" in link})


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


class Worker:
    def __init__(self, stage: Stage, number: int) -> None:
        self.stage, self.number = stage, number
        self.random = random.Random(f"{SEED} {number}")
        self.taps = 0

    def work(self) -> None:
        end = time.monotonic() + SECONDS
        for _ in range(MOST_STEPS):
            act = self.random.choice(ACTS)
            if time.monotonic() > end:
                return
            self.stage.done[act.__name__] += 1
            try:
                act(self)
            except (RefusedError, TooManyError):
                self.stage.done["came too late"] += 1

    # ---- People

    def sign_up(self) -> None:
        guests, address = str(self.random.randint(0, 1)), self.random.choice(PEOPLE)
        path = f"/api/events/{SLUG}/rsvp"
        self.stage.post(path, name="Gus Ek", email=address, guests=guests)

    def follow_link(self) -> None:
        """One of somebody's newer emails, which may be stale by now."""
        address, which = self.random.choice(PEOPLE), self.random.random() ** 2
        action = self.random.choice(ACTIONS)
        if links := self.stage.links(address):
            link = links[int(which * len(links))]
            self._press(urlsplit(link).path, token_of(link), action)

    def press_newest(self) -> None:
        """The link of a sign-up as it stands now: its email may be under way."""
        known, action = self._one(*Status), self.random.choice(ACTIONS)
        if known:
            is_new = known.status is Status.PENDING
            purpose = Purpose.CONFIRM_RSVP if is_new else Purpose.CHANGE_RSVP
            token = make(purpose, SLUG, known.address_hash, known.revision)
            self._press("/api/rsvp/confirm" if is_new else "/api/rsvp/change", token, action)

    def _press(self, path: str, token: str, action: str) -> None:
        guests = action.removeprefix("guests ")
        more = {"guests": guests} if guests.isdigit() else {"action": action}
        confirm = path == "/api/rsvp/confirm"
        self.stage.post(path, token=token, queue="yes", **({} if confirm else more))

    # ---- The host and the team

    def answer(self) -> None:
        action, known = (
            self.random.choice(["approve", "approve", "decline"]),
            self._one(Status.REQUESTED),
        )
        if known:
            who = {"who": known.address_hash, "revision": str(known.revision)}
            self.stage.post("/api/guest-list", token=self.stage.host_token, action=action, **who)

    def set_capacity(self) -> None:
        seats, at_desk = self.random.randint(2, 8), self.random.random() < 0.5
        event = events.get(SLUG)
        assert event
        if at_desk:
            events.set_capacity(event, seats)
        else:
            events.upsert(SLUG, event.facts | {"seats": seats}, int(time.time()))

    def let_the_host_decide(self) -> None:
        event, approval = events.get(SLUG), self.random.random() < 0.4
        assert event
        events.upsert(SLUG, event.facts | {"approval": approval}, int(time.time()))

    def tick(self) -> None:
        """The network of the tests gives seats at once; here some are offered, as elsewhere."""
        offers = self.random.random() < 0.7
        if not offers:
            self.stage.tick()
        while offers and serving._serve_next(SLUG, WaitingList(), int(time.time())):
            pass

    def erase(self) -> None:
        known = self._one(*Status)
        if known:
            rsvps.delete(known)

    def check_in(self) -> None:
        kind = self.random.choice([TapKind.CAME, TapKind.CAME, TapKind.UNDO])
        known, event = self._one(Status.ACCEPTED), events.get(SLUG)
        if known and event:
            self.taps += 1
            tap_id = f"w{self.number}t{self.taps}"
            keeping.keep(event, [Tap(tap_id, known.ticket, kind, 1)], int(time.time()))

    def _one(self, *statuses: Status) -> Rsvp | None:
        which = self.random.random()
        there = [one for one in rsvps.of_event(SLUG) if one.status in statuses]
        return there[int(which * len(there))] if there else None


FEWEST_CHANGES = 10  # even on a slow machine
ACTIONS = ("cancel", "accept", "accept", "come_back", "guests 0", "guests 1")
ACTS: list[Callable[[Worker], None]] = [
    *[Worker.press_newest] * 8,
    *[Worker.follow_link] * 3,
    *[Worker.sign_up] * 4,
    *[Worker.answer] * 2,
    *[Worker.tick] * 3,
    *[Worker.set_capacity, Worker.let_the_host_decide, Worker.erase, Worker.check_in],
]


@pytest.fixture
def stage(
    stack: Stack, mailbox: Mailbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """The event is published, where it is day now, and its host has a link to the guest list."""
    stage = Stage(stack, mailbox)
    name = stack.outputs["EventsWebName"]
    of_function = stage.clients["lambda"].get_function_configuration(FunctionName=name)
    for name, value in of_function["Environment"]["Variables"].items():
        monkeypatch.setenv(name, value)
    settings.settings.cache_clear()
    secrets.forget()
    monkeypatch.setattr(clients, "_client", lambda service, *_: stage.clients[service])
    write_event(folder, SLUG, TITLE, 20, "approval: true\n")
    publish(stack)
    event = wait_until(lambda: events.get(SLUG), "the event")
    noon = 12 - datetime.now(UTC).hour
    zone = {"time_zone": f"Etc/GMT{-noon:+d}" if noon else "Etc/GMT"}
    events.upsert(SLUG, event.facts | zone | {"seats": 4}, int(time.time()))
    stage.host_token = host_token(stage)
    with ThreadPoolExecutor(WORKERS) as threads:  # eight of the function start, before it counts
        list(threads.map(lambda _: stage.warm_up() or stage.warm_up(), range(WORKERS)))
    yield stage
    for client in stage.clients.values():
        client.close()
    settings.settings.cache_clear()
    secrets.forget()


def host_token(stage: Stage) -> str:
    """Of the email that somebody has asked to come."""
    stage.post(f"/api/events/{SLUG}/rsvp", name="Gus Ek", email=PEOPLE[0], guests="0")
    link = wait_until(lambda: stage.links(PEOPLE[0]), "the email to confirm")[0]
    stage.post(urlsplit(link).path, token=token_of(link))
    stage.clients["dynamodb"].update_item(
        TableName=stage.stack.outputs["TableName"],
        Key={"pk": {"S": PARTITION}, "sk": {"S": "REQUESTS"}},
        UpdateExpression="SET due_at = :past",
        ConditionExpression="due_at > :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    stage.tick()
    return token_of(link_in(stage.mailbox.wait(CONTACT, TITLE), "/api/guest-list"))


def test_eight_workers_at_random_break_nothing(
    stack: Stack,
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, str], None],
) -> None:
    record_property("seats at once", f"SEATS_SEED={SEED}")
    history = TableHistory(stack)
    with ThreadPoolExecutor(WORKERS) as threads:
        jobs = [threads.submit(Worker(stage, number).work) for number in range(WORKERS)]
    for job in jobs:
        job.result()
    stage.tick()
    stored = settled(stage)
    history.read()
    monkeypatch.setattr(clients, "_client", lambda *_: history.memory)
    checks = SeatChecks(SLUG, lambda: history.items, WaitingList())
    refused = history.replay(PARTITION, checks.after_a_write)
    record_property("acts at once", f"{refused} refused, {dict(stage.done)}, {dict(checks.moves)}")
    assert of_event(history.items.values()) == stored, "not all writes are known"
    assert checks.moves.total() >= FEWEST_CHANGES
    checks.nothing_idles(int(time.time()))


def settled(stage: Stage) -> list[Item]:
    """The event's items, once what was under way has ended and a tick changes nothing more."""

    def is_settled() -> list[Item] | None:
        before = of_event(table_items(stage.stack))
        stage.tick()
        return before if of_event(table_items(stage.stack)) == before else None

    stored: list[Item] = wait_until(is_settled, "the last write")
    return stored


def of_event(items: Iterable[Item]) -> list[Item]:
    of_it = [item for item in items if item["pk"]["S"] == PARTITION]
    return sorted(of_it, key=lambda item: item["sk"]["S"])
