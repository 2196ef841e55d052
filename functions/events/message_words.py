"""What a message to the guests of an event may hold."""

import re

from functions.core.web.forms import is_unprintable

TEXT_MAX, SUBJECT_MAX = 4_000, 100


def tidy(text: str) -> str:
    """With LF between its lines, and one empty line at most between paragraphs."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def is_subject(text: str) -> bool:
    return 0 < len(text) <= SUBJECT_MAX and not is_unprintable(text)


def is_text(text: str, most: int = TEXT_MAX) -> bool:
    return 0 < len(text) <= most and not is_unprintable(text.replace("\n", ""))
