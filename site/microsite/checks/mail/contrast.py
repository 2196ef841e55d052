"""Checks that text can be read on its background (WCAG 2.2, 1.4.3), by day and in the dark."""

from collections.abc import Iterator

from functions.core.mail.colours import READABLE, contrast
from microsite.checks.mail.computed_style import ComputedStyle
from microsite.checks.mail.mail_page import Page, Text

READABLE_LARGE = 3.0
_SHOWN = 30  # characters of a text in a message


def problems(page: Page) -> Iterator[str]:
    """One for each pair of colours, with the first text that has it."""
    weak: dict[tuple[str, str, bool], str] = {}
    for text in page.texts:
        for style, when in _styles(text, page):
            pair = (style.colour, style.behind, style.is_large)
            if style.is_seen and pair not in weak and (problem := _too_weak(style)):
                weak[pair] = (
                    f"text {style.colour} on {style.behind}{when} ({_begin(text)}) {problem}"
                )
    yield from weak.values()


def _styles(text: Text, page: Page) -> Iterator[tuple[ComputedStyle, str]]:
    yield text.day, ""
    if page.has_night:
        yield text.night, " in dark mode"


def _too_weak(style: ComputedStyle) -> str:
    if not style.colour or not style.behind:
        return ""
    ratio = contrast(style.colour, style.behind)
    needed = READABLE_LARGE if style.is_large else READABLE
    if ratio >= needed:
        return ""
    return f"has a contrast of {ratio:.1f}, but at least {needed} is needed: change a colour"


def _begin(text: Text) -> str:
    words = " ".join(text.words.split())
    return f"'{words[:_SHOWN]}…'" if len(words) > _SHOWN else f"'{words}'"
