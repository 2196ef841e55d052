"""A router from path and method to a function, with only what these handlers need.

Powertools' resolver brings asyncio and every other kind of API: 25 ms of each cold start.

See docs/decisions.md.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from functions.core.errors import GoneError
from functions.core.log import log
from functions.core.web import requests
from functions.core.web.requests import Event
from functions.core.web.responses import ERRORS, Response, error_page

Route = TypeVar("Route", bound=Callable[..., Response])


class Application:
    """A handler's routes, and the request that it is answering now."""

    def __init__(self) -> None:
        self.current_event: Event = {}
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Response]]] = []

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

    def serve(self, event: Event) -> dict[str, Any]:
        """The response to one request, as API Gateway takes it; errors become their page."""
        if not requests.came_through_cloudfront(event):
            log.warning("request past the distribution")
            return {"statusCode": 400, "body": "Please use the site."}
        try:
            response = self.respond(event)
        except tuple(ERRORS) as error:
            response = error_page(error, requests.query(event, "language"))
        sent = response.for_api_gateway()
        # Mail scanners send HEAD for every link: it is GET without the page (RFC 9110, 9.3.2).
        return sent | {"body": ""} if requests.method(event) == "HEAD" else sent

    def respond(self, event: Event) -> Response:
        """The response of the route's function.

        Raises:
            GoneError: no route has this path and method.
        """
        self.current_event = event
        method = requests.method(event)
        method = "GET" if method == "HEAD" else method
        for of_route, pattern, function in self._routes:
            path = pattern.fullmatch(event["rawPath"])
            if path and of_route == method:
                return function(**path.groupdict())
        raise GoneError("no such path or method")
