"""An email to the unsubscribe address: the token in its subject names who wants to unsubscribe."""

import re
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any

LONGEST_SUBJECT = 2000
# As itsdangerous writes one: content, time and signature; a leading dot where it was compressed.
TOKEN = re.compile(
    r"(?<![\w.-])\.?[\w-]{16,1000}\.[\w-]{4,20}\.[\w-]{20,200}(?![\w-]|\.\w)", re.ASCII
)


def token_in(record: Mapping[str, Any]) -> str:
    """The first word in the subject that looks like a token; or "".

    `record` is one of the event's `Records`. Nothing else of the email is read: its sender can be
    forged, the token's signature can't.
    """
    headers = record.get("ses", {}).get("mail", {}).get("commonHeaders", {})
    match = TOKEN.search(_plain(str(headers.get("subject") or "")[:LONGEST_SUBJECT]))
    return match[0] if match else ""


def _plain(subject: str) -> str:
    """Without the folds of RFC 5322 and the encoded words of RFC 2047."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", subject)
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError):  # broken, or in an unknown charset
        return unfolded
