"""Whom an issue is for: nobody outside is in any batch, nobody inside is left out."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core import segments
from functions.core.clock import DAY
from functions.newsletter.rules import batches as paging
from functions.newsletter.rules.ledger import IssueState
from functions.newsletter.store import batches
from functions.people.member import Profile, Stay, new_member
from functions.people.segment_rules import ATTRIBUTES, is_inside
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes

PROFILE = issue_runs.PROFILE | {
    "interests": ("energy", "law"),
    "kinds": ("engineer", "partner"),
    "language": "sv",
}
ASA = new_member(Profile(email="asa@example.com", **PROFILE), "hash", 0)
WORDS = st.sampled_from(["malmo", "engineer", "energy", "law", "sv", "en", "hong-kong"])
AUDIENCES = st.dictionaries(st.sampled_from(list(segments.CHOSEN)), st.lists(WORDS, max_size=3))


@pytest.mark.parametrize(
    ("conditions", "inside"),
    [
        ({}, True),
        ({"office": ["malmo"]}, True),
        ({"office": ["goteborg", "malmo"]}, True),
        ({"office": ["goteborg"]}, False),
        ({"kind": ["retired"]}, False),
        ({"kind": ["partner", "retired"]}, True),
        ({"interest": ["law", "harbours"]}, True),
        ({"interest": ["harbours"]}, False),
        ({"language": ["sv"], "kind": ["engineer"]}, True),
        ({"language": ["sv"], "kind": ["retired"]}, False),
        ({"kind": []}, False),
    ],
)
def test_a_member_is_in_the_audience_if_every_condition_holds(conditions, inside) -> None:
    assert is_inside(conditions, ASA) is inside


@pytest.mark.parametrize("attribute", ["office", "kinds", "interests", "language"])
def test_a_member_with_an_empty_field_fails_a_condition_on_it(attribute: str) -> None:
    silent = replace(ASA, **{attribute: () if attribute in {"interests", "kinds"} else ""})
    (what,) = [key for key in segments.CHOSEN if attribute in ATTRIBUTES[key]]
    assert not is_inside({what: ["malmo", "engineer", "energy", "sv"]}, silent)


@pytest.mark.parametrize(
    ("chosen", "wanted", "inside"),
    [
        ((), ["malmo"], True),
        ((), ["lund"], False),  # a former office, but not the last one
        (("stockholm",), ["stockholm"], True),
        (("stockholm",), ["malmo"], False),
        (("stockholm", "malmo"), ["malmo"], True),
    ],
)
def test_offices_of_interest_count_and_the_last_office_if_there_are_none(
    chosen, wanted, inside
) -> None:
    member = replace(ASA, offices_of_interest=chosen, earlier_stays=(Stay("lund", 1990, 1998),))
    assert is_inside({"office": wanted}, member) is inside


@given(AUDIENCES, AUDIENCES)
def test_adding_a_condition_never_enlarges_the_audience(one, other) -> None:
    both = other | one
    assert not is_inside(both, ASA) or is_inside(one, ASA)


def test_a_partial_word_does_not_match() -> None:
    assert not is_inside({"office": ["malmo-harbour"]}, ASA)


def test_an_unknown_condition_stops_planning(cloud) -> None:
    issue_runs.join(1)
    issue_runs.publish(audience={"shoe-size": ["42"]})
    with pytest.raises(RuntimeError, match="autumn"):
        issue_runs.tick()
    assert issue_runs.counts() == {}


def test_an_issue_for_retired_members_goes_only_to_them(fake_ses: FakeSes, monkeypatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 5)
    issue_runs.join(9)
    retired = issue_runs.join(4, kinds=["retired"])
    issue_runs.publish(audience={"kind": ["retired"]})
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()
    assert fake_ses.mails() == Counter(map(issue_runs.address_of, retired))
    assert (issue_runs.stored_issue().planned, issue_runs.stored_issue().counts) == (4, {"sent": 4})


def test_interests_and_office_are_read_when_the_audience_needs_them(cloud) -> None:
    issue_runs.join(2, interests=[])
    (inside,) = issue_runs.join(1, interests=["law"], office="goteborg")
    issue_runs.publish(audience={"interest": ["law"], "office": ["goteborg"]})
    issue_runs.tick()
    assert [batch.recipients for batch in batches.of_issue(issue_runs.SLUG)] == [(inside,)]


def test_an_office_of_interest_is_read_when_the_audience_needs_it(cloud) -> None:
    issue_runs.join(1, office="goteborg")
    (inside,) = issue_runs.join(1, office="malmo")
    issue_runs.change_member(inside, offices_of_interest=("goteborg",))
    (outside,) = issue_runs.join(1, office="goteborg")
    issue_runs.change_member(outside, offices_of_interest=("malmo",))
    issue_runs.publish(audience={"office": ["goteborg"]})
    issue_runs.tick()
    (batch,) = batches.of_issue(issue_runs.SLUG)
    assert inside in batch.recipients
    assert outside not in batch.recipients
    assert len(batch.recipients) == 2


def test_an_issue_with_an_empty_audience_ends_at_once(cloud) -> None:
    issue_runs.join(3)
    issue_runs.publish(audience={"kind": ["retired"]})
    issue_runs.tick()
    assert (issue_runs.stored_issue().state, issue_runs.stored_issue().planned) == (
        IssueState.SENT,
        0,
    )


def test_the_audience_can_change_until_planning(cloud) -> None:
    issue_runs.publish(at=DAY)
    issue_runs.publish(at=DAY, audience={"kind": ["retired"]})
    assert issue_runs.stored_issue().audience == {"kind": ["retired"]}


def test_only_those_are_planned_who_joined_in_the_period(cloud) -> None:
    issue_runs.join(1)
    cloud.pass_(60 * DAY)
    (inside,) = issue_runs.join(1)
    issue_runs.publish(audience={"joined": ["2027-01"]})
    issue_runs.tick()
    assert [batch.recipients for batch in batches.of_issue(issue_runs.SLUG)] == [(inside,)]


def test_only_active_members_are_planned(cloud) -> None:
    issue_runs.join(2)
    cloud.pass_(400 * DAY)
    (inside,) = issue_runs.join(1)
    issue_runs.publish(audience={"active": ["yes"]})
    issue_runs.tick()
    assert [batch.recipients for batch in batches.of_issue(issue_runs.SLUG)] == [(inside,)]
