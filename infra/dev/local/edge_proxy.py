"""A proxy in the place of CloudFront's edge: it sets Host and CloudFront-Viewer-Address.

The local cloud tells distributions apart by Host, which a browser at localhost can't send, and
doesn't set the viewer's address.
"""

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from io import BytesIO

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, web
from multidict import CIMultiDict
from yarl import URL

from infra.dev.local.ports import HOST
from infra.dev.loopback import is_loopback

CLOUD = web.AppKey("cloud", str)
DOMAIN = web.AppKey("domain", str)
SESSION = web.AppKey("session", ClientSession)
LARGEST_BODY = 6 * 1024 * 1024  # as Lambda takes
# RFC 9110 7.6.1: these concern one connection only.
HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
REWRITTEN = {"host", "cloudfront-viewer-address", "x-origin-secret", "content-length"}


async def pass_on(request: web.Request) -> web.StreamResponse:
    if not is_loopback(request.host):
        raise web.HTTPMisdirectedRequest
    peer = request.transport.get_extra_info("peername") if request.transport else (HOST, 0)
    headers = _without(request.headers, HOP_BY_HOP | REWRITTEN)
    headers["Host"] = request.app[DOMAIN]
    headers["CloudFront-Viewer-Address"] = f"{peer[0]}:{peer[1]}"
    sent = await request.read()
    async with request.app[SESSION].request(
        request.method,
        # Unnormalised: otherwise `..` and `%2B` would not reach the cloud as sent.
        URL(request.app[CLOUD] + request.raw_path, encoded=True),
        headers=headers,
        data=BytesIO(sent) if sent else None,
        allow_redirects=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
    ) as answer:
        body = await answer.read()
        headers = _without(answer.headers, HOP_BY_HOP | {"content-length"})
        if request.method == "HEAD":
            headers["Content-Length"] = answer.headers.get("Content-Length", "0")
        return web.Response(status=answer.status, headers=headers, body=body)


def _without(headers: Mapping[str, str], names: set[str]) -> "CIMultiDict[str]":
    others = ((name, value) for name, value in headers.items() if name.lower() not in names)
    return CIMultiDict(others)


@web.middleware
async def _patiently(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except (ClientError, TimeoutError):
        return web.Response(status=502, text="The local cloud does not answer. Is it running?\n")


def application(cloud: str, domain: str) -> web.Application:
    """`cloud` is the local cloud's address, `domain` the distribution's own."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_patiently])
    app[CLOUD] = cloud
    app[DOMAIN] = domain
    app.cleanup_ctx.append(_session)
    app.router.add_route("*", "/{path:.*}", pass_on)
    return app


async def _session(app: web.Application) -> AsyncIterator[None]:
    timeout = ClientTimeout(total=60)
    async with ClientSession(
        timeout=timeout, auto_decompress=False, cookie_jar=DummyCookieJar()
    ) as session:
        app[SESSION] = session
        yield


async def serve(port: int, cloud: str, domain: str) -> None:
    runner = web.AppRunner(application(cloud, domain), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, shutdown_timeout=1).start()
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cloud", required=True)
    parser.add_argument("--domain", required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.cloud, options.domain))


if __name__ == "__main__":
    main()
