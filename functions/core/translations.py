"""gettext for pages and mails. Sources are English; what a language lacks is shown in English."""

import gettext as _gettext
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent.parent / "locale"


@cache
def translations(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("messages", LOCALE, languages=[language], fallback=True)


def gettext(text: str, language: str = "en") -> str:
    return translations(language).gettext(text)
