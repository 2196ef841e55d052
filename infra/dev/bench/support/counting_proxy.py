"""A proxy that counts requests to the local cloud."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from infra.dev.local import edge_proxy
from infra.dev.local.ports import HOST

LONGEST_START_SECONDS = 10.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Counter:
    def __init__(self, cloud: str) -> None:
        """`cloud` is the address that requests are passed on to."""
        self.requests = 0
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._runner = web.AppRunner(self._application(cloud), access_log=None, shutdown_timeout=1)

    def _application(self, cloud: str) -> web.Application:
        @web.middleware
        async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.requests += 1
            return await handler(request)

        app = edge_proxy.application(cloud, cloud.removeprefix("http://"))
        app.middlewares.append(count)
        return app

    def serve(self, ready: threading.Event) -> None:
        """Serve until `stop`; the address is known when `ready` is set."""
        self._loop.run_until_complete(self._start())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())
        self._loop.close()

    async def _start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.address = f"http://{HOST}:{self._runner.addresses[0][1]}"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def counting(cloud: str) -> Iterator[Counter]:
    counter, ready = Counter(cloud), threading.Event()
    thread = threading.Thread(target=counter.serve, args=(ready,), daemon=True)
    thread.start()
    if not ready.wait(LONGEST_START_SECONDS):
        raise RuntimeError("the counting proxy does not start")
    try:
        yield counter
    finally:
        counter.stop()
        thread.join(LONGEST_START_SECONDS)
