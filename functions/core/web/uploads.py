"""Reads a form with a file: multipart/form-data (RFC 7578), of a bounded size."""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from functions.core.errors import BadRequestError
from functions.core.web import requests
from functions.core.web.requests import Event

FORM_TYPE = "multipart/form-data"
MOST_PARTS = 20
NAME_MAX = 100


@dataclass(frozen=True)
class Upload:
    name: str  # of the file, as the browser says, without its folder
    content: bytes


def read(event: Event, field: str, most: int) -> Upload | None:
    """The file of a form's field; None if there is none, or it was not chosen.

    Raises:
        BadRequestError: not such a form; with status 413, it has more than `most` bytes.
    """
    kind = Message()
    kind["content-type"] = requests.header(event, "content-type")
    boundary = kind.get_boundary()
    if kind.get_content_type() != FORM_TYPE or not boundary:
        raise BadRequestError("content type", 415)
    _, *parts = b"\r\n".join((b"", requests.body(event, most))).split(
        b"\r\n--" + boundary.encode(), MOST_PARTS
    )
    return next(filter(None, (_file(part, field) for part in parts)), None)


def _file(part: bytes, field: str) -> Upload | None:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))  # browsers send UTF-8
    name = headers.get_filename()
    if headers.get_param("name", header="content-disposition") != field or not name:
        return None
    return Upload(_plain(name), content)


def _plain(name: str) -> str:
    """Without the folder that some browsers send."""
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable.replace("\\", "/").rpartition("/")[2][-NAME_MAX:]
