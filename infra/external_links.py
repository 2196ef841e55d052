"""Asks the links of HR's items whether anybody answers. Knows nothing of how that is told."""

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

from microsite.content import markdown_links
from microsite.content.edition import Edition
from microsite.content.items import Item, Job
from microsite.content.loading import CONTENT
from microsite.content.problems import Problem

AT_ONCE = 8
PATIENCE = 10  # seconds for each step of an answer
TRIES = 2
GONE = {404, 410}
NO_HEAD = {403, 405, 501}  # some servers answer HEAD so, and GET well
ASTRAY = range(300, 400)  # redirects without end, or out of the web
BROKEN = 500
# RFC 2606: they belong to nobody, so there is nobody to ask.
RESERVED = ("example.com", "example.net", "example.org", ".example", ".test", ".invalid")


class Answer(Enum):
    FINE = auto()
    GONE = auto()
    NO_SUCH_HOST = auto()
    NONE = auto()


@dataclass(frozen=True)
class Answers:
    """`asked` addresses; `unanswered` is told, but refuses nothing."""

    asked: int
    problems: tuple[Problem, ...] = ()
    unanswered: tuple[Problem, ...] = ()
    has_network: bool = True


def of(edition: Edition) -> Answers:
    """What every external link of the items answers; each distinct address is asked once."""
    places = external(edition.content.items)
    found = ask(places, f"alumni-link-check (+{edition.settings.site_url}/)")
    if found and all(answer is Answer.NO_SUCH_HOST for answer, _ in found.values()):
        return Answers(0, has_network=False)
    said = [
        (answer, Problem(file, line, f"link '{url}' {why}"))
        for url, (answer, why) in found.items()
        for file, line in places[url]
    ]
    wrong = (problem for answer, problem in said if answer in {Answer.GONE, Answer.NO_SUCH_HOST})
    silent = (problem for answer, problem in said if answer is Answer.NONE)
    return Answers(len(found), tuple(sorted(wrong)), tuple(sorted(silent)))


def external(items: Iterable[Item]) -> dict[str, list[tuple[str, int]]]:
    """Address without its anchor → the files and lines that it stands on."""
    places: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for item in items:
        for url, line in _links(item):
            if _is_asked(url):
                places[urldefrag(url).url].append((f"{CONTENT}/{item.path}", line))
    return dict(places)


def _links(item: Item) -> Iterator[tuple[str, int]]:
    if isinstance(item, Job) and "apply" in item.lines:
        yield item.apply, item.lines["apply"]
    for link in markdown_links.links(markdown_links.visible(item.body)):
        if not link.broken:
            yield link.url, link.line + item.body_line - 1


def _is_asked(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = f".{parts.hostname or ''}"
    except ValueError:
        return False  # `alumni check` has its own words for it
    reserved = any(host.endswith(name if name[0] == "." else f".{name}") for name in RESERVED)
    return parts.scheme in {"http", "https"} and not reserved


def ask(urls: Iterable[str], agent: str) -> dict[str, tuple[Answer, str]]:
    """URL → what came of it, and the same in words."""
    every = list(urls)
    opener = _opener(agent)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(every, pool.map(lambda url: _tried(opener, url), every), strict=True))


def _opener(agent: str) -> request.OpenerDirector:
    """Speaks http and https only, wherever a redirect leads: no file, no ftp."""
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


def _tried(opener: request.OpenerDirector, url: str) -> tuple[Answer, str]:
    found = (Answer.NONE, "")
    for _ in range(TRIES):
        found = _asked(opener, url)
        if found[0] is not Answer.NONE:
            break
    return found


def _asked(opener: request.OpenerDirector, url: str) -> tuple[Answer, str]:
    try:
        status = _status(opener, url, "HEAD")
        if status in NO_HEAD:
            status = _status(opener, url, "GET")
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return _failed(error)
    if status in GONE:
        return Answer.GONE, f"is answered with {status}: write where it is now, or take it out"
    if status in ASTRAY:
        return Answer.NONE, f"did not answer ({status}, and on to nowhere)"
    if status >= BROKEN:
        return Answer.NONE, f"did not answer ({status})"
    return Answer.FINE, f"answers {status}"


def _status(opener: request.OpenerDirector, url: str, method: str) -> int:
    """Of the last answer, after redirects; nothing of a page but its beginning is fetched."""
    asked = request.Request(_in_ascii(url), method=method)  # noqa: S310 - http(s) only, see _opener
    try:
        with opener.open(asked, timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def _failed(error: Exception) -> tuple[Answer, str]:
    reason: Any = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, socket.gaierror):
        return Answer.NO_SUCH_HOST, "has a host that nobody knows: look for a slip in its name"
    if isinstance(reason, TimeoutError):
        return Answer.NONE, f"did not answer within {PATIENCE} seconds"
    if isinstance(reason, ssl.SSLError):
        return Answer.NONE, f"did not answer ({reason.reason})"
    return Answer.NONE, f"did not answer ({reason})"


def _in_ascii(url: str) -> str:
    """As it goes over the wire: the host in punycode, the rest escaped where it must be."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    netloc = f"{host}:{parts.port}" if parts.port else host
    path, query = (quote(each, safe="%/:=&?~+!$,;'@()*[]") for each in (parts.path, parts.query))
    return urlunsplit((parts.scheme, netloc, path, query, ""))
