"""Mails as programs send them, and a mailbox to send them to."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from infra.dev.mailbox import smtp
from infra.dev.mailbox.store import Store
from infra.dev.mailbox.web import application

HOST = "127.0.0.1"
SITE = "http://localhost:8000"
PICTURE = b"\x89PNG\r\n\x1a\n"
Act = Callable[["RunningMailbox"], Awaitable[None]]


def mail(to: str = "astrid@example.com", subject: str = "Hello", text: str = "Hi") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Fjärdholm <alumni@example.com>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def with_html(html: str, text: str = "Hi") -> EmailMessage:
    message = mail(text=text)
    message.add_alternative(html, subtype="html")
    return message


class RunningMailbox:
    """The page and the JSON of a running mailbox, and its SMTP port."""

    def __init__(self, store: Store, web: TestClient[Any, Any], smtp_port: int) -> None:
        self.store = store
        self.web = web
        self.smtp_port = smtp_port

    async def send(self, raw: bytes | EmailMessage, *to: str) -> None:
        content = raw.as_bytes(policy=SMTP) if isinstance(raw, EmailMessage) else raw
        await asyncio.to_thread(self._send, content, to or ("astrid@example.com",))

    def _send(self, raw: bytes, to: tuple[str, ...]) -> None:
        with smtplib.SMTP(HOST, self.smtp_port, timeout=10) as client:
            client.sendmail("alumni@example.com", list(to), raw)

    async def rows(self, query: str = "") -> Any:
        return await (await self.web.get(f"/api/messages{query}")).json()

    async def newest(self) -> Any:
        return await (await self.web.get(f"/api/messages/{(await self.rows())[0]['id']}")).json()

    async def text(self, path: str, charset: str = "utf-8") -> str:
        answer = await self.web.get(path)
        assert answer.status == 200, path
        return await answer.text(charset)


def run_mailbox(folder: Path, act: Act, **how: Any) -> None:
    """Run a mailbox on a folder for as long as `act` takes."""

    async def run() -> None:
        store = Store(folder, **how)
        loop = asyncio.get_running_loop()
        smtp_server = await loop.create_server(lambda: smtp.protocol(store), HOST, 0)
        web = TestServer(application(store, SITE), host=HOST)
        async with smtp_server, TestClient(web) as client:
            await act(RunningMailbox(store, client, smtp_server.sockets[0].getsockname()[1]))

    asyncio.run(run())
