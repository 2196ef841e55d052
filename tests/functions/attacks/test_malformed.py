"""Twelve thousand requests that no browser of ours sends: no 5xx, and nothing is written.

An exception that a handler raises is Lambda's 502. The requests are the same in each run.
"""

import base64
import re
from collections import Counter
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from functions.account import rules
from functions.core.aws import private_files
from functions.core.log import log
from functions.core.web import requests
from functions.team.rules import TeamMember
from tests.functions.attacks.routes import DESK, ROUTES, Reads, Route, noting
from tests.functions.attacks.world import (
    ANN,
    BEAS_WORDS,
    DESK_SESSION,
    DINNER,
    GUS,
    OLA,
    SAM,
    World,
)
from tests.functions.lives.checks import Log
from tests.functions.support import request

REQUESTS, OF_THE_DESK = 10_000, 2_000
STATUSES = {200, 303, 400, 409, 410, 413, 415, 429}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "")
TYPES = (
    requests.FORM_TYPE, "APPLICATION/X-WWW-FORM-URLENCODED ; charset=x", "application/json",
    "multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "", "x" * 2000, "/",
)  # fmt: skip
ORIGINS = ("https://evil.example", "null", "", "https://alumni.example.com.evil.example", "\u2028")
ODD = (
    "", " ", "\x00", "a\x00b", "\ud7ff", "😀" * 50, "\u202e", "%", "%zz", "%00", "%ff", "../..",
    "\r\nSet-Cookie: a=b", "'", '"><script>', "{{7*7}}", "${x}", "#", "-1", "0", "1e999", "9" * 400,
    "NaN", "null", "[]", "x" * 4000, "=?utf-8?q?x?=", "a@", "@b", "a@b", "a b@example.com",
    "WyJhIiwxXQ.aaaa.bbbb", "WyJhIiwxXQ", "....", "a.b.c", "m" + "0" * 32 + "." + "s" * 43,
)  # fmt: skip
BROKEN_BODIES = (None, "", "{}", "%", "&&&===", "a" * 200_000, "&".join(["a=1"] * 200), "\ud7ff")
UPLOAD = "/desk/imports/"
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
NO_LISTS = (
    b"", b"--x", b"--x--", b"--x\r\n\r\n--x--", FILE, FILE + b"\r\n--x--", b"\0" * 5000,
    FILE.replace(b"file=", b"file*=%ff''%00") + b"%PDF\r\n--x--",
    *(FILE + content + b"\r\n--x--" for content in (
        b"\0", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" + b"x" * 500, b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 500, b" \r\n", b"\0\0a\0", b'"' + b"x;" * 200_000,
    )),
)  # fmt: skip


class Attacker:
    """Makes requests from chance alone, with the names that the routes read."""

    routes = ROUTES

    def __init__(self, world: World, seed: int = 10) -> None:
        self.world, self.chance = world, Random(seed)
        self.names = {route: self.names_read(route) for route in self.routes}

    def one(self, route: Route) -> dict[str, Any]:
        path = re.sub(r"<\w+>", lambda _: quote(self.odd(), safe="") or "x", route.path)
        event = request(
            route.method,
            path,
            query={name: self.odd() for name in self.some(self.names[route].query)},
            headers=self.world.headers(),
        )
        event["headers"] |= {"cookie": self.cookies(route)}
        event["body"] = self.body(route)
        self.chance.choice((self.as_is, self.spoil_route, self.spoil_body, self.spoil_head))(event)
        return event

    def names_read(self, route: Route) -> Reads:
        form: dict[str, Any] = {"form": {}} if route.method == "POST" else {}
        with noting() as reads:
            route.send({}, **form, headers=self.world.headers())
        return reads

    def as_is(self, event: dict[str, Any]) -> None:
        """With odd values alone, signed in or not."""

    def spoil_route(self, event: dict[str, Any]) -> None:
        event["requestContext"]["http"]["method"] = self.chance.choice(METHODS)
        event["rawPath"] += self.chance.choice(
            ("", "/", "//", "/../", quote(self.odd()), self.odd())
        )
        event["headers"]["cookie"] = ""

    def spoil_body(self, event: dict[str, Any]) -> None:
        event["body"] = self.chance.choice(BROKEN_BODIES)
        event["isBase64Encoded"] = self.chance.random() < 0.5
        if self.chance.random() < 0.3:
            event["body"] = base64.b64encode(self.chance.randbytes(200)).decode()
        event["headers"]["cookie"] = ""

    def spoil_head(self, event: dict[str, Any]) -> None:
        headers = event["headers"]
        headers["content-type"] = self.chance.choice(TYPES)
        headers["origin"] = self.chance.choice(ORIGINS)
        headers["cloudfront-viewer-address"] = self.chance.choice(
            ("", self.odd(), "::1", "1.2.3.4:x")
        )
        headers["cookie"] = self.odd()
        if self.chance.random() < 0.2:
            event["queryStringParameters"] = None
        if self.chance.random() < 0.2:
            del headers["x-origin-secret"]

    def body(self, route: Route) -> str:
        form = {name: self.odd() for name in self.some(self.names[route].form)}
        return urlencode(form, errors="replace")

    def cookies(self, route: Route) -> str:
        """Ann's session only where its form can be wrong: two buttons have no fields at all."""
        names = sorted(self.names[route].cookies)
        sessions = [self.odd(), self.odd()]
        if len(self.names[route].form) > MOST_OF_A_BUTTON or route.method == "GET":
            sessions += self.world.cookies.values()
        return "; ".join(f"{name}={self.chance.choice(sessions)}" for name in names)

    def odd(self) -> str:
        return self.chance.choice(ODD)

    def some(self, names: set[str]) -> list[str]:
        known = sorted(names)
        return self.chance.sample(known, self.chance.randint(0, len(known)))


MOST_OF_A_BUTTON = 4  # fields that a route reads whose form is a button


class AtTheDesk(Attacker):
    """As an owner, whose pages get ids and forms that cannot be; and as Sam, who gets those of
    people whom he may not see, too."""

    routes = DESK

    def one(self, route: Route) -> dict[str, Any]:
        event = super().one(route)
        if route.path == UPLOAD and route.method == "POST":
            self.upload(event)
        if f"{DESK_SESSION}={self.world.desk['limited']}" in event["headers"]["cookie"]:
            event["rawPath"] = re.sub(r"<\w+>", self.hidden, route.path)
        return event

    def hidden(self, _name: object) -> str:
        """The id of somebody or something whom Sam may not see."""
        return self.chance.choice((*self.world.beas_ids, DINNER))

    def upload(self, event: dict[str, Any]) -> None:
        event["headers"] |= {"content-type": "multipart/form-data; boundary=x"}
        event["headers"]["cookie"] = f"{DESK_SESSION}={self.world.desk['owner']}"
        event["body"] = base64.b64encode(self.chance.choice(NO_LISTS)).decode()
        event["isBase64Encoded"] = True

    def names_read(self, route: Route) -> Reads:
        """With a session and an id that exist, so that the route reads all that it can."""
        kept, beas_id = self.world.keep(), self.world.beas_ids[0]
        headers = self.world.headers() | {"cookie": f"{DESK_SESSION}={self.world.desk['owner']}"}
        form: dict[str, Any] = {"form": {}} if route.method == "POST" else {}
        with noting() as reads:
            route.send(dict.fromkeys(route.names, beas_id), **form, headers=headers)
        self.world.restore(kept)
        return reads

    def cookies(self, route: Route) -> str:
        """A session only where the form can be wrong, or the id."""
        is_button = route.method == "POST" and len(self.names[route].form) <= MOST_OF_A_BUTTON
        sessions = [self.odd(), *self.world.cookies.values()]
        if route.names or not is_button:
            sessions += [*self.world.desk.values()] * 4
        return f"{DESK_SESSION}={self.chance.choice(sessions)}"


def send_all(attacker: Attacker, count: int) -> Counter[int]:
    """The responses' statuses; the routes take turns."""
    world, statuses = attacker.world, Counter[int]()
    for number in range(count):
        route = attacker.routes[number % len(attacker.routes)]
        event = attacker.one(route)
        before = world.items
        try:
            answer = route.handler.web(event, None)
        except Exception as error:
            error.add_note(f"request {number}: {event}")
            raise
        statuses[answer["statusCode"]] += 1
        assert world.items == before, (number, event)
        if world.desk["limited"] in event["headers"]["cookie"]:
            assert not [word for word in BEAS_WORDS if word in str(answer)], (number, event)
    return statuses


def check(statuses: Counter[int], sent: int) -> None:
    assert sum(statuses.values()) == sent
    assert set(statuses) <= STATUSES
    refused = sum(count for status, count in statuses.items() if status >= 400)
    assert refused > sent // 2, statuses


def test_no_malformed_request_is_a_server_error_or_writes_anything(world):
    check(send_all(Attacker(world), REQUESTS), REQUESTS)


def test_nor_is_any_at_the_desk_and_nobodys_data_is_logged(world, monkeypatch):
    seen = Log()
    monkeypatch.setattr(log._logger, "handlers", [seen])
    monkeypatch.setattr(rules, "POSTS_PER_SESSION_PER_HOUR", OF_THE_DESK)
    check(send_all(AtTheDesk(world), OF_THE_DESK), OF_THE_DESK)
    assert list(private_files.names("imports/")) == []
    personal = (*BEAS_WORDS, ANN, GUS, SAM, OLA, *world.desk.values())
    assert not [(line, word) for line in seen.lines for word in personal if word in line]


def test_it_would_find_a_write(world, monkeypatch):
    def counting(event: Any) -> None:
        world.memory.put_item(Item={"pk": {"S": "X"}, "sk": {"S": str(event["rawPath"])}})

    monkeypatch.setattr(requests, "require_own_origin", counting)
    for attacker in (Attacker(world), AtTheDesk(world)):
        with pytest.raises(AssertionError):
            send_all(attacker, 500)


def test_it_would_find_a_page_that_ignores_the_offices(world, monkeypatch):
    monkeypatch.setattr(TeamMember, "sees_any", lambda *_: True)
    monkeypatch.setattr(TeamMember, "sees", lambda *_: True)
    with pytest.raises(AssertionError):
        send_all(AtTheDesk(world), OF_THE_DESK)
