"""The language of a page whose reader isn't known yet."""

from collections.abc import Mapping
from typing import Any

from functions.core.texts import listed
from functions.core.web.forms import Form, first
from functions.core.web.requests import Event, header, query

PAGE_LANGUAGE = "page_language"  # the field of a form: the language in which it was shown


def page_language(event: Event, form: Form, site: Mapping[str, Any]) -> str:
    """That of the form or link that led here; else the first of the browser's that the site has."""
    given = first(form, PAGE_LANGUAGE) or query(event, "language")
    wanted = [given] if given else _accepted(header(event, "accept-language"))
    known = (language for language in wanted if language in site["languages"])
    return next(known, listed("", site))


def _accepted(accept_language: str) -> list[str]:
    """The browser's languages, the preferred ones first: `sv-SE,sv;q=0.9` → ["sv", "sv"]."""
    ranges = [part.strip().partition(";q=") for part in accept_language.split(",")]
    ranges.sort(key=lambda part: -_weight(part[2]))
    return [tag.partition("-")[0].lower() for tag, _, _ in ranges]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
