"""Every route of every function, and which names and tokens it reads, as the code has it."""

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.core.web import cookies, requests
from functions.core.web.forms import Form
from functions.desk import access
from functions.desk import handler as desk
from infra.paths import ROOT
from tests.functions.support import request

PATH_PART = re.compile(r"\(\?P<(\w+)>[^)]*\)")
HANDLERS = [
    importlib.import_module(f"functions.{path.parent.name}.handler")
    for path in sorted((ROOT / "functions").glob("*/handler.py"))
]


@dataclass(frozen=True)
class Route:
    handler: ModuleType
    method: str
    path: str  # with <names>

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.path)

    def send(self, values: dict[str, str], **sent: Any) -> dict[str, Any]:
        """`values` take the places of the path's names."""
        path = re.sub(r"<(\w+)>", lambda name: values.get(name[1], "x"), self.path)
        answer: dict[str, Any] = self.handler.web(request(self.method, path, **sent), None)
        return answer


# All that anybody may use, the ways into the desk among them; and what is behind those.
ROUTES = [
    Route(handler, method, PATH_PART.sub(r"<\1>", pattern.pattern))
    for handler in HANDLERS
    if hasattr(handler, "app")
    for method, pattern, _function in handler.app._routes
]


DESK = [Route(desk, route.method, route.path) for route in access.ROUTES]


@dataclass
class Reads:
    """What a route read of its requests."""

    query: set[str] = field(default_factory=set)
    form: set[str] = field(default_factory=set)
    cookies: set[str] = field(default_factory=set)
    purposes: set[Purpose] = field(default_factory=set)


class NotingForm(dict[str, list[str]]):
    """A form that notes which of its fields are read."""

    def __init__(self, form: Form, names: set[str]) -> None:
        super().__init__(form)
        self.names = names

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> list[str]:
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


@contextmanager
def noting() -> Iterator[Reads]:
    """Notes what is read of all requests that are answered meanwhile."""
    reads = Reads()
    form, query, sent, read = requests.form, requests.query, cookies.sent, tokens.read

    def note_query(event: Any, name: str) -> str:
        reads.query.add(name)
        return query(event, name)

    def note_cookie(event: Any, name: str) -> str:
        reads.cookies.add(name)
        return sent(event, name)

    def note_purpose(purpose: Purpose, token: str, size: int) -> list[Any]:
        reads.purposes.add(purpose)
        return read(purpose, token, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "form", lambda event: NotingForm(form(event), reads.form))
        patch.setattr(requests, "query", note_query)
        patch.setattr(cookies, "sent", note_cookie)
        patch.setattr(tokens, "read", note_purpose)
        yield reads


def purposes_of(route: Route, **sent: Any) -> set[Purpose]:
    """The purposes of the tokens that the route takes, wherever it looks for them."""
    with noting() as reads:
        route.send({}, **sent)
    return reads.purposes
