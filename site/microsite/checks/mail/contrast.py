"""Checks that text can be read on its background (WCAG 2.2, 1.4.3), by day and in the dark."""

from collections.abc import Iterator

from functions.core.mail.colours import READABLE, contrast
from microsite.checks.mail.looks import Look
from microsite.checks.mail.mail_page import Page, Text

READABLE_LARGE = 3.0
_SHOWN = 30  # characters of a text in a message


def problems(page: Page) -> Iterator[str]:
    """One for each pair of colours, with the first text that has it."""
    weak: dict[tuple[str, str, bool], str] = {}
    for text in page.texts:
        for look, when in _looks(text, page):
            pair = (look.colour, look.behind, look.is_large)
            if look.is_seen and pair not in weak and (problem := _too_weak(look)):
                weak[pair] = f"text {look.colour} on {look.behind}{when} ({_begin(text)}) {problem}"
    yield from weak.values()


def _looks(text: Text, page: Page) -> Iterator[tuple[Look, str]]:
    yield text.day, ""
    if page.has_night:
        yield text.night, " in dark mode"


def _too_weak(look: Look) -> str:
    if not look.colour or not look.behind:
        return ""
    ratio = contrast(look.colour, look.behind)
    needed = READABLE_LARGE if look.is_large else READABLE
    if ratio >= needed:
        return ""
    return f"has a contrast of {ratio:.1f}, but at least {needed} is needed: change a colour"


def _begin(text: Text) -> str:
    words = " ".join(text.words.split())
    return f"'{words[:_SHOWN]}…'" if len(words) > _SHOWN else f"'{words}'"
