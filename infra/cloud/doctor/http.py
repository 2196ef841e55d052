"""Requests to the site as a visitor's browser sends them. Redirects are shown, not followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlencode

OK = 200
LONGEST_SECONDS = 20  # as long as the distribution waits for a function
LARGEST_PAGE = 2_000_000


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lowercase
    text: str = ""


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = request.build_opener(_NoRedirect)


def get(url: str) -> Answer:
    """Raises OSError if the site can't be reached."""
    return _answer(request.Request(url, headers={"User-Agent": "alumni-doctor"}))  # noqa: S310 - the site's own


def post(url: str, form: Mapping[str, str], origin: str = "") -> Answer:
    """Raises OSError if the site can't be reached."""
    headers = {"User-Agent": "alumni-doctor"} | ({"Origin": origin} if origin else {})
    return _answer(request.Request(url, urlencode(form).encode(), headers))  # noqa: S310 - the site's own


def _answer(prepared: request.Request) -> Answer:
    try:
        with _opener.open(prepared, timeout=LONGEST_SECONDS) as answer:
            return _read(answer.status, answer)
    except HTTPError as error:
        with error:
            return _read(error.code, error)
    except HTTPException as error:  # it answers, but not by HTTP
        raise OSError(f"{type(error).__name__}: {error}") from None


def _read(status: int, answer: Any) -> Answer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(status, headers, answer.read(LARGEST_PAGE).decode("utf-8", "replace"))
