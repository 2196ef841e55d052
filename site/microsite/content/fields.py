"""Reads the fields of front matter. Every function takes the text as typed and returns the value,
or raises FieldError, whose message gives the remedy."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from functions.core import segments
from functions.core.mail.domains import in_ascii
from functions.core.mail.printable import CONTROLS
from functions.core.slugs import is_slug
from microsite.content.company import Settings
from microsite.content.formats import is_address, known_zone
from microsite.content.items import Include
from microsite.content.problems import suggestion

MOST_SEATS = 100_000
MOST_INCLUDED = 20  # events in one issue
EVERYONE = "everyone"  # instead of a segment
INCLUDES = {"include": "news", "events": "events", "jobs": "jobs"}  # key → kind of item
INCLUDE_PHRASES = {
    "include": ("news since last issue",),
    "events": ("next 5", "next 5 of the reader's offices"),
    "jobs": ("open", "open of the reader's offices"),
}
_OF_READERS = r"(?P<mine> of the reader's offices?)?"
_INCLUDE_PATTERNS = {
    "include": re.compile(r"news since (the )?last issue"),
    "events": re.compile(r"next (?P<count>\d{1,3})" + _OF_READERS),
    "jobs": re.compile("open" + _OF_READERS),
}


_DATE = r"((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})"
_DAY = re.compile(_DATE)
_MOMENT = re.compile(_DATE + r"[ T]([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
# Word turns hyphens into these.
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


class FieldError(ValueError):
    """The message completes a sentence that begins with the key's name."""


Read = Callable[[Any, Settings], Any]


def line(value: Any, _settings: Settings) -> str:
    if not isinstance(value, str):
        raise FieldError("must be a single text: put it in quotes if it contains a colon")
    if CONTROLS.search(value):
        raise FieldError("has a control character: write a backslash in single quotes, or twice")
    if not value.strip():
        raise FieldError("is empty: write a text or remove the line")
    return " ".join(value.split())


def lines(value: Any, settings: Settings) -> tuple[str, ...]:
    """One text, or a list of them."""
    texts = value if isinstance(value, list) else [value]
    return tuple(line(text, settings) for text in texts)


def slug(value: Any, settings: Settings) -> str:
    word = line(value, settings)
    if not is_slug(word):
        raise FieldError(f"'{word}' is not a valid slug: use lowercase letters, digits and hyphens")
    return word


def yes_or_no(value: Any, settings: Settings) -> bool:
    word = line(value, settings).lower()
    if word not in {"true", "false", "yes", "no"}:
        raise FieldError(f"'{value}' is not valid: write true or false")
    return word in {"true", "yes"}


def day(value: Any, settings: Settings) -> date:
    word = line(value, settings)
    try:
        if match := _DAY.fullmatch(word.translate(_HYPHENS)):
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise FieldError(f"'{word}' is not a valid date: write it like 2026-11-02")


def moment(value: Any, settings: Settings) -> datetime:
    """A local time without its zone, which the item adds."""
    word = line(value, settings)
    try:
        if match := _MOMENT.fullmatch(word.translate(_HYPHENS)):
            year, month, of_month, hour, minute = map(int, match.groups())
            return datetime(year, month, of_month, hour, minute)  # noqa: DTZ001  # the item adds it
    except ValueError:
        pass
    if word.endswith(" 24:00"):
        raise FieldError(f"'{word}' is midnight: write 00:00 and the day after")
    raise FieldError(f"'{word}' is not a valid date and time: write it like 2026-11-02 18:00")


def day_or_moment(value: Any, settings: Settings) -> date:
    """A day for what lasts all day, or else a local time: a datetime without its zone."""
    word = line(value, settings)
    if _DAY.fullmatch(word.translate(_HYPHENS)):
        return day(word, settings)
    return moment(word, settings)


def at_least(least: int) -> Read:
    def whole(value: Any, settings: Settings) -> int:
        word = line(value, settings)
        if not re.fullmatch(r"-?[0-9]{1,9}", word):
            raise FieldError(f"'{word}' is not a whole number: write it like 40")
        if not least <= int(word) <= MOST_SEATS:
            raise FieldError(f"is {word}: write a number from {least} to {MOST_SEATS}")
        return int(word)

    return whole


def zone(value: Any, settings: Settings) -> str:
    word = line(value, settings)
    if not known_zone(word):
        known = {office.time_zone for office in settings.offices} | {settings.time_zone}
        raise FieldError(f"'{word}' is not a time zone: {suggestion(word, sorted(known))}")
    return word


def one_of(noun: str, known: Callable[[Settings], dict[str, Any]]) -> Read:
    def choice(value: Any, settings: Settings) -> str:
        word = line(value, settings)
        if word not in known(settings):
            raise FieldError(f"'{word}' is not a known {noun}: {suggestion(word, known(settings))}")
        return word

    return choice


def some_of(noun: str, known: Callable[[Settings], dict[str, Any]]) -> Read:
    read = one_of(noun, known)

    def choices(value: Any, settings: Settings) -> tuple[str, ...]:
        words = value if isinstance(value, list) else [value]
        if not words:
            raise FieldError(f"names no {noun}: write one, or remove it")
        return tuple(dict.fromkeys(read(word, settings) for word in words))

    return choices


def link(value: Any, settings: Settings) -> str:
    """A web or email address, such as where to apply for a job."""
    word = line(value, settings)
    problem = link_problem(word)
    if problem:
        raise FieldError(problem)
    return word


def link_problem(url: str) -> str:
    """The problem with an external link, or ""."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return f"'{url}' is not a valid web address: write it like https://example.com/page"
    if parts.scheme == "mailto":
        if not is_address(parts.path):
            return f"'{url}' is not a valid email address: write it like mailto:name@example.com"
        return ""
    if parts.scheme == "tel":
        if not re.fullmatch(r"\+?[0-9.-]+", parts.path):
            return f"'{url}' is not a valid phone number: write it like tel:+46-40-123456"
        return ""
    if parts.scheme not in {"https", "http"}:
        return f"'{url}' must begin with https:// or mailto:"
    if "." not in host.strip(".") or " " in url or in_ascii(host) is None:
        return f"'{url}' is not a valid web address: write it like https://example.com/page"
    return ""


def one_word(*allowed: str) -> Read:
    def word(value: Any, settings: Settings) -> str:
        choice = line(value, settings).lower()
        if choice not in allowed:
            raise FieldError(f"'{value}' is unknown: {suggestion(choice, allowed)}")
        return choice

    return word


def audience(value: Any, settings: Settings) -> dict[str, tuple[str, ...]]:
    known: dict[str, dict[str, Any]] = {
        "office": settings.office,
        "interest": settings.topic,
        "kind": settings.kind,
        "language": dict.fromkeys(settings.languages),
    }
    if not isinstance(value, dict):
        office, kind = settings.offices[0].slug, settings.kinds[0].slug
        hint = f"write it like {{office: [{office}], kind: {kind}}}"
        raise FieldError(f"must be keys and values: {hint}")
    read: dict[str, tuple[str, ...]] = {}
    for written, wanted in value.items():
        key = segments.WRITTEN.get(written, written)
        if key not in segments.CONDITIONS:
            names = (*segments.CONDITIONS, *segments.WRITTEN)
            raise FieldError(f"has an unknown key '{written}': {suggestion(str(written), names)}")
        if key in read:
            raise FieldError(f"has '{written}' twice: keep one")
        read[key] = (
            some_of(written, _always(known[key]))(wanted, settings)
            if key in known
            else _computed(key, wanted)
        )
    return read


def invited(value: Any, settings: Settings) -> dict[str, tuple[str, ...]]:
    """As `audience`; everybody is named, so that no empty line invites them all."""
    if isinstance(value, str) and value.strip().lower() == EVERYONE:
        return {}
    read = audience(value, settings)
    if not read:
        raise FieldError(f"is empty: write {EVERYONE}, or whom you invite")
    return read


def _computed(key: str, wanted: Any) -> tuple[str, ...]:
    """`joined` and `active`: conditions without values in the settings."""
    values = wanted if isinstance(wanted, list) else [wanted]
    try:
        return segments.read(key, [str(value) for value in values], {})
    except segments.SegmentError as error:
        raise FieldError(str(error)) from None


def _always(known: dict[str, Any]) -> Callable[[Settings], dict[str, Any]]:
    return lambda _settings: known


def include(key: str) -> Read:
    """Reads `include`, `events` or `jobs`, in front matter as in the body."""

    def phrase(value: Any, settings: Settings) -> Include:
        text = line(value, settings)
        plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower()
        match = _INCLUDE_PATTERNS[key].fullmatch(plain)
        if not match:
            allowed = " or ".join(f"'{phrase}'" for phrase in INCLUDE_PHRASES[key])
            raise FieldError(f"'{text}' is not understood: write {allowed}")
        groups = match.groupdict()
        count = int(groups.get("count") or 0)
        if groups.get("count") and not 1 <= count <= MOST_INCLUDED:
            raise FieldError(f"'{text}' is out of range: write a number from 1 to {MOST_INCLUDED}")
        return Include(INCLUDES[key], count, of_readers=bool(groups.get("mine")))

    return phrase


def midnight(day_: date, zone_: str) -> datetime:
    """When the day begins in the zone: at 01:00 where the clocks go forward at midnight."""
    midnight_ = datetime.combine(day_, time(), ZoneInfo(zone_))
    return midnight_.astimezone(UTC).astimezone(ZoneInfo(zone_))


def localise(moment_: datetime, zone_: str) -> datetime:
    """The local time in its zone; in the hour that comes twice in autumn, the first of both.

    Raises:
        FieldError: a clock change skips that hour.
    """
    local = moment_.replace(tzinfo=ZoneInfo(zone_))
    real = local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone_))
    if real.replace(tzinfo=None) != moment_:
        raise FieldError(
            f"'{moment_:%Y-%m-%d %H:%M}' does not exist in {zone_}, because the clocks go "
            f"forward: write {real:%Y-%m-%d %H:%M}"
        )
    return local
