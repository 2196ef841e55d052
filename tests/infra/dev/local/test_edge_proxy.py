"""The edge: what a viewer may say, what comes back untouched, what happens without a cloud."""

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from infra.dev.local.edge_proxy import LARGEST_BODY, application
from infra.dev.local.ports import HOST, Ports

DOMAIN = "d1.cloudfront.net"
Act = Callable[[TestClient[Any, Any]], Awaitable[None]]


async def cloud(request: web.Request) -> web.Response:
    """Echoes the request; `/moved`, `/cookies` and `/refused` answer as they are named."""
    if request.path == "/moved":
        return web.Response(status=303, headers={"Location": "/elsewhere?a=%C3%A5"})
    if request.path == "/cookies":
        answer = web.Response()
        answer.headers.add("Set-Cookie", "a=1")
        answer.headers.add("Set-Cookie", "b=2")
        return answer
    if request.path == "/refused":
        return web.Response(status=413, text="our own words")
    body = await request.read()
    headers = {name.lower(): value for name, value in request.headers.items()}
    return web.json_response(
        {"method": request.method, "raw": request.raw_path, "size": len(body), "headers": headers}
    )


def through_the_edge(act: Act) -> None:
    async def run() -> None:
        behind = web.Application(client_max_size=10 * LARGEST_BODY)
        behind.router.add_route("*", "/{path:.*}", cloud)
        async with TestServer(behind, host=HOST) as server:
            edge = application(str(server.make_url("")).rstrip("/"), DOMAIN)
            async with TestClient(TestServer(edge, host=HOST)) as viewer:
                await act(viewer)

    asyncio.run(run())


@pytest.mark.parametrize("host", ["elsewhere.example.com", "localhost.example", DOMAIN, "["])
def test_a_name_that_was_pointed_at_this_machine_gets_no_answer(host: str) -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        assert (await viewer.get("/", headers={"Host": host})).status == 421

    through_the_edge(act)


def test_viewers_cannot_forge_their_address_the_host_or_the_origin_secret() -> None:
    lies = {
        "CloudFront-Viewer-Address": "203.0.113.9:1",
        "X-Origin-Secret": "guessed",
        "Host": "localhost:9",
    }

    async def act(viewer: TestClient[Any, Any]) -> None:
        received = (await (await viewer.get("/", headers=lies)).json())["headers"]
        assert received["host"] == DOMAIN
        assert received["cloudfront-viewer-address"].startswith(f"{HOST}:")
        assert "x-origin-secret" not in received

    through_the_edge(act)


def test_a_repeated_viewer_address_does_not_pass() -> None:
    lies = [("CloudFront-Viewer-Address", "203.0.113.9:1"), ("cloudfront-viewer-address", "b")]

    async def act(viewer: TestClient[Any, Any]) -> None:
        received = (await (await viewer.get("/", headers=lies)).json())["headers"]
        assert received["cloudfront-viewer-address"].startswith(f"{HOST}:")

    through_the_edge(act)


def test_a_redirect_is_passed_to_the_viewer() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        answer = await viewer.post("/moved", data=b"a=1", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/elsewhere?a=%C3%A5")

    through_the_edge(act)


def test_every_cookie_of_a_response_is_passed_on_and_none_is_kept() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        answer = await viewer.get("/cookies")
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        viewer.session.cookie_jar.clear()
        assert "cookie" not in (await (await viewer.get("/")).json())["headers"]

    through_the_edge(act)


@pytest.mark.parametrize("path", ["/a%2Fb%20c?token=x%2By&d=%C3%A5", "/?a=1&a=2", "//twice/./.."])
def test_a_path_and_query_are_passed_on_byte_by_byte(path: str) -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        reader, writer = await asyncio.open_connection(HOST, viewer.server.port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = (await reader.read()).decode()
        writer.close()
        assert f'"raw": "{path}"' in answer

    through_the_edge(act)


def test_head_has_the_length_and_no_body() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        answer = await viewer.head("/")
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 0
        assert await answer.read() == b""

    through_the_edge(act)


def test_a_large_body_is_passed_on_so_that_the_function_refuses_it() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        answer = await viewer.post("/", data=BytesIO(b"x" * LARGEST_BODY))
        assert (await answer.json())["size"] == LARGEST_BODY
        refused = await viewer.post("/refused", data=BytesIO(b"x" * LARGEST_BODY))
        assert (refused.status, await refused.text()) == (413, "our own words")

    through_the_edge(act)


def test_a_huge_body_is_413_and_the_edge_keeps_running() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        assert (await viewer.post("/", data=BytesIO(b"x" * (LARGEST_BODY + 1)))).status == 413
        assert (await viewer.get("/")).status == 200

    through_the_edge(act)


def test_without_a_cloud_the_edge_answers_502() -> None:
    async def run() -> None:
        edge = application(f"http://{HOST}:{Ports.free().cloud}", DOMAIN)
        async with TestClient(TestServer(edge, host=HOST)) as viewer:
            answer = await viewer.get("/")
            assert answer.status == 502
            assert await answer.text() == "The local cloud does not answer. Is it running?\n"

    asyncio.run(run())


def test_a_client_that_speaks_no_http_does_no_harm() -> None:
    async def act(viewer: TestClient[Any, Any]) -> None:
        reader, writer = await asyncio.open_connection(HOST, viewer.server.port)
        writer.write(b"\xff\x00 not http\r\n\r\n")
        assert b" 400 " in await reader.readline()
        writer.close()
        async with ClientSession() as other:
            assert (await other.get(viewer.make_url("/"))).status == 200

    through_the_edge(act)
