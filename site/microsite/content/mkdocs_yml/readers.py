"""Readers of single values, such as a time zone or a colour."""

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale, localedata

from functions.core.mail.colours import HEX
from functions.core.slugs import is_slug
from functions.core.translations import LOCALE
from microsite.content.company import Text
from microsite.content.formats import is_address, known_zone
from microsite.content.mkdocs_yml.place import Place, Read, SettingError
from microsite.content.pictures.picture_files import CHOICE, is_picture
from microsite.content.problems import suggestion

ALPHA_2 = 2  # letters of a country's code
HEAVIEST = 1000  # of a font, in CSS
SOURCES = "en"  # the language that the catalogues translate from
_NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # CLDR's own, and groups of countries
_SHORT_COLOUR = re.compile(r"#[0-9a-fA-F]{3}")


def line(value: Any, place: Place) -> str:
    if not isinstance(value, str):
        raise SettingError(f"{place.name} must be a text: put it in quotes")
    if not value.strip():
        raise SettingError(f"{place.name} is empty: write a text, or remove the line")
    return " ".join(value.split())


def wording(value: Any, place: Place) -> Text:
    """One text for all languages, or one for each that the site lists."""
    if isinstance(value, str) and value.strip():
        return Text(value)
    if not isinstance(value, dict):
        raise SettingError(f"{place.name} must be a text: put it in quotes")
    languages = place.sheet.languages
    for language in languages:
        if language not in value:
            hint = f"add a line {language}: ..., or write one text for all languages"
            place.wrong(f"{place.name} has no text in '{language}': {hint}")
    texts: dict[str, str] = {}
    for language, text in value.items():
        below = place.below(str(language))
        if languages and language not in languages:
            below.wrong(f"unknown language '{language}': {suggestion(str(language), languages)}")
        elif not isinstance(text, str) or not text.strip():
            below.wrong(f"{place.name} in '{language}' must be a text: put it in quotes")
        else:
            texts[language] = text
    return Text(texts)


def slug(value: Any, place: Place) -> str:
    word = line(value, place)
    if not is_slug(word):
        hint = "use lowercase letters, digits and hyphens"
        raise SettingError(f"'{word}' is not a valid slug: {hint}")
    return word


def slug_of(entries: str, noun: str) -> Read:
    """The slug of an entry of another list, such as an office's contact."""

    def read(value: Any, place: Place) -> str:
        word = line(value, place)
        known = place.sheet.slugs.get(entries, ())
        if word not in known:
            raise SettingError(f"unknown {noun} '{word}': {suggestion(word, known)}")
        return word

    return read


def zone(value: Any, place: Place) -> str:
    word = line(value, place)
    if not known_zone(word):
        hint = suggestion(word, sorted(filter(known_zone, available_timezones())))
        hint = hint if hint.startswith("did") else "write it like Europe/Stockholm"
        raise SettingError(f"unknown time zone '{word}': {hint}")
    return word


def country_code(value: Any, place: Place) -> str:
    word = line(value, place)
    if word not in _countries():
        hint = "write the two capital letters of ISO 3166, like SE, or GB for the United Kingdom"
        raise SettingError(f"'{word}' is not a country code: {hint}")
    return word


@cache
def _countries() -> frozenset[str]:
    codes = map(str, Locale(SOURCES).territories)
    return (
        frozenset(code for code in codes if code.isalpha() and len(code) == ALPHA_2) - _NO_COUNTRY
    )


def one_of(*words: str) -> Read:
    def read(value: Any, place: Place) -> str:
        if value not in words:
            raise SettingError(f"unknown {place.name} '{value}': {suggestion(str(value), words)}")
        return str(value)

    return read


def yes_or_no(value: Any, place: Place) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{place.name} '{value}' is not valid: write true or false")
    return value


def whole(least: int, most: int) -> Read:
    """A whole number from `least` to `most`."""

    def read(value: Any, place: Place) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            hint = f"write a whole number from {least} to {most}"
            raise SettingError(f"{place.name} '{value}' is not valid: {hint}")
        return int(value)

    return read


def degrees(limit: int) -> Read:
    def read(value: Any, place: Place) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -limit <= value <= limit:
            hint = f"write degrees from -{limit} to {limit}, with a point, like 59.3233"
            raise SettingError(f"'{value}' is not a {place.name}: {hint}")
        return float(value)

    return read


def colour(value: Any, _place: Place) -> str:
    """As #rrggbb in lowercase letters."""
    if isinstance(value, str) and HEX.fullmatch(value):
        return value.lower()
    if isinstance(value, str) and _SHORT_COLOUR.fullmatch(value):
        return "#" + "".join(digit * 2 for digit in value[1:].lower())
    raise SettingError(f"'{value}' is not a colour: write it in quotes, like \"#12414f\"")


def email(value: Any, place: Place) -> str:
    word = line(value, place)
    if not (word.isascii() and is_address(word)):
        raise SettingError(f"'{word}' is not a valid email address: write it like name@example.com")
    return word


def language(value: Any, place: Place) -> str:
    """One of the languages that the site lists."""
    word = line(value, place)
    if place.sheet.languages and word not in place.sheet.languages:
        hint = suggestion(word, place.sheet.languages)
        raise SettingError(f"unknown language '{word}': {hint}")
    return word


def languages(value: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise SettingError("languages must be a list: write it like [en, sv]")
    for number, code in enumerate(value):
        problem = _language_problem(code)
        if problem:
            place.wrong(problem)
        elif code in value[:number]:
            place.wrong(f"language '{code}' is listed twice: remove one")
    return known_languages(value)


def known_languages(value: Any) -> tuple[str, ...]:
    """The valid ones of a list that may hold anything."""
    return tuple(filter(_is_language, value)) if isinstance(value, list) else ()


def _language_problem(code: Any) -> str:
    if not _is_language(code):
        return f"'{code}' is not a language code: write them like [en, sv]"
    if code not in _translated():
        known = ", ".join(sorted(_translated()))
        hint = "CONTRIBUTING.md describes how to add a language"
        return f"'{code}' is not translated yet, only {known}: {hint}"
    return ""


def _is_language(code: Any) -> bool:
    return isinstance(code, str) and localedata.exists(code)


@cache
def _translated() -> frozenset[str]:
    catalogues = LOCALE.glob("*/LC_MESSAGES/messages.po")
    return frozenset({SOURCES, *(path.parts[-3] for path in catalogues)})


def picture(value: Any, place: Place) -> str:
    name = file(value, place)
    if not is_picture(name):
        raise SettingError(f"{place.name} '{name}' is no picture: use {CHOICE}")
    return name


def font(value: Any, place: Place) -> str:
    name = file(value, place)
    if not name.endswith(".woff2"):
        raise SettingError(f"font '{name}' is not WOFF2: convert it, or ask its maker for one")
    return name


def font_weight(value: Any, _place: Place) -> str:
    """A number, or the two ends of a variable font's range."""
    words = str(value).split()
    numbers = [int(word) for word in words if re.fullmatch(r"[1-9]\d{0,3}", word)]
    is_range = len(words) == len(numbers) <= 2 and numbers == sorted(set(numbers))  # noqa: PLR2004
    if not is_range or not numbers or numbers[-1] > HEAVIEST:
        raise SettingError(f"weight '{value}' is not valid: write it like 600, or 100 900")
    return " ".join(words)


def file(value: Any, place: Place) -> str:
    """A file's path below site/content."""
    word = line(value, place)
    if word not in place.sheet.files:
        near = suggestion(word, sorted(place.sheet.files))
        hint = "put the file there" if "/" in word else "write it like assets/brand/logo.svg"
        hint = near if near.startswith("did") else hint
        raise SettingError(f"{place.name} '{word}' is not in site/content: {hint}")
    return word
