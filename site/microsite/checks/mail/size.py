"""Checks the size: Gmail cuts a mail off at 102 KB, and the unsubscribe link with it."""

import base64
import quopri
from collections.abc import Iterator

from functions.core.mail.message import HTML_BYTES_MAX
from functions.core.mail.placeholders import ANSWER, NAME_HTML, UNSUBSCRIBE_URL, marked

# About the longest that a reader's own values get: they are in the mail, not in the variant.
_FILLED = {
    marked(UNSUBSCRIBE_URL): "u" * 250,
    marked(NAME_HTML): "n" * 60,
    marked(ANSWER): "a" * 250,
}


def in_transfer(html: str) -> tuple[int, str]:
    """The bytes of the HTML part when encoded, and the encoding.

    SES chooses between the two encodings of RFC 2045 by itself; this is the larger of both.
    """
    for placeholder, longest in _FILLED.items():
        html = html.replace(placeholder, longest)
    raw = html.encode()
    quoted = len(quopri.encodestring(raw))
    whole = len(base64.encodebytes(raw))
    return (quoted, "quoted-printable") if quoted > whole else (whole, "base64")


def problems(html: str) -> Iterator[str]:
    size, encoding = in_transfer(html)
    if size > HTML_BYTES_MAX:
        yield (
            f"makes an email of {size:,} bytes when encoded ({encoding}), and Gmail cuts off "
            f"what is over {HTML_BYTES_MAX:,}: shorten it"
        )
