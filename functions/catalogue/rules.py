"""What was published, checked; and what of it is new since the last time. Pure."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from functions.core.clock import epoch
from functions.core.slugs import is_slug
from functions.newsletter.rules.ledger import CONDITIONS, Lack
from functions.newsletter.rules.recipients import ATTRIBUTES
from functions.people.member import FREQUENCIES

SCHEMA = 1
LACKS = frozenset(Lack)
KINDS = ("events", "issues")
UNSETTLED = ""  # instead of a digest: being taken over, or taken over half-way

Facts = dict[str, Any]
Known = dict[str, dict[str, str]]  # kind → slug → digest of the facts that were taken over
Test = Callable[[Any], bool]


@dataclass(frozen=True)
class Catalogue:
    sequence: int
    site: Facts
    events: dict[str, Facts]
    issues: dict[str, Facts]


@dataclass(frozen=True)
class Plan:
    """What is to be done, by slug; and what is known while it is done, and afterwards."""

    events: dict[str, Facts]
    issues: dict[str, Facts]
    gone_events: list[str]
    gone_issues: list[str]
    between: Known
    after: Known


def read(body: bytes) -> Catalogue:
    """The catalogue, checked; fractions become text, as the table has none.

    Raises:
        ValueError: it is broken, with where and what.
    """
    document = json.loads(body, parse_float=str, parse_constant=_refuse)
    _require(isinstance(document, dict), "not an object")
    _require(document.get("schema") == SCHEMA, f"schema is not {SCHEMA}")
    _require(_is_count(document.get("sequence")), "sequence is no whole number")
    _check("site", document.get("site"), SITE)
    for kind, shape in (("events", EVENT), ("issues", ISSUE)):
        _require(isinstance(document.get(kind), dict), f"{kind} is missing")
        for slug, facts in document[kind].items():
            _require(is_slug(slug), f"{kind}: {slug!r} is no slug")
            _check(f"{kind}/{slug}", facts, shape)
            given = {name: test for name, test in ISSUE_MAY_HAVE.items() if name in facts}
            _check(f"{kind}/{slug}", facts, given)
    return Catalogue(**{name: document[name] for name in ("sequence", "site", *KINDS)})


def plan(catalogue: Catalogue, known: Known) -> Plan:
    """Items that are as they were when last taken over are left alone."""
    after = {kind: _digests(getattr(catalogue, kind)) for kind in KINDS}
    changed = {kind: _changed(known.get(kind, {}), after[kind]) for kind in KINDS}
    gone = {kind: sorted(known.get(kind, {}).keys() - after[kind].keys()) for kind in KINDS}
    between = {
        kind: known.get(kind, {}) | dict.fromkeys([*changed[kind], *gone[kind]], UNSETTLED)
        for kind in KINDS
    }
    return Plan(
        events={slug: catalogue.events[slug] for slug in changed["events"]},
        issues={slug: catalogue.issues[slug] for slug in changed["issues"]},
        gone_events=gone["events"],
        gone_issues=gone["issues"],
        between=between,
        after=after,
    )


def _digests(items: dict[str, Facts]) -> dict[str, str]:
    return {slug: _digest(facts) for slug, facts in items.items()}


def _digest(facts: Facts) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _changed(known: dict[str, str], after: dict[str, str]) -> list[str]:
    return [slug for slug, digest in after.items() if known.get(slug) != digest]


def _refuse(constant: str) -> Any:
    raise ValueError(f"catalogue.json: {constant} is no number")


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ValueError(f"catalogue.json: {problem}")


def _check(where: str, facts: Any, shape: dict[str, Test]) -> None:
    _require(isinstance(facts, dict), f"{where} is missing")
    for name, test in shape.items():
        _require(name in facts and test(facts[name]), f"{where}: {name} is missing or wrong")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_wording(value: Any) -> bool:
    """A text for all languages, or a text for each."""
    written = list(value.values()) if _is_object(value) else [value]
    return bool(written) and all(map(_is_text, written))


def _has_texts(value: Any, name: str) -> bool:
    return _is_object(value) and _is_wording(value.get(name))


def _is_time(value: Any) -> bool:
    try:
        epoch(value)
    except (ValueError, AttributeError, OverflowError):
        return False
    return True


def _is_zone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (
        ValueError,
        TypeError,
        OSError,
    ):  # an unknown one is a ZoneInfoNotFoundError, a KeyError
        return False
    except KeyError:
        return False
    return True


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _are_variants(value: Any) -> bool:
    return _is_object(value) and all(map(_is_variant, value.values()))


def _is_variant(value: Any) -> bool:
    return (
        _is_object(value)
        and all(_is_text(value.get(part)) for part in ("key", "hash"))
        and _is_text(value.get("language", ""))
        and _is_list(value.get("readers", []))
        and all(map(_is_condition, value.get("readers", [])))
    )


def _are_lacks(value: Any) -> bool:
    """The email to the team has words for these codes only."""
    return _is_list(value) and all(_is_text(code) and code in LACKS for code in value)


def _is_condition(value: Any) -> bool:
    """What can't be asked of a reader is refused: to ignore it would show them another's news."""
    return _is_object(value) and all(
        what in CONDITIONS and _is_list(wanted) and all(map(_is_text, wanted))
        for what, wanted in value.items()
    )


def _is_audience(value: Any) -> bool:
    """What can't be asked of members is refused: to ignore it would mail people outside."""
    return _is_object(value) and all(
        what in ATTRIBUTES and _is_list(wanted) and all(map(_is_text, wanted))
        for what, wanted in value.items()
    )


SITE: dict[str, Test] = {
    "company": _is_text,
    "url": _is_text,
    "time_zone": _is_zone,
    "languages": lambda value: _is_list(value) and bool(value) and all(map(_is_text, value)),
    "offices": lambda value: _is_list(value) and all(_has_texts(one, "name") for one in value),
    "kinds": lambda value: _is_list(value) and all(_has_texts(one, "name") for one in value),
    "topics": lambda value: _is_list(value) and all(_has_texts(one, "name") for one in value),
    "contacts": lambda value: (
        _is_object(value) and all(_has_texts(one, "role") for one in value.values())
    ),
    "consent": lambda value: _has_texts(value, "text"),
    "imprint": _is_wording,
}
EVENT: dict[str, Test] = {
    "title": _is_text,
    "url": _is_text,
    "starts_at": _is_time,
    "ends_at": _is_time,
    "closes_at": _is_time,
    "time_zone": _is_zone,
    "place": _is_text,
    "address": lambda value: value is None or _is_text(value),
    "office": _is_text,
    "seats": _is_count,
    "max_guests": _is_count,
    "contact": lambda value: value is None or _is_text(value),
}
ISSUE: dict[str, Test] = {
    "subject": _is_text,
    "url": _is_text,
    "send_at": _is_time,
    "deadline": lambda value: value is None or _is_time(value),
    "audience": _is_audience,
    "variants": _are_variants,
}
ISSUE_MAY_HAVE: dict[str, Test] = {
    "frequency": lambda value: value in FREQUENCIES,
    "corrects": lambda value: value is None or _is_text(value),
    "nothing": _are_lacks,
}
