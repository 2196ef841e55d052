"""Stands before the local cloud, which answers every page in every browser, for every key.

Standard library only: it runs in the local cloud's own Python.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from infra.dev.loopback import is_loopback, is_own

# The names of ASGI.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

# The edge sends this Host. Nobody but AWS can point such a name anywhere.
DISTRIBUTION = re.compile(r"[a-z0-9]+\.cloudfront\.net")
API = "/_aws/execute-api/"
# Controls of the local cloud, which need no credentials: one of them deletes everything.
CONTROLS = ("/_ministack", "/_localstack")
FORBIDDEN, MISDIRECTED = 403, 421


def guarded(app: App) -> App:
    """`app`, for programs of this machine and for the edge; other requests get 403 or 421."""

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # nothing of ours opens one
        elif status := refusal(scope["method"], scope["path"], scope["headers"]):
            await _refuse(send, status)
        else:
            await app(scope, receive, _without_cors(send))

    return guard


def refusal(method: str, path: str, headers: Headers) -> int:
    """The status that a request is refused with; 0 if it may pass."""
    hosts = _values(headers, b"host")
    if len(hosts) != 1:
        return MISDIRECTED
    if DISTRIBUTION.fullmatch(hosts[0]):
        # What the site's visitors may send is for the site to decide, except the cloud's controls,
        # which answer for every Host.
        return FORBIDDEN if path.startswith(CONTROLS) else 0
    if not is_loopback(hosts[0]):
        return MISDIRECTED
    if method == "OPTIONS" or path.startswith(CONTROLS):
        return FORBIDDEN
    if path.startswith(API) and _values(headers, b"x-origin-secret"):
        return 0  # from the distribution: a page can't send this header without a preflight
    # A header that is sent twice is none of ours: joined, it equals nothing that is.
    origin, site = _joined(headers, b"origin"), _joined(headers, b"sec-fetch-site")
    return 0 if is_own(hosts[0], origin, site) else FORBIDDEN


def _values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _joined(headers: Headers, name: bytes) -> str | None:
    values = _values(headers, name)
    return ", ".join(values) if values else None


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"The local cloud refuses this request.\n"})


def _without_cors(send: Send) -> Send:
    async def cleaned(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [pair for pair in message.get("headers", []) if not _is_cors(pair[0])]
            message = {**message, "headers": others}
        await send(message)

    return cleaned


def _is_cors(name: bytes) -> bool:
    return name.lower().startswith(b"access-control-")
