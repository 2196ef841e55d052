"""catalogue.schema.json, what the site writes and what the function reads: all three agree."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.content import edition
from microsite.output import catalogue as site_catalogue
from microsite.output.site import Site

from functions.catalogue import rules
from functions.core import slugs
from functions.core.sign_up_facts import AnswerKind, Attend, OpenTo
from functions.newsletter.rules.ledger import CONDITIONS, IssueKind, Lack
from functions.people.member import FREQUENCIES
from functions.people.segment_rules import ATTRIBUTES
from tests.catalogue_schema import problems, schema
from tests.company_project import COMPANY

Path = tuple[str | int, ...]
# Something of every type; 1.5, because to JSON Schema 1.0 is a whole number.
OTHERS: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], [1], ["x"], {}, {"x": 1}, {"x": ["x"]}]
LIKE_NO_OTHER = 2  # events and issues of the sample that are kept: all have the same shape


@cache
def sample() -> Any:
    """The sample company's catalogue with a few of its events and issues, as published."""
    site = Site(edition.read(COMPANY))
    facts = copy.deepcopy(site.catalogue)
    kept = {kind: dict(list(facts[kind].items())[:LIKE_NO_OTHER]) for kind in ("events", "issues")}
    variants = {
        "en": {"key": "newsletters/x/en.json", "hash": "0" * 64, "language": "en", "readers": [{}]},
        "sv": {"key": "", "hash": "", "language": "sv", "readers": [{"kind": ["retired"]}]},
    }
    next(iter(kept["events"].values())).update(cancelled="Storm", announce=True)
    asking = {
        "opens_at": "2026-11-01T08:00:00Z",
        "open_to": "members",
        "approval": True,
        "attend": "both",
    }
    tour = {"name": "tour", "ask": {"en": "Which tour?"}, "answer": "choice", "required": True}
    tour |= {"choices": [{"value": "Tower", "words": {"en": "Tower"}}]}
    next(iter(kept["events"].values())).update(asking | {"questions": [tour]})
    first, second = kept["issues"].values()
    first.update(variants=variants, audience={"office": ["malmo"], "interest": ["energy"]})
    second.update(nothing=["text", "jobs"])
    return json.loads(site_catalogue.dumps(facts | kept | {"sequence": 7}))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


def is_read(document: Any) -> bool:
    try:
        rules.read(json.dumps(document).encode())
    except ValueError:
        return False
    return True


def changed(path: Path, change: Any) -> Any:
    """The sample with `change(parent, key)` done at one place."""
    document = {"": copy.deepcopy(sample())}
    parent: Any = document
    for key in ("", *path)[:-1]:
        parent = parent[key]
    change(parent, ("", *path)[-1])
    return document.get("")


ALL_PLACES = st.deferred(lambda: st.sampled_from(list(places(sample()))))


def test_the_sample_catalogue_is_valid_and_can_be_read() -> None:
    assert problems(sample()) == []
    assert is_read(sample())


@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_schema_and_function_agree_when_any_value_is_replaced(other: Any) -> None:
    for path in places(sample()):
        document = changed(path, lambda parent, key: parent.__setitem__(key, other))
        assert is_read(document) == (problems(document) == []), path


def test_schema_and_function_agree_when_any_value_is_missing() -> None:
    for path in filter(None, places(sample())):
        document = changed(path, lambda parent, key: parent.pop(key))
        assert is_read(document) == (problems(document) == []), path


@given(ALL_PLACES, ALL_PLACES)
def test_schema_and_function_agree_when_parts_are_swapped(one: Path, other: Path) -> None:
    part: Any = sample()
    for key in other:
        part = part[key]
    document = changed(one, lambda parent, key: parent.__setitem__(key, part))
    assert is_read(document) == (problems(document) == [])


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "å", "a" * 201])
def test_schema_and_function_refuse_an_invalid_slug(slug: str) -> None:
    for kind in ("events", "issues"):
        items = sample()[kind]
        document = sample() | {kind: items | {slug: next(iter(items.values()))}}
        assert not is_read(document)
        assert problems(document)


def test_the_schema_lists_the_values_that_the_code_knows() -> None:
    parts = schema()["$defs"]
    issue, variant = parts["issue"]["properties"], parts["variant"]["properties"]
    assert schema()["properties"]["schema"]["const"] == rules.SCHEMA == site_catalogue.SCHEMA
    assert parts["slug"]["pattern"] == f"^{slugs.PATTERN}$"
    assert parts["slug"]["maxLength"] == slugs.LONGEST
    event, question = parts["event"]["properties"], parts["question"]["properties"]
    assert set(parts["segment"]["propertyNames"]["enum"]) == set(ATTRIBUTES)
    assert set(event["attend"]["enum"]) == set(Attend)
    assert set(event["open_to"]["enum"]) == set(OpenTo)
    assert set(question["answer"]["enum"]) == set(AnswerKind)
    assert set(issue["kind"]["enum"]) == set(IssueKind)
    assert set(issue["frequency"]["enum"]) == set(FREQUENCIES)
    assert set(issue["nothing"]["items"]["enum"]) == set(Lack)
    assert set(variant["readers"]["items"]["propertyNames"]["enum"]) == set(CONDITIONS)
