"""Which function answers which path and method: as much of a router as these rooms need.

Powertools' resolver brings asyncio and every other kind of API: 25 ms of each cold start.

See docs/decisions.md.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Event = dict[str, Any]  # of an HTTP API, payload 2.0


@dataclass(frozen=True)
class Answer:
    status_code: int
    content_type: str | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_event(self) -> dict[str, Any]:
        kind = {"Content-Type": self.content_type} if self.content_type else {}
        return {
            "statusCode": self.status_code,
            "headers": self.headers | kind,
            "body": self.body,
            "isBase64Encoded": False,
        }


Route = TypeVar("Route", bound=Callable[..., Answer])


class Application:
    """The routes of one room, and the one request that a function has at a time."""

    def __init__(self) -> None:
        self.current_event: Event = {}
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = []

    def get(self, path: str) -> Callable[[Route], Route]:
        return self._route("GET", path)

    def post(self, path: str) -> Callable[[Route], Route]:
        return self._route("POST", path)

    def _route(self, method: str, path: str) -> Callable[[Route], Route]:
        """`<name>` in the path is one part of it, handed to the function by that name."""
        pattern = re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))

        def register(function: Route) -> Route:
            self._routes.append((method, pattern, function))
            return function

        return register

    def answer(self, event: Event) -> Answer | None:
        """What the route's function answers, or None where no route has this path and method."""
        self.current_event = event
        asked = event["requestContext"]["http"]["method"]
        asked = "GET" if asked == "HEAD" else asked
        for method, pattern, function in self._routes:
            found = pattern.fullmatch(event["rawPath"])
            if found and method == asked:
                return function(**found.groupdict())
        return None
