"""Checks subject and preheader, as the header and the inbox show them (RFC 5322, RFC 2047)."""

import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

from microsite.letters.variants import Variant

LONGEST_LINE = 998  # RFC 5322, 2.1.1
LONGEST_SUBJECT = 70
LONGEST_PREHEADER = 140
# Join emoji and set the direction of a word, so some languages need them.
_LAWFUL = {"\u200c", "\u200d", "\u200e", "\u200f"}


def problems(variant: Variant) -> Iterator[tuple[str, str]]:
    """Pairs of a key, `subject` or `preheader`, and a problem."""
    for key in ("subject", "preheader"):
        for text in _printable(getattr(variant, key)):
            yield key, f"{key} {text}"
    yield from (("subject", text) for text in _subject(variant.subject))
    if len(variant.preheader) > LONGEST_PREHEADER:
        length = len(variant.preheader)
        yield "preheader", f"preheader has {length} characters: shorten it to {LONGEST_PREHEADER}"


def _subject(subject: str) -> Iterator[str]:
    if not subject.strip():
        yield "subject is empty: write in a few words what the issue is about"
    if len(subject) > LONGEST_SUBJECT:
        yield (
            f"subject has {len(subject)} characters, and phones cut it off after about "
            f"{LONGEST_SUBJECT}: shorten it"
        )
    if longest_line(subject) > LONGEST_LINE:
        yield f"subject makes a header of more than {LONGEST_LINE} bytes a line: shorten it"


def longest_line(subject: str) -> int:
    """Bytes of the longest line of the header, folded and encoded."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    return max(map(len, message.as_bytes().split(b"\r\n")))


def _printable(text: str) -> Iterator[str]:
    unseen = [c for c in text if unicodedata.category(c) in _UNSEEN and c not in _LAWFUL]
    if any(c in "\r\n\u2028\u2029" for c in unseen):
        yield "has a line break: write it on one line"
    elif unseen:
        yield f"has an invisible character (U+{ord(unseen[0]):04X}): type it again"


_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
