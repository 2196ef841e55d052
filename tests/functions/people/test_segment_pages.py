"""The members of a segment, read page by page from the table."""

import pytest

from functions.core.clock import DAY
from functions.core.segments import ACTIVE_DAYS
from functions.people.member import SHARDS
from functions.people.store import segment_pages, signs_of_life
from tests.functions.membership import actions

PEOPLE = {
    "asa@example.com": {"office": "malmo", "kinds": "engineer", "language": "sv"},
    "bo@example.com": {"office": "stockholm", "kinds": "retired", "language": "en"},
    "cay@example.com": {"office": "malmo", "kinds": "retired", "language": "en"},
}


@pytest.fixture(autouse=True)
def everybody(cloud) -> None:
    for email, details in PEOPLE.items():
        actions.become_member(email=email, **details)


def emails(segment: dict[str, tuple[str, ...]], after: str | None = None) -> list[str]:
    return sorted(member.email for member in segment_pages.members_of(segment, after=after))


@pytest.mark.parametrize(
    ("segment", "names"),
    [
        ({}, "abc"),
        ({"office": ("malmo",)}, "ac"),
        ({"office": ("malmo", "stockholm")}, "abc"),
        ({"office": ("malmo",), "kind": ("retired",)}, "c"),
        ({"language": ("de",)}, ""),
        ({"joined": ("2026-11",)}, "abc"),
        ({"joined": ("2026-Q3", "2027")}, ""),
        ({"active": ("yes",)}, "abc"),
    ],
)
def test_every_condition_must_be_met_by_any_of_its_values(segment, names):
    assert [email[0] for email in emails(segment)] == list(names)


def test_whoever_was_silent_for_a_year_is_not_active(cloud):
    cloud.pass_(ACTIVE_DAYS * DAY)
    assert len(emails({"active": ("yes",)})) == 3
    cloud.pass_(1)
    assert emails({"active": ("yes",)}) == []
    signs_of_life.sign_of_life(actions.member_id("bo@example.com"), cloud.now)
    assert emails({"active": ("yes",)}) == ["bo@example.com"]


def test_reading_goes_on_behind_a_member():
    everyone = list(segment_pages.members_of({}))
    assert [member.id[0] for member in everyone] == sorted(
        (member.id[0] for member in everyone), key=SHARDS.index
    )
    rest = list(segment_pages.members_of({}, after=everyone[0].id))
    assert [member.id for member in rest] == [member.id for member in everyone[1:]]


def test_only_what_is_wanted_is_read():
    (member,) = segment_pages.members_of({"office": ("stockholm",)}, only=("name",))
    assert (member.name != "", member.email) == (True, "")
