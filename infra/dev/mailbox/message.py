"""Parses an email: subject, parts, links. It never raises, however broken the email is."""

import email.policy
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

# What the email package raises on broken MIME is undocumented; all of these occurred.
_BROKEN = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)


@dataclass(frozen=True)
class Summary:
    """One row of the list. `size` is in bytes; `attachments` counts files, not inline pictures."""

    subject: str
    sender: str
    to: str
    size: int
    attachments: int


@dataclass(frozen=True)
class File:
    """A file in the email, its number, and the `cid` by which the HTML shows it, if any."""

    number: int
    name: str
    content_type: str
    content: bytes
    cid: str


@dataclass(frozen=True)
class Content:
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    files: tuple[File, ...]

    def links(self) -> list[str]:
        """Every `href` of the HTML, in order, each once."""
        collector = _Links()
        with suppress(*_BROKEN):
            collector.feed(self.html)
        return list(dict.fromkeys(collector.urls))


def summarise(raw: bytes) -> Summary:
    content = read(raw)
    first = {name.lower(): value for name, value in reversed(content.headers)}
    files = sum(1 for file in content.files if not file.cid)
    return Summary(
        first.get("subject", ""), first.get("from", ""), first.get("to", ""), len(raw), files
    )


def read(raw: bytes) -> Content:
    message = _parse(raw)
    parts = list(_leaves(message))
    files = [part for part in parts if not _is_body(part)]
    return Content(
        html=_body(parts, "text/html"),
        text=_body(parts, "text/plain"),
        headers=tuple(_headers(message)),
        files=tuple(_file(number, part) for number, part in enumerate(files)),
    )


def _parse(raw: bytes) -> EmailMessage:
    try:
        # `default` decodes encoded words (RFC 2047) and tolerates most defects.
        return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)
    except _BROKEN:
        # Too broken to parse (nested a thousand deep): shown as received.
        message = EmailMessage()
        message.set_content(raw.decode("utf-8", "replace"))
        return message


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    with suppress(*_BROKEN):
        for part in message.walk():
            if isinstance(part, EmailMessage) and not isinstance(part.get_payload(), list):
                yield part


def _is_body(part: EmailMessage) -> bool:
    try:
        is_file = part.is_attachment() or bool(part.get_filename())
        return part.get_content_type() in {"text/html", "text/plain"} and not is_file
    except _BROKEN:
        return True


def _body(parts: list[EmailMessage], content_type: str) -> str:
    wanted = (p for p in parts if _is_body(p) and p.get_content_type() == content_type)
    return next((_text(part) for part in wanted), "")


def _text(part: EmailMessage) -> str:
    try:
        return _printable(str(part.get_content())).replace("\r\n", "\n")
    except _BROKEN:
        return _bytes(part).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return content if isinstance(content, bytes) else b""


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        try:
            yield _printable(name), _printable(str(message.policy.header_fetch_parse(name, value)))
        except _BROKEN:
            yield _printable(name), _printable(str(value))


def _file(number: int, part: EmailMessage) -> File:
    try:
        name = _printable(part.get_filename() or "")
        content_type = part.get_content_type()
        cid = _printable(str(part.get("Content-ID", ""))).strip(" <>")
    except _BROKEN:
        name, content_type, cid = "", "application/octet-stream", ""
    shown = cid if content_type.startswith("image/") else ""
    return File(number, name or f"part-{number}", content_type, _bytes(part), shown)


def _printable(text: str) -> str:
    """Replace the surrogates of undecodable bytes, which neither JSON nor HTML can hold."""
    return text.encode("utf-8", "replace").decode()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.urls += [value for name, value in attrs if name == "href" and value]
