"""More people than seats: never one too many, and without the condition there would be."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock, current_thread, local, main_thread
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError
from moto.core import botocore_stubber

from functions.core.addresses import address_hash
from functions.core.aws import retries, table
from functions.core.tokens import Purpose, make
from functions.events import handler, rules
from functions.events.store import events, places, rsvps
from infra.dev.local.local_stack import CLOUD_PYTHON
from tests.functions import conftest
from tests.functions.events import actions
from tests.functions.events.crowd import crowd
from tests.functions.support import ENVIRONMENT, NOW, SITE, request

# The condition, taken out: DynamoDB refuses values that no expression uses.
NO_CONDITION = f"({places.HAS_SEATS}) OR attribute_exists(#pk)"


class OneAtATime:
    """moto is not made for threads. Like DynamoDB it now completes one request before the next,
    and a transaction that meets another one is refused as a conflict.

    The first transaction of the crowd waits until another one was refused, so that they collide
    however fast the machine is.
    """

    def __init__(self) -> None:
        self.table, self.transaction = Lock(), Lock()
        self.conflicts, self.collided = 0, Event()
        self.answer = botocore_stubber.BotocoreStubber.__call__

    def __call__(self, stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        if b"TransactWriteItems" not in request.headers.get("X-Amz-Target", b""):
            return self.complete(stubber, event_name, request, **more)
        if not self.transaction.acquire(blocking=False):
            self.conflicts += 1
            self.collided.set()
            return self.conflict(request.url)
        try:
            if current_thread() is not main_thread():
                self.collided.wait(timeout=10)
            return self.complete(stubber, event_name, request, **more)
        finally:
            self.transaction.release()

    def complete(self, *request: Any, **more: Any) -> Any:
        with self.table:
            return self.answer(*request, **more)

    def conflict(self, url: str) -> AWSResponse:
        reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}]
        error = {"__type": "x#TransactionCanceledException", "CancellationReasons": reasons}
        raw = botocore_stubber.MockRawResponse(json.dumps(error).encode())
        return AWSResponse(url, 400, {}, raw)


@pytest.fixture
def dynamodb(cloud, monkeypatch) -> OneAtATime:
    shared = OneAtATime()

    def call(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        return shared(stubber, event_name, request, **more)

    monkeypatch.setattr(botocore_stubber.BotocoreStubber, "__call__", call)
    table.client("dynamodb")
    make(Purpose.CONFIRM_RSVP, "warm", "up", 1)
    return shared


def invite(people: int) -> list[str]:
    """Everybody's token, as in their mail to confirm."""
    event = events.get(actions.SLUG)
    assert event
    tokens = []
    for i in range(people):
        wish = rules.Wish(f"Person {'abcdefghij'[i % 10]}", f"p{i}@example.com", 1, "", "en")
        hashed = address_hash(wish.email)
        after = rules.sign_up(event, None, wish, hashed, NOW).after
        assert after
        rsvps.save_pending(None, after, NOW)
        tokens.append(make(Purpose.CONFIRM_RSVP, actions.SLUG, hashed, after.revision))
    return tokens


class OwnRequest(local):
    """In Lambda a process has one request at a time; here each thread has its own."""

    current_event: Any = None


def confirm_all(people: int, monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    tokens, app = invite(people), OwnRequest()
    monkeypatch.setattr(handler, "app", app)

    def come(i: int) -> int:
        viewer = {"cloudfront-viewer-address": f"192.0.2.{i % 250}:4711"}
        form = {"token": tokens[i]}
        app.current_event = request("POST", actions.CONFIRM, form=form, headers=viewer)
        return handler.confirm().status_code

    return crowd(people, come)


def seated() -> int:
    sign_ups = table.query(f"EVENT#{actions.SLUG}", "RSVP#")
    return sum(item["party"] for item in sign_ups if item["status"] == "accepted")


def test_thirty_concurrent_confirmations_fill_exactly_six_seats(dynamodb, monkeypatch):
    actions.publish(seats=6)
    assert confirm_all(30, monkeypatch) == {200: 6, 409: 24}
    assert (seated(), actions.event()["free"]) == (6, 0)
    assert dynamodb.conflicts > 0


def test_the_last_seat_goes_to_only_one_of_two_people_who_both_saw_it_free(cloud, monkeypatch):
    actions.publish(seats=1)
    assert oversell(monkeypatch) == (409, 1, 0)


def test_without_the_condition_both_would_get_the_last_seat(cloud, monkeypatch):
    actions.publish(seats=1)
    monkeypatch.setattr(places, "HAS_SEATS", NO_CONDITION)
    assert oversell(monkeypatch) == (200, 2, -1)


def oversell(monkeypatch) -> tuple[int, int, int]:
    """The second one's status, where the first confirms between the second's look and click."""
    first, second = invite(2)

    def press_button(token: str) -> int:
        return int(
            actions.send_request("POST", actions.CONFIRM, form={"token": token})["statusCode"]
        )

    actions.before_writing(monkeypatch, lambda: press_button(first))
    return press_button(second), seated(), actions.event()["free"]


# ---- The same against a real server, with real requests


@pytest.fixture
def server(monkeypatch, moment) -> Iterator[None]:
    """DynamoDB and SSM of the local cloud, in a process of its own, on a port of its own."""
    python = Path(os.environ.get("CLOUD_PYTHON", CLOUD_PYTHON))
    if not python.exists():
        pytest.skip("no local cloud on this machine: `make test` brings it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    endpoint = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setattr(retries, "DECIDING_SECONDS", 60)  # one process does what 200 do elsewhere
    more = {"GATEWAY_PORT": port, "BIND_HOST": "127.0.0.1"}
    process = subprocess.Popen(
        [python, "-m", "ministack"], env=os.environ | more, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(endpoint)
        conftest._forget()
        conftest._create_table()
        conftest._create_rest()
        table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 1, "site": SITE}))
        yield
    finally:
        process.terminate()
        process.wait(20)
        conftest._forget()


def wait_for(endpoint: str) -> None:
    for _ in range(100):
        try:
            boto3.client("dynamodb").list_tables()
        except EndpointConnectionError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(endpoint)


@pytest.mark.stack
def test_two_hundred_concurrent_confirmations_fill_exactly_forty_seats(server, monkeypatch):
    monkeypatch.setenv("MAILS_PER_HOUR", "1000")
    actions.publish(seats=40)
    assert confirm_all(200, monkeypatch) == {200: 40, 409: 160}
    assert (seated(), actions.event()["free"]) == (40, 0)


@pytest.mark.stack
def test_without_the_condition_two_hundred_people_would_oversell_the_event(server, monkeypatch):
    monkeypatch.setattr(places, "HAS_SEATS", NO_CONDITION)
    actions.publish(seats=40)
    answers = confirm_all(200, monkeypatch)
    assert answers[200] == seated() > 40
    assert actions.event()["free"] == 40 - seated()
