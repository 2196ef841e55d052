"""Checks a published catalogue, and plans what has changed since the last one. Pure."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from functions.approvals.rules import Mode
from functions.core.clock import epoch
from functions.core.sign_up_facts import AnswerKind, Attend, OpenTo
from functions.core.slugs import is_slug
from functions.events.waiting_list import Giving
from functions.newsletter.rules.ledger import CONDITIONS, IssueKind, Lack
from functions.people.member import FREQUENCIES
from functions.people.segment_rules import ATTRIBUTES
from functions.team.rules import SecondFactor

SCHEMA = 1
KINDS = ("events", "issues")
UNSETTLED = ""  # instead of a digest: being applied, or applied in part

Facts = dict[str, Any]
Known = dict[str, dict[str, str]]  # kind → slug → digest of the facts that were applied
Test = Callable[[Any], bool]
Shape = dict[str, Test]  # name → test of its value


class Fraction(str):
    """A number with a fraction, stored as text because the table has whole numbers only.

    It does not count as text in the catalogue's shape.
    """

    __slots__ = ()


@dataclass(frozen=True)
class Catalogue:
    sequence: int
    site: Facts
    events: dict[str, Facts]
    issues: dict[str, Facts]


@dataclass(frozen=True)
class Plan:
    """Items to apply or withdraw, and the digests to store while that runs and afterwards."""

    events: dict[str, Facts]
    issues: dict[str, Facts]
    gone_events: list[str]
    gone_issues: list[str]
    between: Known
    after: Known


def read(body: bytes) -> Catalogue:
    """The catalogue, if it has the shape of catalogue.schema.json; each number with a fraction is a
    Fraction.

    Raises:
        ValueError: the file is broken; the message says where.
    """
    document = json.loads(body, parse_float=Fraction, parse_constant=_refuse_constant)
    _require(isinstance(document, dict), "not an object")
    _require(_is_count(document.get("schema")) and document["schema"] == SCHEMA, "another schema")
    _require(_is_count(document.get("sequence")), "sequence is not a whole number")
    _require_shape("site", document.get("site"), SITE)
    for kind, shape in (("events", EVENT), ("issues", ISSUE)):
        _require(isinstance(document.get(kind), dict), f"{kind} is missing")
        for slug, facts in document[kind].items():
            _require(is_slug(slug), f"{kind}: {slug!r} is not a valid slug")
            _require_shape(f"{kind}/{slug}", facts, shape)
    return Catalogue(**{name: document[name] for name in ("sequence", "site", *KINDS)})


def plan(catalogue: Catalogue, known: Known) -> Plan:
    """The items that have changed since they were applied; all others are left alone."""
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


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"catalogue.json: {constant} is not a number")


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ValueError(f"catalogue.json: {problem}")


def _require_shape(where: str, facts: Any, shape: Shape) -> None:
    _require(isinstance(facts, dict), f"{where} is missing")
    for name, test in shape.items():
        _require(_fits(facts, name, test), f"{where}: {name} is missing or wrong")


# ---- The shape, as in catalogue.schema.json: tests hold the two together. The schema itself is not
# used here, because a library that reads it would be shipped for this alone.


def _fits(facts: Facts, name: str, test: Test) -> bool:
    """A name that ends in `?` may be missing."""
    key = name.removesuffix("?")
    return test(facts[key]) if key in facts else key != name


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Fraction)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_wording(value: Any) -> bool:
    """One text for all languages, or one for each language."""
    texts = list(value.values()) if isinstance(value, dict) else [value]
    return bool(texts) and all(map(_is_text, texts))


def _is_time(value: Any) -> bool:
    try:
        epoch(value)
    except (ValueError, AttributeError, OverflowError):
        return False
    return True


def _is_zone(value: Any) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):  # an unknown one is a KeyError
        return False
    return True


def _maybe(test: Test) -> Test:
    return lambda value: value is None or test(value)


def _one_of(allowed: Collection[str]) -> Test:
    return lambda value: isinstance(value, str) and value in allowed


def _list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _map_of(test: Test, names: Collection[str] | None = None) -> Test:
    """An object with any names, or only with some of `names`."""
    return lambda value: (
        isinstance(value, dict)
        and all(map(test, value.values()))
        and (names is None or value.keys() <= set(names))
    )


def _object(**shape: Test) -> Test:
    return lambda value: (
        isinstance(value, dict) and all(_fits(value, name, test) for name, test in shape.items())
    )


_CHOICES = _list_of(_object(slug=_is_text, name=_is_wording))
_TEXTS = _list_of(_is_text)


def _are_versions(value: Any) -> bool:
    """Of a consent's text, the last one being in force."""
    version = _object(version=_is_text, text=_is_text_by_language)
    return _list_of(version)(value) and bool(value)


def _is_text_by_language(value: Any) -> bool:
    return isinstance(value, dict) and _is_wording(value)


SITE: Shape = {
    "company": _is_text,
    "url": _is_text,
    "time_zone": _is_zone,
    "languages": lambda value: _TEXTS(value) and bool(value),
    "offices": _CHOICES,
    "kinds": _CHOICES,
    "topics": _CHOICES,
    "contacts": _map_of(_object(role=_is_wording)),
    "consents": _map_of(_are_versions),
    "imprint": _is_wording,
    "colours?": _object(),
    "joining?": _one_of(frozenset(Mode)),
    "passkeys?": _one_of(frozenset(SecondFactor)),
    "waiting_list?": _one_of(frozenset(Giving)),
    "smaller_parties_first?": _is_flag,
    "reminder_days?": _is_count,
    "last_reminder_days?": _is_count,
    "thanks_days?": _is_count,
    "keep?": _map_of(_is_count),
    "team?": _maybe(_object(email=_is_text)),
}
_QUESTION = _object(
    name=_is_text,
    ask=_is_wording,
    answer=_one_of(frozenset(AnswerKind)),
    **{
        "choices?": _list_of(_object(value=_is_text, words=_is_wording)),
        "required?": _is_flag,
    },
)
EVENT: Shape = {
    "title": _is_text,
    "url": _is_text,
    "starts_at": _is_time,
    "ends_at": _is_time,
    "closes_at": _is_time,
    "time_zone": _is_zone,
    "place": _is_text,
    "address": _maybe(_is_text),
    "office": _is_text,
    "seats": _is_count,
    "max_guests": _is_count,
    "contact": _maybe(_is_text),
    "all_day?": _is_flag,
    "revision?": _is_count,
    "cancelled?": _is_text,  # the reason
    "announce?": _is_flag,
    # An unknown condition is refused: ignoring it would invite others, too.
    "invite?": _map_of(_TEXTS, ATTRIBUTES),
    "attend?": _one_of(frozenset(Attend)),
    "opens_at?": _is_time,
    "open_to?": _one_of(frozenset(OpenTo)),
    "approval?": _is_flag,
    "questions?": _list_of(_QUESTION),
    "file?": _is_text,
}
# An unknown condition is refused: ignoring it would show readers the news of others.
_VARIANT = _object(
    key=_is_text,
    hash=_is_text,
    **{"language?": _is_text, "readers?": _list_of(_map_of(_TEXTS, CONDITIONS))},
)
ISSUE: Shape = {
    "subject": _is_text,
    "url": _is_text,
    "send_at": _is_time,
    "deadline": _maybe(_is_time),
    # An unknown condition is refused: ignoring it would email people outside the audience.
    "audience": _map_of(_TEXTS, ATTRIBUTES),
    "variants": _map_of(_VARIANT),
    "kind?": _one_of(frozenset(IssueKind)),
    "called_off?": _is_flag,
    "frequency?": _one_of(FREQUENCIES),
    "corrects?": _maybe(_is_text),
    # The email to the team has words for these codes only.
    "archived?": _is_flag,
    "pages?": _TEXTS,
    "nothing?": _list_of(_one_of(frozenset(Lack))),
}
