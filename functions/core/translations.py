"""gettext for pages and emails. Sources are English; a missing translation is shown in English."""

import gettext as _gettext
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent.parent / "locale"


@cache
def translations(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("messages", LOCALE, languages=[language], fallback=True)


def gettext(text: str, language: str = "en") -> str:
    return translations(language).gettext(text)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it, which babel looks for
    """Marks a text for the catalogues and returns it unchanged; it is translated when shown."""
    return text
