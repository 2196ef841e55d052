"""Tests the external links of all items; prints nothing."""

import http.client
import socket
import ssl
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urldefrag, urlsplit, urlunsplit

from microsite.content import rendered_body
from microsite.content.company import Settings
from microsite.content.edition import Edition
from microsite.content.items import Item, Job
from microsite.content.loading import CONTENT
from microsite.content.problems import Problem

from functions.core.mail.domains import in_ascii

AT_ONCE = 8
TIMEOUT_SECONDS = 10  # for each step of an answer
TRIES = 2
GONE = {404, 410}
NO_HEAD = {403, 405, 501}  # some servers refuse HEAD with these, yet answer GET
REDIRECTED = range(300, 400)  # still: an endless redirect, or one to another scheme
BROKEN = 500
# RFC 2606: reserved names lead nowhere by design.
RESERVED = ("example.com", "example.net", "example.org", ".example", ".test", ".invalid")


class LinkStatus(Enum):
    OK = auto()
    GONE = auto()
    UNKNOWN_HOST = auto()
    UNANSWERED = auto()


@dataclass(frozen=True)
class LinkReport:
    """`count` addresses were tested. Unanswered links are no problems: a server may be down."""

    count: int
    problems: tuple[Problem, ...] = ()
    unanswered: tuple[Problem, ...] = ()
    has_network: bool = True


def test_links(edition: Edition) -> LinkReport:
    """Test every external link of the items, each distinct address once."""
    aws_clients = external_links(edition.content.items, edition.settings)
    tested = link_statuses(aws_clients, f"alumni-link-check (+{edition.settings.site_url}/)")
    if tested and all(status is LinkStatus.UNKNOWN_HOST for status, _ in tested.values()):
        return LinkReport(0, has_network=False)
    problems: defaultdict[LinkStatus, list[Problem]] = defaultdict(list)
    for url, (status, text) in tested.items():
        problems[status] += [
            Problem(file, line, f"link '{url}' {text}") for file, line in aws_clients[url]
        ]
    broken = problems[LinkStatus.GONE] + problems[LinkStatus.UNKNOWN_HOST]
    unanswered = problems[LinkStatus.UNANSWERED]
    return LinkReport(len(tested), tuple(sorted(broken)), tuple(sorted(unanswered)))


def external_links(items: Iterable[Item], settings: Settings) -> dict[str, list[tuple[str, int]]]:
    """Address without its anchor → the files and lines that link to it."""
    aws_clients: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for item in items:
        for url, line in _links(item, settings):
            if _is_testable(url):
                aws_clients[urldefrag(url).url].append((f"{CONTENT}/{item.path}", line))
    return dict(aws_clients)


def _links(item: Item, settings: Settings) -> Iterator[tuple[str, int]]:
    if isinstance(item, Job) and "apply" in item.lines:
        yield item.apply, item.lines["apply"]
    for link in rendered_body.read_item(item, settings).links:
        if not link.broken:
            yield link.url, link.line + item.body_line - 1


def _is_testable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = in_ascii(parts.hostname or "")
    except ValueError:
        host = None
    if host is None:
        return False  # `alumni check` reports it without --links
    reserved = any(f".{host}".endswith(name if name[0] == "." else f".{name}") for name in RESERVED)
    return parts.scheme in {"http", "https"} and not reserved


def link_statuses(urls: Iterable[str], agent: str) -> dict[str, tuple[LinkStatus, str]]:
    """URL → its status, and the same in words."""
    every = list(urls)
    opener = _opener(agent)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(
            zip(every, pool.map(lambda url: _status_with_retry(opener, url), every), strict=True)
        )


def _opener(agent: str) -> request.OpenerDirector:
    """An opener for http and https only, so that no redirect can reach a file or an FTP server."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.UnknownHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", agent), ("Accept", "*/*")]
    return opener


def _status_with_retry(opener: request.OpenerDirector, url: str) -> tuple[LinkStatus, str]:
    tested = (LinkStatus.UNANSWERED, "")
    for _ in range(TRIES):
        tested = _link_status(opener, url)
        if tested[0] is not LinkStatus.UNANSWERED:
            break
    return tested


def _link_status(opener: request.OpenerDirector, url: str) -> tuple[LinkStatus, str]:
    try:
        status = _http_status(opener, url, "HEAD")
        if status in NO_HEAD:
            status = _http_status(opener, url, "GET")
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return _failed(error)
    if status in GONE:
        return LinkStatus.GONE, f"returns {status}: update or remove the link"
    if status in REDIRECTED:
        return LinkStatus.UNANSWERED, f"did not answer ({status}, a redirect that leads nowhere)"
    if status >= BROKEN:
        return LinkStatus.UNANSWERED, f"did not answer ({status})"
    return LinkStatus.OK, f"returns {status}"


def _http_status(opener: request.OpenerDirector, url: str, method: str) -> int:
    """The status after all redirects; of the page itself only the beginning is fetched."""
    wanted = request.Request(_in_ascii(url), method=method)  # noqa: S310 - http(s) only, see _opener
    try:
        with opener.open(wanted, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def _failed(error: Exception) -> tuple[LinkStatus, str]:
    reason: Any = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, socket.gaierror):
        return LinkStatus.UNKNOWN_HOST, "has an unknown host: check the spelling"
    if isinstance(reason, TimeoutError):
        return LinkStatus.UNANSWERED, f"did not answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(reason, ssl.SSLError):
        return LinkStatus.UNANSWERED, f"did not answer ({reason.reason})"
    return LinkStatus.UNANSWERED, f"did not answer ({reason})"


def _in_ascii(url: str) -> str:
    """The URL as HTTP sends it: the host in punycode, the rest percent-encoded where needed."""
    parts = urlsplit(url)
    host = in_ascii(parts.hostname or "") or ""
    host = f"[{host}]" if ":" in host else host
    netloc = f"{host}:{parts.port}" if parts.port else host
    path, query = (quote(part, safe="%/:=&?~+!$,;'@()*[]") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, netloc, path, query, ""))
