"""Reads taps that a phone sends; its input is hostile."""

import json
import re
import unicodedata
from typing import Any

from functions.core.errors import BadRequestError
from functions.core.web.forms import INVISIBLE, NAME_MAX, is_unprintable
from functions.door.rules import tickets
from functions.door.rules.check_ins import WALK_IN, Tap, TapKind, is_walk_in

MOST_TAPS = 100  # in one request
MOST_KNOWN = 50
TAP_ID = re.compile(r"[0-9a-f]{24}")
PHONE = re.compile(r"[0-9a-f]{16}")
LAST_SECOND = 2**40


def read_taps(body: bytes) -> tuple[list[Tap], int]:
    """The taps, and since when the phone wants to hear of others'.

    Raises:
        BadRequestError: it isn't what our page sends.
    """
    try:
        sent = json.loads(body)
        taps, since = [_tap(one) for one in sent["taps"]], sent["since"]
    except (KeyError, TypeError, ValueError):
        raise BadRequestError("taps") from None
    if len(taps) > MOST_TAPS or not _is_number(since, 0, LAST_SECOND):
        raise BadRequestError("taps")
    return taps, since


def _tap(sent: dict[str, Any]) -> Tap:
    """
    Raises:
        KeyError, TypeError, ValueError: a value is missing, or can't be used.
    """
    kind, code = TapKind(sent["kind"]), str(sent["code"])
    tap = Tap(
        id=_matching(TAP_ID, sent["id"]),
        code=code,
        kind=kind,
        people=sent["people"] if kind is TapKind.CAME else 0,
        of=_ids(sent.get("of", [])),
        knows=_ids(sent.get("knows", [])),
        phone=_matching(PHONE, sent["phone"]),
        at=sent["at"],
        name=_name(str(sent["name"])) if is_walk_in(code) and kind is TapKind.CAME else "",
    )
    if not _is_number(tap.at, 0, LAST_SECOND) or not tickets.is_code(code.removeprefix(WALK_IN)):
        raise ValueError(code)
    if kind is TapKind.CAME and not _is_number(tap.people, 1, tickets.MOST_PARTY):
        raise ValueError(tap.people)
    return tap


def _name(typed: str) -> str:
    """A walk-in's name as it can be shown. None is refused: the phone, maybe without a network when
    it was typed, would send it again and again, and nothing behind it."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", typed))
    printable = "".join(" " if is_unprintable(letter) else letter for letter in plain)
    return " ".join(printable.split())[:NAME_MAX].strip() or "?"


def _ids(sent: list[Any]) -> tuple[str, ...]:
    if len(sent) > MOST_KNOWN:
        raise ValueError(len(sent))
    return tuple(_matching(TAP_ID, one) for one in sent)


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _is_number(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
