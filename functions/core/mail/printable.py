"""Keeps control characters out of emails: nobody sees them, and filters take them for spam. What
looks encoded is refused where it is typed: an email app would decode it."""

import re

ENCODED = re.compile(r"=\?|\?=")  # how an encoded word begins and ends in a header (RFC 2047)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # not tab, LF and CR


def printable(text: str) -> str:
    return CONTROLS.sub("", text)
