"""`python -m infra.dev.mailbox --help`: serves SMTP and the page until it is stopped."""

import argparse
import asyncio
import signal
from pathlib import Path

from aiohttp import web

from infra.dev.mailbox import smtp
from infra.dev.mailbox.store import Store
from infra.dev.mailbox.web import application

HOST = "127.0.0.1"


async def serve(smtp_port: int, web_port: int, folder: Path, pictures_from: str) -> None:
    """Raises OSError when a port is busy."""
    store = Store(folder)
    loop = asyncio.get_running_loop()
    smtp_server = await loop.create_server(lambda: smtp.protocol(store), HOST, smtp_port)
    runner = web.AppRunner(application(store, pictures_from), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, web_port, shutdown_timeout=1).start()
    await _stop_signal(loop)
    smtp_server.close()
    await runner.cleanup()


async def _stop_signal(loop: asyncio.AbstractEventLoop) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp", type=int, default=1025)
    parser.add_argument("--web", type=int, default=8025)
    parser.add_argument("--folder", type=Path, default=Path("build/local/mailbox"))
    parser.add_argument("--pictures-from", default="")
    options = parser.parse_args()
    asyncio.run(serve(options.smtp, options.web, options.folder, options.pictures_from))


if __name__ == "__main__":
    main()
