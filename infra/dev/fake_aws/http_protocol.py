"""HTTP/1.1 with kept connections, as much of it as botocore speaks."""

import asyncio
from typing import Any, Protocol


class Answering(Protocol):
    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes]: ...


class Http(asyncio.Protocol):
    def __init__(self, cloud: Answering) -> None:
        self.cloud = cloud
        self.buffer = b""
        self.greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(": ") for line in lines)
            headers = {name.lower(): value for name, _, value in pairs}
            if headers.get("expect") and not self.greeted:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.greeted = True
            length = int(headers.get("content-length", "0"))
            if len(rest) < length:
                return
            self.buffer, self.greeted = rest[length:], False
            method, path, _ = first.split(" ")
            target = headers.get("x-amz-target", "")
            self._reply(*self.cloud.answer(method, path, target, rest[:length]))

    def _reply(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
