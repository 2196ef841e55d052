"""Reads a text file as people write it: their editor's marks taken out, every fault reported."""

import re
from collections.abc import Callable
from pathlib import Path

from functions.core.mail.printable import CONTROLS

Report = Callable[[int, str], None]  # takes a line and its problem
# Marks that come along with copied text.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def read_text(path: Path, wrong: Report) -> str | None:
    """The text with LF between its lines; None if it is no UTF-8."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong(line, "is not UTF-8: save the file in UTF-8")
        return None
    if control := CONTROLS.search(text):
        line = text.count("\n", 0, control.start()) + 1
        wrong(
            line, f"has a control character (U+{ord(control[0]):04X}): delete it or type it again"
        )
    return _INVISIBLE.sub("", text)
