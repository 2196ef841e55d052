"""Gmail shows no more than 102 KB of a mail, and hides the unsubscribe link with the rest."""

import base64
import quopri
from collections.abc import Iterator

LARGEST = 100_000  # bytes
# About the longest that a reader's own values get: they are in the mail, not in the variant.
_FILLED = {"{{unsubscribe_url}}": "u" * 250, "{{name_html}}": "n" * 60}


def in_transfer(html: str) -> tuple[int, str]:
    """The bytes of the HTML part as encoded for its way, and the encoding.

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
    if size >= LARGEST:
        yield (
            f"makes a mail of {size:,} bytes as encoded for its way ({encoding}), and Gmail hides "
            f"what is over {LARGEST:,}: cut it"
        )
