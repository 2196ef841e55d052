"""The guard before the local cloud, request by request; tests/e2e has it in a browser."""

import asyncio
from typing import Any

import pytest

from infra.dev.local.cloud_guard import guarded, refusal

HOST = "localhost:4566"
OWN = "http://localhost:4566"
API = "/_aws/execute-api/abc/$default/api/join"


def status(path: str = "/", method: str = "POST", host: str = HOST, **headers: str) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()} | {"host": host}
    return refusal(method, path, [(n.encode(), v.encode()) for n, v in names.items()])


@pytest.mark.parametrize("host", [HOST, "127.0.0.1:4566", "localhost", "[::1]:4566"])
def test_programs_of_this_machine_pass(host: str) -> None:
    assert status(host=host) == 0


@pytest.mark.parametrize(
    "host",
    ["", "evil.example:4566", "localhost.evil.example", "d1.cloudfront.net.evil.example", "["],
)
def test_a_name_that_was_pointed_at_this_machine_is_refused(host: str) -> None:
    assert status(host=host) == 421


def test_a_request_with_two_hosts_or_none_is_refused() -> None:
    host = (b"host", HOST.encode())
    assert (refusal("GET", "/", []), refusal("GET", "/", [host, host])) == (421, 421)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (OWN, 0),
        ("http://localhost:8000", 403),
        ("http://127.0.0.1:4566", 403),
        ("https://localhost:4566", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_its_own_pages_may_call_the_cloud(origin: str, expected: int) -> None:
    assert status(origin=origin) == expected


@pytest.mark.parametrize(
    ("site", "expected"), [("none", 0), ("same-origin", 0), ("same-site", 403), ("cross-site", 403)]
)
def test_a_browser_that_sends_no_origin_says_where_the_request_is_from(
    site: str, expected: int
) -> None:
    assert status(method="GET", sec_fetch_site=site) == expected


def test_one_good_origin_doesnt_cover_a_bad_one() -> None:
    origins = [(b"origin", OWN.encode()), (b"origin", b"https://evil.example")]
    assert refusal("POST", "/", [(b"host", HOST.encode()), *origins]) == 403


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config", "/_localstack/x"])
def test_controls_are_refused_to_everybody(path: str) -> None:
    """Through the site's edge, too, which any page of the web can send a form to."""
    assert status(path) == 403
    assert status(path, host="d1abc.cloudfront.net") == 403


def test_no_preflight_is_answered() -> None:
    assert status(method="OPTIONS", origin=OWN) == 403


def test_what_visitors_of_the_site_send_is_for_the_site_to_decide() -> None:
    stranger = {"origin": "https://evil.example", "sec_fetch_site": "cross-site"}
    assert status("/api/join", host="d1abc.cloudfront.net", **stranger) == 0
    assert status(API, host="localhost", **stranger, x_origin_secret="s") == 0
    assert status(API, **stranger) == 403
    assert status("/", **stranger, x_origin_secret="s") == 403


def respond(scope: dict[str, Any]) -> list[Any]:
    """What the guard sends, with a cloud behind it that allows every origin."""
    sent: list[Any] = []

    async def cloud(_scope: Any, _receive: Any, send: Any) -> None:
        cors = [(b"Access-Control-Allow-Origin", b"*"), (b"x-amzn-requestid", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": cors})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    asyncio.run(guarded(cloud)(scope, receive, send))
    return sent


def test_answers_name_no_origin_that_may_read_them() -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", HOST.encode())]}
    assert respond(scope)[0]["headers"] == [(b"x-amzn-requestid", b"1")]


def test_a_refused_request_does_not_reach_the_cloud() -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"evil.example")]}
    assert respond(scope)[0]["status"] == 421


def test_no_websocket_opens() -> None:
    assert respond({"type": "websocket", "path": API, "headers": []}) == [
        {"type": "websocket.close"}
    ]
