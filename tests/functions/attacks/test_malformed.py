"""Ten thousand requests that no browser of ours sends: no 5xx, and nothing is written.

An exception that a handler raises is Lambda's 502. The requests are the same in each run.
"""

import base64
from collections import Counter
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from functions.core.web import requests
from tests.functions.attacks.routes import ROUTES, Reads, Route, noting
from tests.functions.attacks.world import World
from tests.functions.support import request

REQUESTS = 10_000
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


class Attacker:
    """Makes requests from chance alone, with the names that the routes read."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, Random(seed)
        self.names = {route: _names_read(world, route) for route in ROUTES}

    def one(self, route: Route) -> dict[str, Any]:
        path = route.path.replace("<slug>", quote(self.odd(), safe="") or "x")
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


def _names_read(world: World, route: Route) -> Reads:
    with noting() as reads:
        route.send({}, **{"form": {}} if route.method == "POST" else {}, headers=world.headers())
    return reads


def send_all(world: World, count: int, seed: int = 10) -> Counter[int]:
    """The responses' statuses; the routes take turns."""
    attacker, statuses = Attacker(world, seed), Counter[int]()
    for number in range(count):
        route = ROUTES[number % len(ROUTES)]
        event = attacker.one(route)
        before = world.items
        try:
            statuses[route.handler.web(event, None)["statusCode"]] += 1
        except Exception as error:
            error.add_note(f"request {number}: {event}")
            raise
        assert world.items == before, (number, event)
    return statuses


def test_no_malformed_request_is_a_server_error_or_writes_anything(world):
    statuses = send_all(world, REQUESTS)
    assert sum(statuses.values()) == REQUESTS
    assert set(statuses) <= {200, 303, 400, 409, 410, 413, 415, 429}
    refused = sum(count for status, count in statuses.items() if status >= 400)
    assert refused > REQUESTS // 2


def test_it_would_find_a_write(world, monkeypatch):
    def counting(event: Any) -> None:
        world.memory.put_item(Item={"pk": {"S": "X"}, "sk": {"S": str(event["rawPath"])}})

    monkeypatch.setattr(requests, "require_own_origin", counting)
    with pytest.raises(AssertionError):
        send_all(world, 500)
